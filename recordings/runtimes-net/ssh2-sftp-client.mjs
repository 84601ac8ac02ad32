import SftpClient from "ssh2-sftp-client";
import { refusing, tcpServer } from "../servers.mjs";
import { sftpServer, sshServer } from "./servers/sshd.mjs";

const quiet = { error: () => {}, end: () => {}, close: () => {} };
const connect = async (port, options = {}) => {
  const client = new SftpClient("shop", quiet);
  await client.connect({ host: "127.0.0.1", port, username: "shop", password: "secret", readyTimeout: 5000, ...options });
  return client;
};
const answering = async (answers) => connect(await sftpServer(answers));
const status = (code, words) => (sftp, id) => sftp.status(id, code, words);

export default {
  library: "ssh2-sftp-client",
  packages: ["ssh2-sftp-client", "ssh2"],
  cases: [
    {
      id: "auth.all-failed",
      provoked: "connect with a wrong password",
      how: "provoked",
      expected: "AUTH",
      because: "the server takes none of the credentials",
      run: async () => connect(await sshServer(), { password: "wrong" }),
    },
    {
      id: "connection.refused",
      provoked: "connect to a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => connect(Number(new URL(await refusing()).port)),
    },
    {
      id: "handshake.timeout",
      provoked: "connect to a server that never says anything, readyTimeout 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the handshake",
      run: async () => connect((await tcpServer(() => {})).port, { readyTimeout: 200 }),
    },
    {
      id: "handshake.reset",
      provoked: "connect, the server resets the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was reset",
      run: async () =>
        connect(
          (
            await tcpServer((socket) => {
              socket.on("data", () => socket.resetAndDestroy());
              socket.write("SSH-2.0-OpenSSH_9.6\r\n");
            })
          ).port,
        ),
    },
    {
      id: "list.cut",
      provoked: "list, the server cuts the connection while it is asked",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost while the client waited",
      run: async () => (await answering({ OPENDIR: (_sftp, _id, connection) => connection._sock.destroy() })).list("/inbox"),
    },
    {
      id: "get.no-such-file",
      provoked: "get of a file that is not there",
      how: "provoked",
      expected: "PERMANENT",
      because: "the file is not there",
      run: async () => (await answering({ OPEN: status(2, "No such file") })).get("/inbox/nope.csv"),
    },
    {
      id: "delete.permission-denied",
      provoked: "delete answered SSH_FX_PERMISSION_DENIED",
      how: "provoked",
      expected: "PERMISSION",
      because: "this user may not remove the file",
      run: async () => (await answering({ REMOVE: status(3, "Permission denied") })).delete("/inbox/a.csv"),
    },
    {
      id: "rename.failure",
      provoked: "rename answered SSH_FX_FAILURE",
      how: "provoked",
      expected: "UNKNOWN",
      because: "SFTP 3 says Failure for everything that has no code of its own",
      run: async () =>
        (
          await answering({
            RENAME: status(4, "Failure"),
            REALPATH: (sftp, id) => sftp.name(id, [{ filename: "/inbox/a.csv", longname: "", attrs: {} }]),
          })
        ).rename("/inbox/a.csv", "/done/a.csv"),
    },
    {
      id: "not-connected",
      provoked: "list on a client that was ended",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program uses a client without a connection",
      run: async () => {
        const client = await answering({});
        await client.end();
        return client.list("/inbox");
      },
    },
  ],
};
