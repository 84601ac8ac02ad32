import { createServer } from "node:tls";
import nodemailer from "nodemailer";
import { cert, key } from "../certificate.mjs";
import { refusing, tcpServer } from "../servers.mjs";
import { mailServer } from "./servers/smtp.mjs";

const letter = { from: "shop@example.com", to: "ann@example.org", subject: "Your order", text: "It is on its way." };
const sendTo = (port, options = {}, message = letter) =>
  nodemailer
    .createTransport({
      host: "127.0.0.1",
      port,
      secure: false,
      ignoreTLS: true,
      connectionTimeout: 5000,
      greetingTimeout: 5000,
      socketTimeout: 5000,
      ...options,
    })
    .sendMail(message);
const auth = { user: "shop", pass: "wrong" };

export default {
  library: "nodemailer",
  packages: ["nodemailer"],
  cases: [
    {
      id: "auth.535",
      provoked: "sendMail with a wrong password, the server answers AUTH with 535 5.7.8",
      how: "provoked",
      expected: "AUTH",
      because: "the server does not know this user and password",
      run: async () =>
        sendTo(
          await mailServer({
            AUTH: "535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8  https://support.google.com/mail/?p=BadCredentials a640c23a62f3a-ae6e8f sm1234 - gsmtp",
          }),
          { auth },
        ),
    },
    {
      id: "auth.454-too-many-logins",
      provoked: "sendMail, the server answers AUTH with 454 4.7.0 Too many login attempts",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the server asks for fewer logins; it says nothing about the password",
      run: async () =>
        sendTo(
          await mailServer({
            AUTH: "454 4.7.0 Too many login attempts, please try again later. For more information, go to https://support.google.com/mail/answer/7126229 - gsmtp",
          }),
          { auth },
        ),
    },
    {
      id: "rcpt.450-greylisted",
      provoked: "sendMail, the server answers RCPT TO with 450 4.2.0 Greylisted",
      how: "provoked",
      expected: "TRANSIENT",
      because: "a greylisting server takes the same letter when it comes again",
      run: async () =>
        sendTo(
          await mailServer({
            RCPT: "450 4.2.0 <ann@example.org>: Recipient address rejected: Greylisted, see http://postgrey.example.net/help/example.org.html",
          }),
        ),
    },
    {
      id: "rcpt.550-unknown-user",
      provoked: "sendMail, the server answers RCPT TO with 550 5.1.1",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such mailbox",
      run: async () =>
        sendTo(
          await mailServer({
            RCPT: "550-5.1.1 The email account that you tried to reach does not exist. Please try\r\n550-5.1.1 double-checking the recipient's email address for typos or\r\n550 5.1.1 unnecessary spaces. - gsmtp",
          }),
        ),
    },
    {
      id: "data.454-throttling",
      provoked: "sendMail, the server answers the end of DATA with 454 Throttling failure: Maximum sending rate exceeded.",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the service limits how many letters a second it takes",
      run: async () => sendTo(await mailServer({ ".": "454 Throttling failure: Maximum sending rate exceeded." })),
    },
    {
      id: "mail.552-too-big",
      provoked: "sendMail, the server answers MAIL FROM with 552 5.3.4",
      how: "provoked",
      expected: "PERMANENT",
      because: "the letter is larger than the server takes",
      run: async () => sendTo(await mailServer({ MAIL: "552 5.3.4 Message size exceeds fixed maximum message size" })),
    },
    {
      id: "greeting.421",
      provoked: "sendMail, the server greets with 421 4.3.2 Service not available and closes",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server is not there now and says so with its code for that",
      run: async () =>
        sendTo(
          await mailServer({
            greeting: (socket) => socket.end("421 4.3.2 Service not available, closing transmission channel\r\n"),
          }),
        ),
    },
    {
      id: "greeting.timeout",
      provoked: "sendMail to a server that accepts and never greets, greetingTimeout 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the greeting",
      run: async () => sendTo((await tcpServer(() => {})).port, { greetingTimeout: 200 }),
    },
    {
      id: "connection.refused",
      provoked: "sendMail to a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => sendTo(Number(new URL(await refusing()).port)),
    },
    {
      id: "connection.cut",
      provoked: "sendMail, the server destroys the socket after MAIL FROM",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost before the letter was given over",
      run: async () => sendTo(await mailServer({ MAIL: (socket) => socket.destroy() })),
    },
    {
      id: "tls.self-signed",
      provoked: "sendMail over TLS to a server with a self-signed certificate",
      how: "provoked",
      expected: "PERMANENT",
      because: "the certificate will be the same at the next attempt",
      run: async () => {
        const server = createServer({ key, cert }, (socket) => socket.write("220 hello\r\n")).unref();
        server.on("tlsClientError", () => {});
        await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
        return sendTo(server.address().port, { secure: true, ignoreTLS: false });
      },
    },
    {
      id: "no-recipients",
      provoked: "sendMail of a letter without any recipient",
      how: "provoked",
      expected: "PERMANENT",
      because: "the letter itself is wrong",
      run: async () => sendTo(await mailServer(), {}, { from: "shop@example.com", subject: "to nobody", text: "?" }),
    },
  ],
};
