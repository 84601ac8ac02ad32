/*
 * Redis and Valkey: ioredis, node-redis, iovalkey, Upstash, Bun. A server's error is told by the first word of its reply, which is all
 * that the clients keep of it; a client's own error by its text, after what it wraps. Where the client proves that it is a reply, a word
 * that is not known here comes from a script or a module: the request was understood and refused.
 * Sources: redis src/server.c (createSharedObjects), script, cluster, sentinel and acl sources; ioredis README; node-redis
 * packages/client/lib/errors.ts; node_redis 3 README (error codes); Upstash, "Max Requests Limit Exceeded".
 */
import type { Classifier } from "../core/failure/classification.ts";
import { connectionRule } from "./connection.ts";
import { judge, type Link, read, string, type Verdict } from "./judge.ts";

// The first word of a reply, also of one that is quoted: by a transaction, by a script on a server before 7.
const TRANSIENT =
  /^(.*(of|\d): -?)?(LOADING|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN|READONLY|MOVED|ASK|NOREPLICAS|NOSCRIPT|MISCONF|OOM|UNBLOCKED|ERR max number) |illed by user/;

// What the clients say of their connections.
const LOST =
  /^(Command|Socket|Connection) (tim|ab|clo|is closed\.$)|retries per req|slots cache|(up|root) nodes|entinels? |er redirections|OfflineQ|nt is offline|queue is full|for a client after|UNCERTAIN_|ION_BROKEN|REDIS_(CONN|IDLE)/;

/** The server's replies. */
export function redisRule({ text }: Link): Verdict {
  if (/^(NOAUTH|WRONGPASS|ERR (invalid (user|pass)|.*AUTH[ ,]))/.test(text)) return "AUTH";
  if (/^(NOPERM|DENIED) /.test(text)) return "PERMISSION";
  if (/^(INPROG|ERR) .*already in|after WATCH$|watched keys/.test(text)) return "CONCURRENCY";
  if (/^ERR .*(rate|requests?) limit/.test(text)) return "RATE_LIMIT";
  return TRANSIENT.test(text) ? "TRANSIENT" : undefined;
}

/** A reply of another word, and what a client says itself: what they wrap may know better. */
export function redisFallback({ error, name, code, text }: Link): Verdict {
  if (LOST.test(code + text)) return "TRANSIENT";
  return /ErrorReply|ReplyError|(Simple|Blob)ErrorError/.test(string(read(read(error, "constructor"), "name")) + name) ||
    read(read(error, "command"), "args") ||
    /^(ERR|WRONGTYPE|EXECABORT|CROSSSLOT|The client is cl|Disconnects cl)/.test(text)
    ? "PERMANENT"
    : undefined;
}

/**
 * Classifies errors of the Redis clients. What it does not know is `UNKNOWN`: put `firstKnown(redisClassifier, defaultClassifier)`
 * where other errors come by.
 */
export const redisClassifier: Classifier = (error) =>
  judge(
    error,
    [redisRule, redisFallback, connectionRule],
    ["cause", "socketError", "lastNodeError", "previousErrors", "replies", "0", "1"],
  );
