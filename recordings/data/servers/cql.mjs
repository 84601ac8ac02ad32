/* As much of a Cassandra node as a driver needs to take it for one (native protocol v4). */
import { tcpServer } from "../../servers.mjs";

const VARCHAR = 0x0d;
const INET = 0x10;
const UUID = 0x0c;
const SET_OF_VARCHAR = [0x00, 0x22, 0x00, VARCHAR];
export const short = (n) => Buffer.from([n >> 8, n & 255]);
export const int = (n) => {
  const four = Buffer.alloc(4);
  four.writeInt32BE(n);
  return four;
};
export const string = (text) => Buffer.concat([short(Buffer.byteLength(text)), Buffer.from(text)]);
const bytes = (value) => Buffer.concat([int(value.length), value]);
const type = (code) => (Array.isArray(code) ? Buffer.from(code) : short(code));

const rows = (columns, all) =>
  Buffer.concat([
    int(2),
    int(1),
    int(columns.length),
    string("system"),
    string("local"),
    ...columns.flatMap(([name, code]) => [string(name), type(code)]),
    int(all.length),
    ...all.flat().map(bytes),
  ]);
const set = (...texts) => Buffer.concat([int(texts.length), ...texts.map((text) => bytes(Buffer.from(text)))]);
const LOCAL = rows(
  [
    ["key", VARCHAR],
    ["cluster_name", VARCHAR],
    ["data_center", VARCHAR],
    ["rack", VARCHAR],
    ["partitioner", VARCHAR],
    ["release_version", VARCHAR],
    ["rpc_address", INET],
    ["schema_version", UUID],
    ["tokens", SET_OF_VARCHAR],
  ],
  [
    [
      ..."local,test,dc1,r1,org.apache.cassandra.dht.Murmur3Partitioner,4.1.5".split(",").map((text) => Buffer.from(text)),
      Buffer.from([127, 0, 0, 1]),
      Buffer.alloc(16, 7),
      set("0"),
    ],
  ],
);
const NOTHING = rows([["key", VARCHAR]], []);

const ERROR = 0x00;
const READY = 0x02;
export const AUTHENTICATE = 0x03;
const SUPPORTED = 0x06;
const RESULT = 0x08;
export const error = (code, message, ...more) => [ERROR, Buffer.concat([int(code), string(message), ...more])];
export const QUERY = 0x07;
export const STARTUP = 0x01;
export const AUTH_RESPONSE = 0x0f;

/** `answer(opcode, body)` gives [opcode, body], or "cut", or "nothing"; or undefined for what a healthy node says. */
export async function node(answer = () => undefined) {
  const { port } = await tcpServer((socket) => {
    let rest = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 9 && rest.length >= 9 + rest.readInt32BE(5)) {
        const length = rest.readInt32BE(5);
        const [stream, opcode, body] = [rest.subarray(2, 4), rest[4], rest.subarray(9, 9 + length)];
        rest = rest.subarray(9 + length);
        const said = answer(opcode, body.toString("latin1")) ?? healthy(opcode, body.toString("latin1"));
        if (said === "cut") socket.destroy();
        else if (said !== "nothing")
          socket.write(Buffer.concat([Buffer.from([0x84, 0]), stream, Buffer.from([said[0]]), int(said[1].length), said[1]]));
      }
    });
  });
  return port;
}

function healthy(opcode, body) {
  if (opcode === 0x05) return [SUPPORTED, Buffer.concat([short(1), string("CQL_VERSION"), short(1), string("3.4.6")])];
  if (opcode === QUERY) return [RESULT, body.includes("system.local") ? LOCAL : NOTHING];
  return [READY, Buffer.alloc(0)];
}
