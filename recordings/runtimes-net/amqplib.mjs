import amqp from "amqplib";
import { refusing, tcpServer } from "../servers.mjs";

const HERE = "amqp://guest:guest@127.0.0.1:5672";
const open = [];
const connect = async (url = HERE, options) => {
  const connection = await amqp.connect(url, options);
  connection.on("error", () => {});
  open.push(connection);
  return connection;
};
const channel = async (kind = "createChannel", options) => {
  const made = await (await connect())[kind](options);
  made.on("error", () => {});
  return made;
};
const closed = (emitter) => new Promise((resolve) => emitter.once("close", resolve));
const settled = (emitter) => new Promise((resolve) => emitter.once("error", resolve));

/** Passes everything on to the real RabbitMQ, and can be cut. */
const proxy = async () => {
  const { connect: tcp } = await import("node:net");
  const sockets = [];
  const { port } = await tcpServer((socket) => {
    const inner = tcp(5672, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    socket.pipe(inner).pipe(socket);
    socket.on("close", () => inner.destroy());
  });
  return { url: `amqp://guest:guest@127.0.0.1:${port}`, cut: () => sockets.forEach((socket) => socket.resetAndDestroy()) };
};

export default {
  library: "amqplib",
  packages: ["amqplib"],
  close: () => Promise.all(open.map((connection) => connection.close().catch(() => {}))),
  cases: [
    {
      id: "connect.refused-login",
      provoked: "connect to a real RabbitMQ with a wrong password",
      how: "provoked",
      expected: "AUTH",
      because: "the broker does not know this user and password",
      run: () => connect("amqp://guest:wrong@127.0.0.1:5672"),
    },
    {
      id: "connect.no-vhost",
      provoked: "connect to the vhost /nope of a real RabbitMQ",
      how: "provoked",
      expected: "PERMANENT",
      because:
        "the broker closes when the vhost is opened: it is not there, or not for this user, and will not be at the next attempt",
      run: () => connect(`${HERE}/nope`),
    },
    {
      id: "connect.refused",
      provoked: "connect to a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => connect(`amqp://127.0.0.1:${new URL(await refusing()).port}`),
    },
    {
      id: "connect.closed-in-handshake",
      provoked: "connect, the server closes the connection in the handshake",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was closed before the broker had answered (a broker that is starting does this)",
      run: async () =>
        connect(
          `amqp://127.0.0.1:${
            (
              await tcpServer((socket) => {
                socket.on("data", () => socket.end());
              })
            ).port
          }`,
        ),
    },
    {
      id: "connect.timeout",
      provoked: "connect to a server that never answers, timeout 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the handshake",
      run: async () => connect(`amqp://127.0.0.1:${(await tcpServer(() => {})).port}`, { timeout: 200 }),
    },
    {
      id: "channel.precondition-failed",
      provoked: "assertQueue with other arguments than the queue has, real RabbitMQ",
      how: "provoked",
      expected: "PERMANENT",
      because: "the queue is there with other arguments; the same declaration fails again",
      run: async () => {
        const made = await channel();
        await made.assertQueue("recorded.orders", { exclusive: true, durable: false });
        return made.assertQueue("recorded.orders", { exclusive: true, durable: false, maxLength: 3 });
      },
    },
    {
      id: "channel.resource-locked",
      provoked: "consume from a queue that is exclusive to another connection, real RabbitMQ",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another connection holds the queue for itself",
      run: async () => {
        const { queue } = await (await channel()).assertQueue("", { exclusive: true });
        return (await channel()).consume(queue, () => {});
      },
    },
    {
      id: "channel.closed-by-server.event",
      provoked: "the error event of a channel after an ack with an unknown delivery tag, real RabbitMQ",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program acknowledged what it had not got",
      run: async () => {
        const made = await channel();
        const event = settled(made);
        made.ack({ fields: { deliveryTag: 99 } });
        throw await event;
      },
    },
    {
      id: "channel.used-after-server-closed-it",
      provoked: "publish on a channel that the server has closed, real RabbitMQ",
      how: "provoked",
      expected: "PERMANENT",
      because: "this channel is closed for good; only a new one helps",
      run: async () => {
        const made = await channel();
        await made.checkQueue("no-such-queue-here").catch(() => {});
        made.publish("", "orders", Buffer.from("1"));
      },
    },
    {
      id: "channel.used-after-socket-error",
      provoked: "publish on a channel whose connection was reset",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost, not closed by the program: a call that opens a new one may find the broker there",
      run: async () => {
        const way = await proxy();
        const connection = await connect(way.url);
        const made = await connection.createChannel();
        const gone = closed(connection);
        way.cut();
        await gone;
        made.sendToQueue("orders", Buffer.from("1"));
      },
    },
    {
      id: "channel.rpc-cut",
      provoked: "assertQueue, the connection is reset while the client waits",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost before the reply",
      run: async () => {
        const way = await proxy();
        const connection = await connect(way.url);
        const made = await connection.createChannel();
        made.on("error", () => {});
        const waiting = made.checkQueue("orders");
        way.cut();
        return waiting;
      },
    },
    {
      id: "connection.reset.event",
      provoked: "the error event of a connection that was reset",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was reset",
      run: async () => {
        const way = await proxy();
        const connection = await connect(way.url);
        const event = settled(connection);
        way.cut();
        throw await event;
      },
    },
    {
      id: "confirm.nacked",
      provoked: "waitForConfirms after a publish to a full queue that rejects, real RabbitMQ",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the broker did not take the message; it may when the queue has room",
      run: async () => {
        const made = await channel("createConfirmChannel");
        const { queue } = await made.assertQueue("", {
          exclusive: true,
          maxLength: 1,
          arguments: { "x-overflow": "reject-publish" },
        });
        made.sendToQueue(queue, Buffer.from("1"));
        await made.waitForConfirms();
        made.sendToQueue(queue, Buffer.from("2"));
        return made.waitForConfirms();
      },
    },
    {
      id: "confirm.channel-closed",
      provoked: "waitForConfirms, the connection is reset before the broker confirms",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost before the broker had confirmed",
      run: async () => {
        const way = await proxy();
        const connection = await connect(way.url);
        const made = await connection.createConfirmChannel();
        made.on("error", () => {});
        made.publish("", "orders", Buffer.from("1"));
        const waiting = made.waitForConfirms();
        way.cut();
        return waiting;
      },
    },
    {
      id: "exchange.access-refused",
      provoked: "assertExchange with a name that starts with amq., real RabbitMQ",
      how: "provoked",
      expected: "PERMISSION",
      because: "the broker refuses the access",
      run: async () => (await channel()).assertExchange("amq.orders", "topic"),
    },
    {
      id: "heartbeat.timeout",
      provoked: "the error event of a connection whose server sends nothing any more, heartbeat 1",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the broker's heartbeat",
      run: async () => {
        const { connect: tcp } = await import("node:net");
        let quiet = false;
        const { port } = await tcpServer((socket) => {
          const inner = tcp(5672, "127.0.0.1").on("error", () => {});
          socket.pipe(inner);
          inner.on("data", (chunk) => quiet || socket.write(chunk));
        });
        const connection = await connect(`amqp://guest:guest@127.0.0.1:${port}?heartbeat=1`);
        quiet = true;
        throw await settled(connection);
      },
    },
  ],
};
