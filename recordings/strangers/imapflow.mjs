import { ImapFlow } from "imapflow";
import { gonePort } from "../built-in-hosts.mjs";
import { tcpServer } from "../servers.mjs";

/** An IMAP server. `answer` gives what it says to a line, if anything. */
const server = async (answer) =>
  (
    await tcpServer((socket) => {
      socket.write("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR LOGINDISABLED-NOT] ready\r\n");
      let rest = "";
      socket.on("data", (data) => {
        const lines = (rest + data).split("\r\n");
        rest = lines.pop();
        for (const line of lines) {
          const [tag, command] = line.split(" ");
          const text = answer(tag, command?.toUpperCase(), line, socket);
          if (text) socket.write(text);
        }
      });
    })
  ).port;
const connect = (port, options) =>
  new ImapFlow({
    host: "127.0.0.1",
    port,
    secure: false,
    doSTARTTLS: false,
    tls: { rejectUnauthorized: false },
    auth: { user: "a", pass: "wrong" },
    logger: false,
    ...options,
  });
const opened = async (port, options) => {
  const client = connect(port, options);
  client.on("error", () => {});
  await client.connect();
  return client;
};
const INBOX = '* LIST (\\HasNoChildren) "/" "INBOX"\r\n';
const ANSWERS = { CAPABILITY: "* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n", LIST: INBOX, LSUB: INBOX };
const usual = (tag, command) => `${ANSWERS[command] ?? ""}${tag} OK done\r\n`;
const login = (text) =>
  server((tag, command) => (["LOGIN", "AUTHENTICATE"].includes(command) ? `${tag} ${text}\r\n` : usual(tag, command)));

export default {
  library: "imapflow",
  packages: ["imapflow"],
  cases: [
    {
      id: "auth",
      provoked: "connect, the login answered NO [AUTHENTICATIONFAILED]",
      how: "provoked",
      expected: "AUTH",
      because: "wrong credentials",
      run: async () => opened(await login("NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)")),
    },
    {
      id: "login-unavailable",
      provoked: "connect, the login answered NO [UNAVAILABLE]",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server cannot check credentials for the moment, it does not refuse them",
      run: async () => opened(await login("NO [UNAVAILABLE] Temporary authentication failure. [imap:2024-01-01 10:00:00]")),
    },
    {
      id: "throttled",
      provoked: "mailboxOpen, answered BAD Request is throttled with a backoff time of 900 ms",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 900,
      because: "Microsoft 365 throttles and says for how long",
      run: async () => {
        const client = await opened(
          await server((tag, command) =>
            command === "SELECT"
              ? `${tag} BAD Request is throttled. Suggested Backoff Time: 900 milliseconds\r\n`
              : usual(tag, command),
          ),
        );
        await client.mailboxOpen("INBOX");
      },
    },
    {
      id: "refused",
      provoked: "connect where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => opened(gonePort),
    },
    {
      id: "greeting-timeout",
      provoked: "connect, no greeting, greetingTimeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => opened((await tcpServer(() => {})).port, { greetingTimeout: 300 }),
    },
  ],
};
