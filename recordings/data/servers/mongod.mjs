/* As much of a MongoDB server as a driver needs to take it for one. */
import { createRequire } from "node:module";
import { tcpServer } from "../../servers.mjs";

const require = createRequire(import.meta.url);
const fromMongoose = createRequire(require.resolve("mongoose"));
export const { BSON } = fromMongoose("mongodb");
const OP_MSG = 2013;
const OP_QUERY = 2004;
const OP_REPLY = 1;
const HELLO = {
  ismaster: true,
  isWritablePrimary: true,
  helloOk: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  connectionId: 1,
  minWireVersion: 0,
  maxWireVersion: 21,
  readOnly: false,
  ok: 1,
};

/** `answer(command)` gives the document that answers it, or undefined for { ok: 1 }. */
export async function mongod(answer) {
  const { port } = await tcpServer((socket) => {
    let rest = Buffer.alloc(0);
    socket.on("data", (data) => {
      rest = Buffer.concat([rest, data]);
      while (rest.length >= 16 && rest.length >= rest.readInt32LE(0)) {
        const message = rest.subarray(0, rest.readInt32LE(0));
        rest = rest.subarray(message.length);
        reply(socket, message, answer);
      }
    });
  });
  return `mongodb://127.0.0.1:${port}/db`;
}

function reply(socket, message, answer) {
  const opcode = message.readInt32LE(12);
  const at = opcode === OP_MSG ? 21 : message.indexOf(0, 20) + 9;
  const command = BSON.deserialize(message.subarray(at, at + message.readInt32LE(at)));
  const document = Buffer.from(
    BSON.serialize("hello" in command || "ismaster" in command || "isMaster" in command ? HELLO : (answer(command) ?? { ok: 1 })),
  );
  const body =
    opcode === OP_QUERY
      ? Buffer.concat([Buffer.alloc(16), int(1), document])
      : Buffer.concat([int(0), Buffer.from([0]), document]);
  const kind = opcode === OP_QUERY ? OP_REPLY : OP_MSG;
  if (kind === OP_REPLY) body.writeInt32LE(8, 0);
  const size = 16 + (kind === OP_REPLY ? 20 : 5) + document.length;
  socket.write(Buffer.concat([int(size), int(1), message.subarray(4, 8), int(kind), body]));
}

const int = (n) => {
  const four = Buffer.alloc(4);
  four.writeInt32LE(n);
  return four;
};
