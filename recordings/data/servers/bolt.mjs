/* As much of a Neo4j server as a driver needs to take it for one (Bolt 5.7). */
import { tcpServer } from "../../servers.mjs";

function pack(value) {
  if (value === null) return Buffer.from([0xc0]);
  if (typeof value === "boolean") return Buffer.from([value ? 0xc3 : 0xc2]);
  if (typeof value === "number") {
    const nine = Buffer.alloc(9);
    nine[0] = 0xcb;
    nine.writeBigInt64BE(BigInt(value), 1);
    return nine;
  }
  if (typeof value === "string") {
    const text = Buffer.from(value);
    return Buffer.concat([Buffer.from([0xd1, text.length >> 8, text.length & 255]), text]);
  }
  if (Array.isArray(value)) return Buffer.concat([Buffer.from([0xd4, value.length]), ...value.map(pack)]);
  const entries = Object.entries(value);
  return Buffer.concat([Buffer.from([0xd8, entries.length]), ...entries.flatMap(([key, inner]) => [pack(key), pack(inner)])]);
}

const SUCCESS = 0x70;
const FAILURE = 0x7f;
const IGNORED = 0x7e;
const HELLO = 0x01;
export const LOGON = 0x6a;
export const RUN = 0x10;
export const COMMIT = 0x12;
export const ROUTE = 0x66;
const RESET = 0x0f;
const GOODBYE = 0x02;
const chunked = (message) =>
  Buffer.concat([Buffer.from([message.length >> 8, message.length & 255]), message, Buffer.from([0, 0])]);
const success = (meta) => chunked(Buffer.concat([Buffer.from([0xb1, SUCCESS]), pack(meta)]));
const failure = (meta) => chunked(Buffer.concat([Buffer.from([0xb1, FAILURE]), pack(meta)]));

/** What the server says of a failure, as since 5.26: the code, the status of GQL and what it is called. */
export const failed = (neo4j_code, message, gql_status, description, more = {}) => ({
  neo4j_code,
  message,
  gql_status,
  description,
  diagnostic_record: {
    _classification: neo4j_code
      .split(".")[1]
      .replace(/(?=Error)/, "_")
      .toUpperCase(),
  },
  ...more,
});

/** `answer(tag)` gives a failure, or "cut", or "nothing", or undefined for success. */
export async function server(answer = () => undefined) {
  const { port } = await tcpServer((socket) => {
    let rest = Buffer.alloc(0);
    let shaken = false;
    let broken = false;
    socket.on("data", (data) => {
      rest = Buffer.concat([rest, data]);
      if (!shaken) {
        if (rest.length < 20) return;
        rest = rest.subarray(20);
        shaken = true;
        socket.write(Buffer.from([0, 0, 7, 5]));
      }
      for (let at = end(rest); at > 0; at = end(rest)) {
        const tag = rest[3];
        rest = rest.subarray(at);
        if (tag === GOODBYE) return;
        if (tag === RESET) broken = false;
        else if (broken) {
          socket.write(chunked(Buffer.from([0xb0, IGNORED])));
          continue;
        }
        const said = answer(tag);
        if (said === "cut") return socket.destroy();
        if (said === "nothing") continue;
        broken = said !== undefined;
        socket.write(broken ? failure(said) : success(told(tag)));
      }
    });
  });
  return port;
}

/** What a server that is well says. */
function told(tag) {
  if (tag === HELLO) return { server: "Neo4j/5.26.0", connection_id: "bolt-1", hints: {} };
  return tag === RUN ? { fields: [] } : {};
}

/** Where the first message ends, or 0. */
function end(bytes) {
  let at = 0;
  while (bytes.length >= at + 2) {
    const length = bytes.readUInt16BE(at);
    at += 2 + length;
    if (length === 0 && at > 2) return at;
  }
  return 0;
}
