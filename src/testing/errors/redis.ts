/* Errors of the two clients of Redis: what the server replies begins with its code, all else is in words. */
import { builder, type ErrorDetails, entryOf, type Shape } from "./builder.ts";
import { makeError } from "./make-error.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";

/** What Redis says behind the codes that people meet. Source: redis src/server.c, src/script.c, src/cluster.c. */
const REPLIES = {
  ERR: "unknown command 'NOPE', with args beginning with: ",
  WRONGTYPE: "Operation against a key holding the wrong kind of value",
  NOSCRIPT: "No matching script. Please use EVAL.",
  OOM: "command not allowed when used memory > 'maxmemory'.",
  BUSY: "Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.",
  READONLY: "You can't write against a read only replica.",
  LOADING: "Redis is loading the dataset in memory",
  NOAUTH: "Authentication required.",
  WRONGPASS: "invalid username-password pair or user is disabled.",
  NOPERM: "this user has no permissions to run the 'get' command",
  CLUSTERDOWN: "Hash slot not served",
  NOREPLICAS: "Not enough good replicas to write.",
  MASTERDOWN: 'Link with MASTER is down and replica-serve-stale-data is set to "no".',
  MISCONF: "Redis is configured to save RDB snapshots, but it is currently unable to persist to disk.",
  UNBLOCKED: "force unblock from blocking operation, instance state changed (master -> replica?)",
  MOVED: "3999 127.0.0.1:6381",
  ASK: "3999 127.0.0.1:6381",
  TRYAGAIN: "Multiple keys request during rehashing of slot",
  CROSSSLOT: "Keys in request don't hash to the same slot",
  EXECABORT: "Transaction discarded because of previous errors.",
} as const;

/** The code of a reply. A script may reply with one of its own, so every word in capitals is one. */
type Reply = keyof typeof REPLIES | (string & {});

const isReply = (code: string): boolean => /^[A-Z][A-Z_]+$/.test(code);

const replyOf = (code: string): string => `${code} ${entryOf<string>(REPLIES, code) ?? "replied by a script"}`;

const WHAT = "the code of a reply, such as LOADING, one of the network, such as ECONNREFUSED, or";

/** What ioredis says itself. */
const IOREDIS_WORDS = [
  "Connection is closed.",
  "Command timed out",
  "Stream isn't writeable and enableOfflineQueue options is false",
  "None of startup nodes is available",
] as const;

export type IoredisCode = Reply | (typeof IOREDIS_WORDS)[number] | "MaxRetriesPerRequestError";

/** @param code of a reply (`LOADING`), `MaxRetriesPerRequestError`, or what ioredis says itself (`Connection is closed.`); it throws no error of the network but by its events */
export const ioredis: (code: IoredisCode, details?: ErrorDetails) => Error = builder<IoredisCode>({
  name: "ioredis",
  code: `${WHAT} a word of ioredis, such as MaxRetriesPerRequestError or "Connection is closed."`,
  words: [...Object.keys(REPLIES), ...IOREDIS_WORDS, "MaxRetriesPerRequestError", ...NETWORK_CODES],
  shape: (code) => {
    if (code === "MaxRetriesPerRequestError")
      return {
        classes: [code, "AbortError", "RedisError"],
        name: code,
        message: 'Reached the max retries per request limit (which is 20). Refer to "maxRetriesPerRequest" option for details.',
      };
    if ((IOREDIS_WORDS as readonly string[]).includes(code)) return { message: code };
    const network = networkShape(code);
    if (network !== undefined || !isReply(code)) return network;
    return {
      classes: ["ReplyError", "RedisError"],
      name: "ReplyError",
      message: replyOf(code),
      own: { command: { name: "GET", args: ["key"] } },
    };
  },
});

/** What node-redis says itself, and the class of its error. */
const NODE_REDIS_WORDS = {
  SocketClosedUnexpectedlyError: "Socket closed unexpectedly",
  ClientClosedError: "The client is closed",
  ClientOfflineError: "The client is offline",
  ConnectionTimeoutError: "Connection timeout",
  MultiErrorReply: "1 commands failed, see .replies and .errorIndexes for more information",
} as const;

export type RedisCode = Reply | keyof typeof NODE_REDIS_WORDS | NetworkCode;

function nodeRedisShape(code: string): Shape | undefined {
  const simple = (reply: string): Shape => ({ classes: ["SimpleError", "ErrorReply"], message: replyOf(reply) });
  const word = entryOf<string>(NODE_REDIS_WORDS, code);
  if (code === "MultiErrorReply")
    return {
      classes: [code, "ErrorReply"],
      message: NODE_REDIS_WORDS[code],
      own: { replies: [makeError(simple("WRONGTYPE"), nodeRedisShape)], errorIndexes: [0] },
    };
  if (word !== undefined) return { classes: [code], message: word };
  return networkShape(code) ?? (isReply(code) ? simple(code) : undefined);
}

/** @param code of a reply (`LOADING`), the name of an error of node-redis (`ClientClosedError`), or a code of the network, which it throws as it is */
export const redis: (code: RedisCode, details?: ErrorDetails) => Error = builder<RedisCode>({
  name: "redis",
  code: `${WHAT} a name of node-redis, such as ClientClosedError`,
  words: [...Object.keys(REPLIES), ...Object.keys(NODE_REDIS_WORDS), ...NETWORK_CODES],
  shape: nodeRedisShape,
});
