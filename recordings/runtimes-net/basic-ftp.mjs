import { Readable, Writable } from "node:stream";
import { createSecureContext, TLSSocket } from "node:tls";
import { Client } from "basic-ftp";
import { cert, key } from "../certificate.mjs";
import { refusing, tcpServer } from "../servers.mjs";

/** An FTP server. Each command gets what `replies` has for it. */
const ftpServer = async (replies = {}) => {
  const all = {
    greeting: "220 (vsFTPd 3.0.5)",
    USER: "331 Please specify the password.",
    PASS: "230 Login successful.",
    FEAT: "211-Features:\r\n UTF8\r\n211 End",
    TYPE: "200 Switching to Binary mode.",
    STRU: "200 Structure set to F.",
    OPTS: "200 Always in UTF8 mode.",
    PWD: '257 "/" is the current directory',
    EPSV: "500 no",
    SIZE: "213 5",
    ...replies,
  };
  const { port } = await tcpServer((socket) => {
    const say = (what) => (typeof what === "function" ? what(socket) : what && socket.write(`${what}\r\n`));
    say(all.greeting);
    socket.on("data", (chunk) => {
      for (const line of chunk.toString().split("\r\n").filter(Boolean))
        say(all[line.split(" ")[0].toUpperCase()] ?? "502 Command not implemented.");
    });
  });
  return port;
};
const connected = async (replies, options = {}, timeout = 5000) => {
  const client = new Client(timeout);
  await client.access({ host: "127.0.0.1", port: await ftpServer(replies), user: "shop", password: "secret", ...options });
  return client;
};
/** Passive mode to a port that does with its connection what `talk` says. */
const passive = async (talk) => {
  const { port } = await tcpServer(talk);
  return `229 Entering Extended Passive Mode (|||${port}|)`;
};

export default {
  library: "basic-ftp",
  packages: ["basic-ftp"],
  cases: [
    {
      id: "login.530",
      provoked: "access with a wrong password, the server answers PASS with 530",
      how: "provoked",
      expected: "AUTH",
      because: "the server does not take this user and password",
      run: () => connected({ PASS: "530 Login incorrect." }),
    },
    {
      id: "greeting.421-too-many",
      provoked: "access, the server greets with 421 Too many connections",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server has no room for another connection now; one ends and there is room",
      run: () => connected({ greeting: "421 There are too many connections from your internet address." }),
    },
    {
      id: "download.550",
      provoked: "downloadTo of a file that is not there, RETR answered 550",
      how: "provoked",
      expected: "PERMANENT",
      because: "the file is not there, or not for this user; the same request fails again",
      run: async () => {
        const client = await connected({ EPSV: await passive(() => {}), RETR: "550 Failed to open file." });
        return client.downloadTo(new Writable({ write: (_c, _e, done) => done() }), "invoices/2024.csv");
      },
    },
    {
      id: "upload.552-quota",
      provoked: "uploadFrom, STOR answered 552 Exceeded storage allocation",
      how: "provoked",
      expected: "PERMANENT",
      because: "the user's storage is full until somebody makes room",
      run: async () => {
        const client = await connected({ EPSV: await passive(() => {}), STOR: "552 Transfer aborted. Disk quota exceeded" });
        return client.uploadFrom(Readable.from(["hello"]), "big.bin");
      },
    },
    {
      id: "upload.450-busy",
      provoked: "remove, DELE answered 450 file busy",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has the file open",
      run: async () =>
        (await connected({ DELE: "450 orders.csv: Device or resource busy (file is in use by another process)" })).remove(
          "orders.csv",
        ),
    },
    {
      id: "control.timeout",
      provoked: "list, the server never answers, timeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => (await connected({ SIZE: () => {} }, {}, 300)).size("orders.csv"),
    },
    {
      id: "control.fin",
      provoked: "size, the server ends the control connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server closed the connection while it was asked",
      run: async () => (await connected({ SIZE: (socket) => socket.end() })).size("orders.csv"),
    },
    {
      id: "control.reset",
      provoked: "size, the server resets the control connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was reset",
      run: async () => (await connected({ SIZE: (socket) => socket.resetAndDestroy() })).size("orders.csv"),
    },
    {
      id: "data.refused",
      provoked: "downloadTo, nobody listens on the data port",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens on the port the server named",
      run: async () => {
        const port = new URL(await refusing()).port;
        const client = await connected({
          EPSV: `229 Entering Extended Passive Mode (|||${port}|)`,
          PASV: `227 Entering Passive Mode (127,0,0,1,${port >> 8},${port & 255})`,
          RETR: "150 Opening",
        });
        return client.downloadTo(new Writable({ write: (_c, _e, done) => done() }), "a.csv");
      },
    },
    {
      id: "closed",
      provoked: "size on a client that was closed",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program closed this client itself",
      run: async () => {
        const client = await connected();
        client.close();
        return client.size("a.csv");
      },
    },
    {
      id: "two-at-once",
      provoked: "a second task while one is running",
      how: "provoked",
      expected: "PERMANENT",
      because: "misuse: one client does one task at a time",
      run: async () => {
        const client = await connected({ SIZE: () => {} });
        client.size("a.csv").catch(() => {});
        return client.size("b.csv");
      },
    },
    {
      id: "tls.self-signed",
      provoked: "access with secure: true to a server with a self-signed certificate",
      how: "provoked",
      expected: "PERMANENT",
      because: "the certificate will be the same at the next attempt",
      run: () =>
        connected(
          {
            AUTH: (socket) => {
              socket.removeAllListeners("data");
              socket.write("234 Proceed with negotiation.\r\n");
              new TLSSocket(socket, {
                isServer: true,
                secureContext: createSecureContext({ key, cert }),
              }).on("error", () => {});
            },
          },
          { secure: true },
        ),
    },
  ],
};
