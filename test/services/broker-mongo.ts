/* A server that speaks just enough of MongoDB's wire protocol for the driver to believe it, and answers by a script. */
import { type AddressInfo, createServer, type Socket } from "node:net";
import { BSON, type Document } from "mongodb";

/** What the next command gets: a document, a cut connection, or silence. */
export type Answer = Document | "cut" | "silence";

export interface FakeMongo {
  readonly port: number;
  /** Answers to the commands that come, in turn; when there are none left, all is well. */
  readonly script: Answer[];
  /** The names of the commands that came, without the driver's own. */
  readonly commands: string[];
  close(): Promise<void>;
}

const HELLO: Document = {
  ok: 1,
  helloOk: true,
  ismaster: true,
  isWritablePrimary: true,
  maxBsonObjectSize: 16_777_216,
  maxMessageSizeBytes: 48_000_000,
  maxWriteBatchSize: 100_000,
  logicalSessionTimeoutMinutes: 30,
  minWireVersion: 0,
  maxWireVersion: 21,
};
const WELL: Document = { ok: 1, n: 1, nModified: 1, cursor: { id: BSON.Long.ZERO, ns: "d.c", firstBatch: [{ _id: 1 }] } };
const [OP_REPLY, OP_QUERY, OP_MSG] = [1, 2004, 2013];

export async function fakeMongo(): Promise<FakeMongo> {
  const script: Answer[] = [];
  const commands: string[] = [];
  const sockets = new Set<Socket>();

  function answer(socket: Socket, message: Buffer): void {
    const [requestId, operation] = [message.readInt32LE(4), message.readInt32LE(12)];
    // Before its document an OP_QUERY has flags, a name and two numbers; an OP_MSG flags and the kind of the section.
    const start = operation === OP_QUERY ? message.indexOf(0, 20) + 9 : 21;
    const command = BSON.deserialize(message.subarray(start, start + message.readInt32LE(start)));
    const name = Object.keys(command)[0] ?? "";
    const isOwn = /^(hello|ismaster|endSessions|ping)$/i.test(name);
    if (!isOwn) commands.push(name);
    const said = isOwn ? HELLO : (script.shift() ?? WELL);
    if (said === "cut") return void socket.resetAndDestroy();
    if (said === "silence") return;
    const body = Buffer.from(BSON.serialize(said as Document));
    const head = Buffer.alloc(operation === OP_QUERY ? 36 : 21);
    head.writeInt32LE(head.length + body.length, 0);
    head.writeInt32LE(requestId, 8);
    head.writeInt32LE(operation === OP_QUERY ? OP_REPLY : OP_MSG, 12);
    if (operation === OP_QUERY) head.writeInt32LE(1, 32);
    socket.write(Buffer.concat([head, body]));
  }

  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data: Buffer) => {
      pending = Buffer.concat([pending, data]);
      while (pending.length >= 16 && pending.length >= pending.readInt32LE(0)) {
        const length = pending.readInt32LE(0);
        answer(socket, pending.subarray(0, length));
        pending = pending.subarray(length);
      }
    });
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    port: (server.address() as AddressInfo).port,
    script,
    commands,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
