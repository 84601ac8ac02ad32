import ssh2 from "ssh2";
import { refusing, tcpServer } from "../servers.mjs";
import { sftpServer, sshServer } from "./servers/sshd.mjs";

const connect = (port, options = {}) =>
  new Promise((resolve, reject) => {
    const client = new ssh2.Client();
    client.on("ready", () => resolve(client));
    client.on("error", reject);
    client.connect({ host: "127.0.0.1", port, username: "shop", password: "secret", readyTimeout: 5000, ...options });
  });
const call = (target, name, ...given) =>
  new Promise((resolve, reject) => target[name](...given, (error, value) => (error ? reject(error) : resolve(value))));
const sftpOf = async (answers) => call(await connect(await sftpServer(answers)), "sftp");
/** What a forward gets when the server answers with this reason and these words. */
const forward = async (reason, words) => {
  const port = await sshServer((connection) => {
    connection.on("ready", () => {
      const protocol = connection._protocol;
      const fail = protocol.channelOpenFail.bind(protocol);
      protocol.channelOpenFail = (sender) => fail(sender, reason, words);
      connection.on("tcpip", (_accept, reject) => reject());
    });
  });
  return call(await connect(port), "forwardOut", "127.0.0.1", 0, "127.0.0.1", 5432);
};
const status = (code, words) => (sftp, id) => sftp.status(id, code, words);

export default {
  library: "ssh2",
  packages: ["ssh2"],
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
      id: "handshake.cut",
      provoked: "connect, the server ends the connection before the handshake (sshd with MaxStartups reached)",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was closed before anything was settled",
      run: async () => connect((await tcpServer((socket) => socket.end())).port),
    },
    {
      id: "handshake.no-common-kex",
      provoked: "connect with only an old key exchange, which the server has not",
      how: "provoked",
      expected: "PERMANENT",
      because: "the two sides have no algorithm in common, and will not at the next attempt",
      run: async () =>
        connect(await sshServer(() => {}, { algorithms: { kex: ["ecdh-sha2-nistp256"] } }), {
          algorithms: { kex: ["diffie-hellman-group14-sha1"] },
        }),
    },
    {
      id: "host-denied",
      provoked: "connect with a hostVerifier that does not know the host's key",
      how: "provoked",
      expected: "PERMANENT",
      because: "the host's key is not the one that is known",
      run: async () => connect(await sshServer(), { hostVerifier: () => false }),
    },
    {
      id: "disconnect.too-many-connections",
      provoked: "connect, the server disconnects with reason 12 when the login comes",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the server has no room for another connection now",
      run: async () =>
        connect(
          await sshServer((connection) => {
            connection.removeAllListeners("authentication");
            connection.on("authentication", () => connection._protocol.disconnect(12));
          }),
        ),
    },
    {
      id: "channel.connection-refused",
      provoked: "forwardOut to a port where nobody listens behind the server: reason 2, Connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the host behind the server refused the connection",
      run: () => forward(2, "Connection refused"),
    },
    {
      id: "channel.prohibited",
      provoked: "forwardOut with AllowTcpForwarding no: reason 1, open failed",
      how: "provoked",
      expected: "PERMISSION",
      because: "the server forbids forwarding",
      run: () => forward(1, "open failed"),
    },
    {
      id: "exec.lost",
      provoked: "exec, the server cuts the connection while the client waits for the channel",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost before the answer came",
      run: async () => {
        const port = await sshServer((connection) =>
          connection.on("ready", () => connection.on("session", () => connection._sock.destroy())),
        );
        return call(await connect(port), "exec", "ls");
      },
    },
    {
      id: "not-connected",
      provoked: "exec on a client that was ended",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program uses a client without a connection",
      run: async () => {
        const client = await connect(await sshServer());
        client.end();
        await new Promise((resolve) => client.on("close", resolve));
        return call(client, "exec", "ls");
      },
    },
    {
      id: "keepalive.timeout",
      provoked: "a server that stops reading; the client's keepalives get no answer",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the server to answer",
      run: async () => {
        const port = await sshServer((connection) => connection.on("ready", () => connection._sock.pause()));
        const client = await connect(port, { keepaliveInterval: 60, keepaliveCountMax: 2 });
        return new Promise((_resolve, reject) => client.on("error", reject));
      },
    },
    {
      id: "sftp.permission-denied",
      provoked: "sftp.open of a file of another user, answered SSH_FX_PERMISSION_DENIED",
      how: "provoked",
      expected: "PERMISSION",
      because: "this user may not open the file",
      run: async () => call(await sftpOf({ OPEN: status(3, "Permission denied") }), "open", "/etc/shadow", "r"),
    },
    {
      id: "sftp.failure",
      provoked: "sftp.mkdir answered SSH_FX_FAILURE",
      how: "provoked",
      expected: "UNKNOWN",
      because: "SFTP 3 says Failure for a full disk, an existing folder and everything else",
      run: async () => call(await sftpOf({ MKDIR: status(4, "Failure") }), "mkdir", "/inbox"),
    },
    {
      id: "sftp.no-such-file",
      provoked: "sftp.stat answered SSH_FX_NO_SUCH_FILE",
      how: "provoked",
      expected: "PERMANENT",
      because: "the file is not there",
      run: async () => call(await sftpOf({ STAT: status(2, "No such file") }), "stat", "/nope.csv"),
    },
  ],
};
