import { tcpServer } from "../../servers.mjs";

/** A mail server. Each command gets what `replies` has for it; a function may do anything with the socket. */
export const mailServer = async (replies = {}) => {
  const usual = {
    greeting: "220 mx.example.com ESMTP ready",
    EHLO: "250-mx.example.com\r\n250-AUTH LOGIN PLAIN\r\n250-ENHANCEDSTATUSCODES\r\n250 8BITMIME",
    AUTH: "235 2.7.0 Authentication successful",
    MAIL: "250 2.1.0 Ok",
    RCPT: "250 2.1.5 Ok",
    DATA: "354 End data with <CR><LF>.<CR><LF>",
    ".": "250 2.0.0 Ok: queued",
    QUIT: "221 2.0.0 Bye",
    STARTTLS: "220 2.0.0 Ready to start TLS",
    RSET: "250 2.0.0 Ok",
  };
  const all = { ...usual, ...replies };
  const { port } = await tcpServer((socket) => {
    let inData = false;
    const say = (what) => (typeof what === "function" ? what(socket) : what && socket.write(`${what}\r\n`));
    say(all.greeting);
    socket.on("data", (chunk) => {
      const text = chunk.toString();
      if (inData) {
        if (text.endsWith("\r\n.\r\n")) {
          inData = false;
          say(all["."]);
        }
        return;
      }
      for (const line of text.split("\r\n").filter(Boolean)) {
        const word = line.split(/[ :]/)[0].toUpperCase();
        const reply = all[word] ?? "502 5.5.2 Error: command not recognized";
        if (word === "DATA" && String(reply).startsWith("354")) inData = true;
        say(reply);
      }
    });
  });
  return port;
};
