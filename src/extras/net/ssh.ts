/*
 * SSH and SFTP: ssh2, and ssh2-sftp-client on top of it. What happened on the way is told by `level`, an SFTP status by its number, which
 * ssh2-sftp-client keeps beside `custom`; a channel that the server does not open by `reason`; a farewell of the server by its name.
 */
import {
  type Beginnings,
  type Codes,
  connectionRule,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/* Source: ssh2 lib/client.js, lib/protocol/utils.js, kex.js. A socket's level says less than its code. */
export const SSH_LEVELS: Codes = {
  AUTH: ["client-authentication"],
  TIMEOUT: ["client-timeout"],
  TRANSIENT: ["client-dns"],
  PERMANENT: ["handshake", "sftp-protocol"],
};

/* Numbers of SFTP 3. 4 (FAILURE) says nothing; 1 (EOF) is the end of a file. Source: draft-ietf-secsh-filexfer-02, 7. */
export const SFTP_STATUSES: Codes = {
  PERMANENT: [
    1, // SSH_FX_EOF
    2, // SSH_FX_NO_SUCH_FILE
    5, // SSH_FX_BAD_MESSAGE
    8, // SSH_FX_OP_UNSUPPORTED
  ],
  PERMISSION: [
    3, // SSH_FX_PERMISSION_DENIED
  ],
  TRANSIENT: [
    6, // SSH_FX_NO_CONNECTION
    7, // SSH_FX_CONNECTION_LOST
  ],
};

/* How ssh2 and OpenSSH's server put these statuses. Sources: ssh2 lib/protocol/SFTP.js; OpenSSH sftp-server.c. */
export const SFTP_WORDS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "End of file",
  "No such file or directory",
  "No such file",
  "Permission denied",
  "Bad message",
  "No connection",
  "Connection lost",
  "Operation unsupported",
]);

/* Source: ssh2-sftp-client src/constants.js. */
export const SFTP_CLIENT_CODES: Codes = {
  AUTH: ["ERR_BAD_AUTH"],
  PERMANENT: ["ERR_BAD_PATH", "ERR_NOT_CONNECTED"],
};
const GENERIC = "ERR_GENERIC_CLIENT";

/* The names of ssh2-sftp-client's methods, which it puts before the words of ssh2: "getConnection: ", "put->_put: ". */
const METHODS = /^(?:\w+(?:->|: ))+/;

/* Why the connection ended while it waited. Source: ssh2-sftp-client src/utils.js. */
export const ENDED: readonly string[] = ["Unexpected end event", "Unexpected close event"];

/* Reasons of RFC 4254, 5.1. */
export const CHANNEL_REASONS: Codes = {
  PERMISSION: [
    1, // SSH_OPEN_ADMINISTRATIVELY_PROHIBITED
  ],
  TRANSIENT: [
    2, // SSH_OPEN_CONNECT_FAILED
    4, // SSH_OPEN_RESOURCE_SHORTAGE
  ],
  PERMANENT: [
    3, // SSH_OPEN_UNKNOWN_CHANNEL_TYPE
  ],
};
const CHANNEL = "(SSH) Channel open failure";

/* Reasons of RFC 4253, 11.1, by name where the server gives no words, and OpenSSH's words for one of them. Source: ssh2 lib/protocol/constants.js. */
export const FAREWELLS: Beginnings = {
  AUTH: ["NO_MORE_AUTH_METHODS_AVAILABLE", "AUTH_CANCELED_BY_USER", "ILLEGAL_USER_NAME", "Too many authentication failures"],
  PERMISSION: ["HOST_NOT_ALLOWED_TO_CONNECT"],
  RATE_LIMIT: ["TOO_MANY_CONNECTIONS"],
  TRANSIENT: ["SERVICE_NOT_AVAILABLE", "CONNECTION_LOST", "MAC_ERROR"],
  PERMANENT: [
    "PROTOCOL_ERROR",
    "KEY_EXCHANGE_FAILED",
    "COMPRESSION_ERROR",
    "PROTOCOL_VERSION_NOT_SUPPORTED",
    "HOST_KEY_NOT_VERIFIABLE",
  ],
};

/* What ssh2 says where it gives no level. Source: ssh2 lib/client.js. */
export const WORDS: Beginnings = {
  AUTH: ["All configured authentication methods failed"],
  TRANSIENT: ["No response from server", "Connection lost before handshake", "No free channels available"],
  PERMANENT: [
    "Handshake failed: ",
    "Host denied (verification failed)",
    "Cannot parse privateKey: ",
    "Unsupported key format",
    "Unable to start subsystem: ",
  ],
};

function sshRule(link: Link): Verdict {
  const { name, code, message } = link;
  if (name !== "Error") return undefined;
  if (message.startsWith(CHANNEL)) return kindOfCode(CHANNEL_REASONS, link.read("reason") as number);
  const status = link.read("code");
  if (typeof status === "number") {
    if (link.read("custom") === true || SFTP_WORDS.has(message)) return kindOfCode(SFTP_STATUSES, status);
    return kindOfBeginning(FAREWELLS, message);
  }
  const words = message.replace(METHODS, "");
  if (ENDED.includes(words) && code === GENERIC) return "TRANSIENT";
  return (
    kindOfCode(SFTP_CLIENT_CODES, code) ??
    // A code of the system, on an error that has a level too, says more.
    connectionRule(link) ??
    kindOfCode(SSH_LEVELS, link.text("level")) ??
    kindOfBeginning(WORDS, words)
  );
}

export const ssh: Library = {
  name: "ssh",
  looks: {
    fields: ["level", "custom"],
    codes: [SFTP_CLIENT_CODES, GENERIC],
    beginnings: [CHANNEL, FAREWELLS, WORDS, SFTP_WORDS, "getConnection: "],
  },
  meaning: { rule: sshRule },
};
