/*
 * Redis and Valkey: ioredis, node-redis, iovalkey, Upstash, Bun. A server's error is told by the first word of its reply, which is all
 * that the clients keep of it; a client's own error by its text, after what it wraps. Where the client proves that it is a reply, a word
 * that is not known here comes from a script or a module: the request was understood and refused.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import type { Kind } from "../../core/failure/kind.ts";
import {
  type Beginnings,
  type Codes,
  classifierOfLibrary,
  kindOfBeginning,
  kindOfCode,
  kindOfPattern,
  type Library,
  type Link,
  type Meaning,
  type Patterns,
  type Verdict,
} from "../shared/index.ts";

/* The first word of a reply. Sources: redis src/server.c (createSharedObjects), src/script.c, src/cluster.c, src/acl.c; Redis, "Replication". */
export const REDIS_REPLIES: Codes = {
  AUTH: ["NOAUTH", "WRONGPASS"],
  PERMISSION: ["NOPERM", "DENIED"],
  TRANSIENT: [
    "LOADING",
    "BUSY",
    "TRYAGAIN",
    "CLUSTERDOWN",
    "MASTERDOWN",
    "READONLY",
    "MOVED",
    "ASK",
    "NOREPLICAS",
    "NOSCRIPT",
    "MISCONF",
    "OOM",
    "UNBLOCKED",
  ],
};

/* The same where no error of the chain says more: the command was refused. */
export const REDIS_REFUSALS: Codes = {
  PERMANENT: ["ERR", "WRONGTYPE", "EXECABORT", "CROSSSLOT"],
};

/* ERR is said of anything. Sources: redis src/networking.c, src/acl.c and before 6 src/server.c (AUTH). */
export const ERR_BEGINNINGS: Beginnings = {
  AUTH: [
    "ERR invalid password",
    "ERR invalid username",
    "ERR Client sent AUTH, but no password is set",
    "ERR AUTH <password> called without any password",
  ],
  TRANSIENT: ["ERR max number of clients"],
};

/* Words behind it. "Background save already in progress"; scripts write names before them. */
export const ERR_WORDS: Patterns = {
  CONCURRENCY: /^(ERR|INPROG) .*\balready in progress\b/,
  // Upstash: the quota of the plan is used up, which no waiting cures.
  PERMANENT: /^ERR max (daily )?requests? limit exceeded\b/,
  RATE_LIMIT: /^ERR .*\b((rate|request|requests) limit|requests per second)\b/,
  TRANSIENT: /\bScript killed by user\b/,
};

/* A reply that a transaction or a script quotes: "because of: OOM command ...", "@user_script: 1: -READONLY You can't ..." (before 7). */
const QUOTED = /(?:because of|:\s?\d+): -?([A-Z]+) /;

/* How Upstash puts a reply to one of several commands. Source: @upstash/redis pkg/auto-pipeline.ts and pkg/pipeline.ts. */
const UPSTASH = "UpstashError";
const PIPELINED = /^Command (?:\d+ \[ \S+ \] )?failed: /;

const replyOf = ({ name, message }: Link): string => (name === UPSTASH ? message.replace(PIPELINED, "") : message);

/* Transactions that must be run again. Source: node-redis packages/client/lib/client. */
export const WATCH: Beginnings = {
  CONCURRENCY: ["One (or more) of the watched keys has been changed", "Client reconnected after WATCH"],
};

/* What the clients say of their connections. Sources: ioredis lib/; node-redis packages/client/lib/errors.ts, sentinel and commands-queue.ts. */
export const CLIENTS_WORDS: Beginnings = {
  TRANSIENT: [
    "Command aborted due to connection close",
    "Connection is closed.",
    "Connection closed",
    "Socket closed unexpectedly",
    "Reached the max retries per request limit",
    "Stream isn't writeable and enableOfflineQueue options is false",
    "Cluster isn't ready and enableOfflineQueue options is false",
    "The client is offline",
    "The queue is full",
    "None of startup nodes is available",
    "All the root nodes are unavailable",
    "Failed to refresh slots cache.",
    "Too many Cluster redirections",
    "All sentinels are unreachable",
    "failed to connect to sentinel ",
    "Couldn't connect to any sentinel node",
    "Sentinel Client (",
    "None of the sentinels are available",
    "Scan iteration was interrupted by a Sentinel master change",
  ],
  TIMEOUT: [
    "Command timed out",
    "Command timeout during maintenance",
    "Connection timeout",
    "Socket timeout",
    "Timeout waiting for a client",
  ],
  PERMANENT: ["The client is closed", "Disconnects client"],
};

/* Sources: node_redis 3 README, "Error codes"; Bun, RedisClient. */
export const REDIS_CLIENT_CODES: Codes = {
  TRANSIENT: ["UNCERTAIN_STATE", "CONNECTION_BROKEN", "ERR_REDIS_CONNECTION_CLOSED", "ERR_REDIS_IDLE_TIMEOUT"],
  TIMEOUT: ["ERR_REDIS_CONNECTION_TIMEOUT"],
  AUTH: ["ERR_REDIS_AUTHENTICATION_FAILED", "ERR_REDIS_INVALID_USERNAME", "ERR_REDIS_INVALID_PASSWORD"],
  PERMANENT: [
    "ERR_REDIS_INVALID_ARGUMENT",
    "ERR_REDIS_INVALID_COMMAND",
    "ERR_REDIS_INVALID_DATABASE",
    "ERR_REDIS_TLS_NOT_AVAILABLE",
    "ERR_REDIS_TLS_UPGRADE_FAILED",
  ],
};

/* What ioredis, iovalkey and node_redis call a reply; and the classes of node-redis, which give themselves no names. */
const REPLY_NAME = "ReplyError";
export const REPLY_CLASSES: readonly string[] = ["ErrorReply", "MultiErrorReply", "SimpleError", "BlobError"];

/** What two of its own errors are called, which mean neither. */
export const BORROWED: ReadonlySet<string> = /* @__PURE__ */ new Set(["AbortError", "TimeoutError"]);

/** The server's replies, and what is said of a transaction. */
function redisRule(link: Link): Verdict {
  const { name } = link;
  const message = replyOf(link);
  return (
    kindOfReply(message) ??
    kindOfBeginning(WATCH, message) ??
    // Before an abort or a timeout is told by its name.
    (BORROWED.has(name) ? redisFallback(link) : undefined)
  );
}

function kindOfReply(message: string): Kind | undefined {
  const word = firstWord(message);
  const quoted = QUOTED.exec(message)?.[1];
  return (
    kindOfCode(REDIS_REPLIES, word) ??
    kindOfBeginning(ERR_BEGINNINGS, message) ??
    kindOfPattern(ERR_WORDS, message) ??
    (quoted === undefined ? undefined : kindOfCode(REDIS_REPLIES, quoted))
  );
}

/** `""` where nothing follows it. */
const firstWord = (message: string): string => message.slice(0, Math.max(0, message.indexOf(" ")));

/** A reply of another word, and what a client says itself: what they wrap may know better. */
function redisFallback(link: Link): Verdict {
  const { code } = link;
  const message = replyOf(link);
  return (
    // The same words with another code are another client's.
    (code === "" ? kindOfBeginning(CLIENTS_WORDS, message) : kindOfCode(REDIS_CLIENT_CODES, code)) ??
    kindOfCode(REDIS_REFUSALS, firstWord(message)) ??
    (isReply(link) ? "PERMANENT" : undefined)
  );
}

/** By its name, its class, or the command that ioredis keeps with its arguments. */
function isReply(link: Link): boolean {
  if (link.name === REPLY_NAME || REPLY_CLASSES.includes(link.text("constructor", "name"))) return true;
  return Boolean(link.read("command", "args"));
}

const meaning: Meaning = {
  rule: redisRule,
  beforeConnection: redisFallback,
  wrappers: ["socketError", "lastNodeError", "previousErrors", "replies", "0", "1"],
};

export const redis: Library = {
  name: "redis",
  looks: {
    fields: ["command"],
    names: [BORROWED, UPSTASH],
    beginnings: [REDIS_REPLIES, REDIS_REFUSALS, WATCH, "INPROG"],
  },
  meaning,
};

/**
 * Classifies errors of the Redis clients. What it does not know is `UNKNOWN`: put `firstKnown(redisClassifier, defaultClassifier)`
 * where other errors come by.
 */
export const redisClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("redisClassifier", meaning);
