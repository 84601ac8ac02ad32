import zookeeper from "node-zookeeper-client";
import { tcpServer } from "../servers.mjs";

const framed = (body) => Buffer.concat([Buffer.from([0, 0, body.length >> 8, body.length & 255]), body]);
/** Takes the session, and answers each request with this error; what is not a number cuts the connection. */
async function server(code) {
  const { port } = await tcpServer((socket) => {
    let greeted = false;
    let rest = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
        const body = rest.subarray(4, 4 + rest.readInt32BE(0));
        rest = rest.subarray(4 + rest.readInt32BE(0));
        if (!greeted) {
          greeted = true;
          const hello = Buffer.alloc(36);
          hello.writeInt32BE(30_000, 4);
          hello.writeInt32BE(1, 12);
          hello.writeInt32BE(16, 16);
          socket.write(framed(hello));
        } else if (typeof code !== "number") socket.destroy();
        else {
          const reply = Buffer.alloc(16);
          body.copy(reply, 0, 0, 4);
          reply.writeInt32BE(7, 8);
          reply.writeInt32BE(code, 12);
          socket.write(framed(reply));
        }
      }
    });
  });
  return port;
}
async function asked(code, ask) {
  const client = zookeeper.createClient(`127.0.0.1:${await server(code)}`, { sessionTimeout: 2000, spinDelay: 100, retries: 0 });
  try {
    return await new Promise((resolve, reject) => {
      client.once("connected", () => ask(client, (error, value) => (error ? reject(error) : resolve(value))));
      client.connect();
    });
  } finally {
    client.close();
  }
}

export default {
  library: "node-zookeeper-client",
  packages: ["node-zookeeper-client"],
  cases: [
    {
      id: "no-node",
      provoked: "getData of nothing",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such node",
      run: async () => asked(-101, (c, done) => c.getData("/jobs/1", done)),
    },
    {
      id: "bad-version",
      provoked: "setData with a version, answered BAD_VERSION",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has changed the node",
      run: async () => asked(-103, (c, done) => c.setData("/jobs/1", Buffer.from("x"), 3, done)),
    },
    {
      id: "node-exists",
      provoked: "create, answered NODE_EXISTS",
      how: "provoked",
      expected: "PERMANENT",
      because: "the node exists, and will at the next attempt",
      run: async () => asked(-110, (c, done) => c.create("/jobs/1", done)),
    },
    {
      id: "no-auth",
      provoked: "getData, answered NO_AUTH",
      how: "provoked",
      expected: "PERMISSION",
      because: "the list of the node does not allow it",
      run: async () => asked(-102, (c, done) => c.getData("/jobs/1", done)),
    },
    {
      id: "operation-timeout",
      provoked: "getData, answered OPERATION_TIMEOUT",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the server gave up waiting",
      run: async () => asked(-7, (c, done) => c.getData("/jobs/1", done)),
    },
    {
      id: "connection-loss",
      provoked: "getData, the connection was cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke under way",
      run: async () => asked("cut", (c, done) => c.getData("/jobs/1", done)),
    },
    {
      id: "auth-failed",
      provoked: "getData, after which the server says AUTH_FAILED",
      how: "provoked",
      expected: "AUTH",
      because: "the credentials of the session are not taken",
      run: async () => asked(-115, (c, done) => c.getData("/jobs/1", done)),
    },
  ],
};
