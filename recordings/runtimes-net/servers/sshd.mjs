import { generateKeyPairSync } from "node:crypto";
import ssh2 from "ssh2";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs1", format: "pem" },
});

/** An SSH server (ssh2's own). `talk(connection)` adds what a case wants; a password of "secret" is right. */
export const sshServer = async (talk = () => {}, options = {}) => {
  const server = new ssh2.Server({ hostKeys: [privateKey], ...options }, (connection) => {
    connection.on("error", () => {});
    connection.on("authentication", (context) =>
      context.method === "password" && context.password === "secret" ? context.accept() : context.reject(["password"]),
    );
    talk(connection);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  server.unref();
  return server.address().port;
};

const REQUESTS = "OPEN OPENDIR READDIR STAT LSTAT MKDIR RENAME REALPATH REMOVE WRITE CLOSE FSTAT".split(" ");

/** Answers SFTP requests by name: `{ OPEN: (sftp, id) => sftp.status(id, 3) }`. */
export const sftpServer = (answers, options) =>
  sshServer((connection) => {
    connection.on("ready", () =>
      connection.on("session", (accept) =>
        accept().on("sftp", (acceptSftp) => {
          const sftp = acceptSftp();
          for (const name of REQUESTS)
            sftp.on(name, (id, ...rest) => (answers[name] ? answers[name](sftp, id, connection, ...rest) : sftp.status(id, 8)));
        }),
      ),
    );
  }, options);
