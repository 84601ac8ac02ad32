import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { connect as tcp } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import mqtt from "mqtt";
import mqttPacket from "mqtt-packet";
import { refusing, tcpServer } from "../servers.mjs";

const OPTIONS = { reconnectPeriod: 0, connectTimeout: 5000 };
const connect = (port, options = {}) => mqtt.connectAsync(`mqtt://127.0.0.1:${port}`, { ...OPTIONS, ...options }, true);
const LOCAL = 1883;

/** A broker. `answers` has a packet, or a function of (packet, socket), for each command that comes. */
const broker = async (answers, protocolVersion = 5) => {
  const { port } = await tcpServer((socket) => {
    const parser = mqttPacket.parser({ protocolVersion });
    const say = (packet) => socket.write(mqttPacket.generate(packet, { protocolVersion }));
    parser.on("packet", (packet) => {
      const answer =
        answers[packet.cmd] ??
        (packet.cmd === "connect" ? { cmd: "connack", reasonCode: 0, returnCode: 0, sessionPresent: false } : undefined);
      if (typeof answer === "function") answer(packet, socket, say);
      else if (answer) say({ messageId: packet.messageId, ...answer });
    });
    parser.on("error", () => {});
    socket.on("data", (chunk) => parser.parse(chunk));
  });
  return port;
};
const refusesWith = (code, protocolVersion = 4) =>
  broker({ connect: { cmd: "connack", returnCode: code, reasonCode: code, sessionPresent: false } }, protocolVersion);

/** The real Mosquitto once more, with a user and an access list. */
let strict;
const strictMosquitto = async () => {
  if (strict) return strict.port;
  const folder = mkdtempSync(join(tmpdir(), "mosquitto-"));
  const port = Number(new URL(await refusing()).port);
  execFileSync("mosquitto_passwd", ["-b", "-c", join(folder, "users"), "shop", "secret"]);
  writeFileSync(join(folder, "acl"), "user shop\ntopic readwrite shop/#\n");
  writeFileSync(
    join(folder, "conf"),
    `listener ${port} 127.0.0.1\nallow_anonymous false\npassword_file ${folder}/users\nacl_file ${folder}/acl\nuser root\npersistence false\nlog_dest none\n`,
  );
  const child = spawn("mosquitto", ["-c", join(folder, "conf")], { stdio: "ignore" });
  strict = { port, child };
  for (let i = 0; i < 50; i++) {
    const up = await new Promise((resolve) =>
      tcp(port, "127.0.0.1")
        .on("connect", function () {
          this.destroy();
          resolve(true);
        })
        .on("error", () => resolve(false)),
    );
    if (up) break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return port;
};
const right = { username: "shop", password: "secret" };

export default {
  library: "mqtt",
  packages: ["mqtt"],
  close: () => strict?.child.kill(),
  cases: [
    {
      id: "connack.wrong-password",
      provoked: "connectAsync to a real Mosquitto with a wrong password (MQTT 3.1.1, return code 5)",
      how: "provoked",
      expected: "AUTH",
      because: "the broker refuses the login; Mosquitto says 5 for a wrong password",
      run: async () => connect(await strictMosquitto(), { username: "shop", password: "wrong" }),
    },
    {
      id: "connack.v4.bad-credentials",
      provoked: "connectAsync, CONNACK with return code 4",
      how: "provoked",
      expected: "AUTH",
      because: "user name or password are wrong",
      run: async () => connect(await refusesWith(4)),
    },
    {
      id: "connack.v4.unavailable",
      provoked: "connectAsync, CONNACK with return code 3",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the broker is there, but the service is not available now",
      run: async () => connect(await refusesWith(3)),
    },
    {
      id: "connack.v4.identifier",
      provoked: "connectAsync, CONNACK with return code 2",
      how: "provoked",
      expected: "PERMANENT",
      because: "the broker does not take this client id",
      run: async () => connect(await refusesWith(2)),
    },
    {
      id: "connack.v5.rate",
      provoked: "connectAsync with MQTT 5, CONNACK with reason 159",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the broker limits the rate of connections",
      run: async () => connect(await refusesWith(159, 5), { protocolVersion: 5 }),
    },
    {
      id: "connack.v5.busy",
      provoked: "connectAsync with MQTT 5, CONNACK with reason 137",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the broker is busy: try again later, says the specification",
      run: async () => connect(await refusesWith(137, 5), { protocolVersion: 5 }),
    },
    {
      id: "puback.not-authorized",
      provoked: "publishAsync with QoS 1 to a topic that the access list of a real Mosquitto forbids, MQTT 5",
      how: "provoked",
      expected: "PERMISSION",
      because: "the user is known, but may not write to this topic",
      run: async () =>
        (await connect(await strictMosquitto(), { ...right, protocolVersion: 5 })).publishAsync("other/orders", "1", { qos: 1 }),
    },
    {
      id: "suback.128",
      provoked: "subscribeAsync, SUBACK 128 with MQTT 3.1.1",
      how: "provoked",
      expected: "UNKNOWN",
      because: "128 is all that MQTT 3.1.1 has to say for a subscription that failed",
      run: async () =>
        (await connect(await broker({ subscribe: { cmd: "suback", granted: [128] } }, 4))).subscribeAsync("other/orders", {
          qos: 1,
        }),
    },
    {
      id: "puback.quota",
      provoked: "publishAsync with QoS 1, PUBACK with reason 151",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the broker says that a limit that it sets is exceeded",
      run: async () =>
        (await connect(await broker({ publish: { cmd: "puback", reasonCode: 151 } }), { protocolVersion: 5 })).publishAsync(
          "shop/orders",
          "1",
          { qos: 1 },
        ),
    },
    {
      id: "connection.refused",
      provoked: "connectAsync to a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => connect(Number(new URL(await refusing()).port)),
    },
    {
      id: "connack.timeout",
      provoked: "connectAsync to a server that never answers, connectTimeout 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the CONNACK",
      run: async () => connect((await tcpServer(() => {})).port, { connectTimeout: 200 }),
    },
    {
      id: "connect.closed",
      provoked: "connectAsync with allowRetries false, the server closes the connection at once",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was closed before the broker answered",
      run: async () => mqtt.connectAsync(`mqtt://127.0.0.1:${(await tcpServer((socket) => socket.end())).port}`, OPTIONS, false),
    },
    {
      id: "keepalive.timeout",
      provoked: "a broker that answers no PINGREQ, keepalive 1",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the broker's answer to its ping",
      run: async () => {
        const client = await connect(await broker({}, 4), { keepalive: 1 });
        return new Promise((_resolve, reject) => client.on("error", reject));
      },
    },
    {
      id: "subscribe.cut",
      provoked: "subscribeAsync, the broker cuts the connection instead of answering",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost before the answer",
      run: async () =>
        (await connect(await broker({ subscribe: (_packet, socket) => socket.destroy() }, 4))).subscribeAsync("shop/orders"),
    },
    {
      id: "client.disconnecting",
      provoked: "publishAsync on a client of the real Mosquitto that was ended",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program ended this client itself",
      run: async () => {
        const client = await connect(LOCAL);
        client.end();
        return client.publishAsync("shop/orders", "1", { qos: 1 });
      },
    },
    {
      id: "topic.invalid",
      provoked: "subscribeAsync to a topic with # in the middle, real Mosquitto",
      how: "provoked",
      expected: "PERMANENT",
      because: "the topic filter is wrong",
      run: async () => (await connect(LOCAL)).subscribeAsync("shop/#/orders"),
    },
  ],
};
