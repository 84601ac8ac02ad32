/*
 * Redis and Valkey: ioredis, node-redis, iovalkey, Upstash, Bun. A server's error is told by the first word of its reply, which is all
 * that the clients keep of it; a client's own error by its text, after what it wraps. Where the client proves that it is a reply, a word
 * that is not known here comes from a script or a module: the request was understood and refused.
 * Sources: redis src/server.c (createSharedObjects), script, cluster, sentinel and acl sources; ioredis README; node-redis
 * packages/client/lib/errors.ts; node_redis 3 README (error codes); Upstash, "Max Requests Limit Exceeded".
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { judgeAs, type Library, type Link, type Meaning, type Verdict } from "../shared/index.ts";

// The first word of a reply, also of one that is quoted: by a transaction, by a script on a server before 7.
const TRANSIENT =
  /^(.*(of|\d): -?)?(LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY|MOVED|ASK|NOREPLICAS|NOSCRIPT|MISCONF|OOM|UNBLOCKED|ERR max number) |illed by user/;

// What the clients say of their connections.
const LOST =
  /^(Command|Socket|Connection) (tim|ab|clo|is closed\.$)|retries per req|slots cache|(up|root) nodes|entinels? |er redirections|OfflineQ|nt is offline|queue is full|for a client after|UNCERTAIN_|ION_BROKEN|REDIS_(CONN|IDLE)/;

/** The server's replies. */
function redisRule(link: Link): Verdict {
  const { name, message: text } = link;
  if (/^(NOAUTH|WRONGPASS|ERR (invalid (user|pass)|.*AUTH[ ,]))/.test(text)) return "AUTH";
  if (/^(NOPERM|DENIED) /.test(text)) return "PERMISSION";
  if (/^(INPROG|ERR) .*already in|after WATCH$|watched keys/.test(text)) return "CONCURRENCY";
  if (/^ERR .*(rate|requests?) limit/.test(text)) return "RATE_LIMIT";
  if (TRANSIENT.test(text)) return "TRANSIENT";
  // Before an abort or a timeout is told by its name.
  return name === "AbortError" || name === "TimeoutError" ? redisFallback(link) : undefined;
}

/** A reply of another word, and what a client says itself: what they wrap may know better. */
function redisFallback(link: Link): Verdict {
  const { name, code, message: text } = link;
  if (LOST.test(code + text)) return "TRANSIENT";
  return /ErrorReply|ReplyError|(Simple|Blob)ErrorError/.test(link.text("constructor", "name") + name) ||
    link.read("command", "args") ||
    /^(ERR|WRONGTYPE|EXECABORT|CROSSSLOT|The client is cl|Disconnects cl)/.test(text)
    ? "PERMANENT"
    : undefined;
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
    // Two of its own are called like what aborts and timeouts are called, and are none.
    names: ["AbortError", "TimeoutError"],
    beginnings: [/^[A-Z]{3,}\b/],
    words: ["watched keys", "after WATCH"],
  },
  meaning,
};

/**
 * Classifies errors of the Redis clients. What it does not know is `UNKNOWN`: put `firstKnown(redisClassifier, defaultClassifier)`
 * where other errors come by.
 */
export const redisClassifier: Classifier = (error) => judgeAs(meaning, error);
