import { generateKeyPairSync } from "node:crypto";
import ssh2 from "ssh2";
import SSH2Promise from "ssh2-promise";
import { gonePort } from "../built-in-hosts.mjs";
import { tcpServer } from "../servers.mjs";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
  publicKeyEncoding: { type: "spki", format: "pem" },
});
const sshd = new ssh2.Server({ hostKeys: [privateKey] }, (client) => {
  client.on("error", () => {});
  client.on("authentication", (context) => (context.password === "good" ? context.accept() : context.reject(["password"])));
  client.on("ready", () =>
    client.on("session", (accept) =>
      accept().on("exec", (accepted) => {
        const stream = accepted();
        stream.stderr.write("cat: /nowhere: No such file or directory\n");
        stream.exit(1);
        stream.end();
      }),
    ),
  );
});
await new Promise((done) => sshd.listen(0, "127.0.0.1", done));
const port = sshd.address().port;
const connect = (options) =>
  new SSH2Promise({
    host: "127.0.0.1",
    port,
    username: "a",
    password: "good",
    reconnect: false,
    reconnectTries: 0,
    readyTimeout: 500,
    ...options,
  });

export default {
  library: "ssh2-promise",
  packages: ["ssh2-promise"],
  cases: [
    {
      id: "auth",
      provoked: "connect with a wrong password",
      how: "provoked",
      expected: "AUTH",
      because: "all authentication methods failed",
      run: () => connect({ password: "wrong" }).connect(),
    },
    {
      id: "refused",
      provoked: "connect where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => connect({ port: gonePort }).connect(),
    },
    {
      id: "ready-timeout",
      provoked: "connect to a server that says nothing, readyTimeout 500",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection ended before the handshake; that it was the client that gave up is not said",
      run: async () => connect({ port: (await tcpServer(() => {})).port }).connect(),
    },
    {
      id: "exec-stderr",
      provoked: "exec of a command that writes to stderr and ends with 1; the text itself is rejected",
      how: "provoked",
      expected: "UNKNOWN",
      because: "a text of some command says nothing that holds for all",
      run: async () => {
        const ssh = connect();
        await ssh.connect();
        try {
          await ssh.exec("cat /nowhere");
        } finally {
          await ssh.close();
        }
      },
    },
  ],
  close: () => new Promise((done) => sshd.close(() => done())),
};
