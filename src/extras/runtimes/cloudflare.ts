/*
 * Cloudflare's bindings in Workers: KV, R2, Queues, Durable Objects. (D1 is with SQLite.) Their errors are plain: KV has the status in its
 * words, R2 and Queues a number at their end, a Durable Object flags. What an object's own code threw (`remote`) is its own.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/* Every other number behind the name of an operation of R2 is PERMANENT. Source: developers.cloudflare.com/r2/api/error-codes. */
export const R2_CODES: Codes = {
  AUTH: [
    10002, // Unauthorized
    10018, // ExpiredRequest
    10035, // SignatureDoesNotMatch
  ],
  PERMISSION: [
    10003, // AccessDenied
    10042, // NotEntitled
    10069, // ObjectLockedByBucketPolicy
  ],
  CONCURRENCY: [
    10031, // PreconditionFailed
  ],
  RATE_LIMIT: [
    10058, // TooManyRequests
  ],
  SERVER_ERROR: [
    10001, // InternalError
    10043, // ServiceUnavailable
  ],
  TRANSIENT: [
    10013, // IncompleteBody
    10037, // BadDigest: not what was sent
    10054, // ClientDisconnect
  ],
};

/* Source: developers.cloudflare.com/queues/reference/error-codes. */
export const QUEUES_CODES: Codes = {
  PERMISSION: [
    10106, // Unauthorized: the user may not push to that queue
  ],
  RATE_LIMIT: [
    10250, // QueueOverloaded
    10251, // QueueStorageLimitExceeded
  ],
  SERVER_ERROR: [
    15000, // UnknownInternalError
  ],
  TRANSIENT: [
    10201, // ClientDisconnected
  ],
  PERMANENT: [
    10104, // QueueNotFound
    10105, // FeatureFlagNotSet
    10107, // QueueIDMalformed
    10202, // BatchDelayInvalid
    10203, // MessageMetadataInvalid
    10204, // MessageSizeOutOfBounds
    10205, // BatchSizeOutOfBounds
    10206, // BatchCountOutOfBounds
    10207, // JSONRequestBodyInvalid
    10208, // JSONRequestBodyMalformed
    10252, // QueueDisabled
    10253, // FreeTierLimitExceeded
  ],
};

/* "put: Reduce your concurrent request rate for the same object. (10058)". Source: workerd src/workerd/api/r2-bucket.c++, r2-multipart.c++. */
const R2 =
  /^(?:head|get|put|delete|list|createMultipartUpload|resumeMultipartUpload|uploadPart|completeMultipartUpload|abortMultipartUpload): .+\((\d{5,6})\)$/;

/* "Unknown Internal Error (15000)". */
const NUMBERED = /\(1[05]\d{3,4}\)$/;

const KV = /^KV [A-Z_]+ failed: (\d{3}) /;

/*
 * Sources: Durable Objects, "Troubleshooting" and "Error handling"; workerd src/workerd/api and io. What is
 * "overloaded" also has a flag, which Cloudflare gives to whatever a retry at once would make worse.
 */
export const WORDS: Beginnings = {
  RATE_LIMIT: [
    "Your account is generating too much load on Durable Objects",
    "Your account is doing too many concurrent storage operations",
    "Durable Object is overloaded",
  ],
  TIMEOUT: ["Durable Object storage operation exceeded timeout which caused object to be reset"],
  SERVER_ERROR: [
    "Internal error in Durable Object storage",
    "Internal error while starting up Durable Object storage",
    "Durable Object's isolate exceeded its memory limit and was reset",
    "internal error; reference = ",
  ],
  TRANSIENT: [
    "Network connection lost",
    "Durable Object reset because its code was updated",
    "Durable Object connection closed because the object was reset",
    "Connection closed: this Durable Object instance is no longer active",
    "Cannot resolve Durable Object due to transient issue on remote node",
    "Cannot access Durable Object storage because this object has been reset",
    "The Durable Object's code has been updated, this version can no longer access storage",
  ],
  PERMANENT: [
    "Durable Object exceeded its CPU time limit and was reset",
    "Worker exceeded CPU time limit",
    "Worker exceeded memory limit",
    "The script will never generate a response",
    "Too many subrequests",
  ],
};

/* Queues without a number give the text of the status. Source: workerd src/workerd/api/queue.c++. */
const QUEUE = /^Queue send(?:Batch)? failed: /;
export const QUEUE_WORDS: Beginnings = {
  RATE_LIMIT: ["Too Many Requests", "Queue is overloaded"],
  SERVER_ERROR: ["Internal Server Error", "Bad Gateway", "Service Unavailable"],
  PERMANENT: ["Bad Request", "Not Found", "Payload Too Large", "Content Too Large"],
};

function cloudflareRule(link: Link): Verdict {
  const { name, message } = link;
  if (link.read("overloaded") === true) return "RATE_LIMIT";
  if (link.read("durableObjectReset") === true) return kindOfBeginning(WORDS, plain(message)) ?? "TRANSIENT";
  if (name !== "Error") return undefined;
  const r2 = R2.exec(message)?.[1];
  if (r2 !== undefined) return kindOfCode(R2_CODES, Number(r2)) ?? "PERMANENT";
  return (
    kindOfHttpStatus(Number(KV.exec(message)?.[1])) ??
    kindOfBeginning(WORDS, message) ??
    (QUEUE.test(message) ? kindOfBeginning(QUEUE_WORDS, message.replace(QUEUE, "")) : undefined) ??
    kindOfCode(QUEUES_CODES, Number(NUMBERED.exec(message)?.[0].slice(1, -1)))
  );
}

/** Where an error crosses the border of an object, its name may stand before its words. */
const plain = (message: string): string => message.replace(/^Error: /, "");

export const cloudflare: Library = {
  name: "cloudflare",
  looks: {
    fields: ["overloaded", "durableObjectReset"],
    beginnings: [WORDS, "KV ", "Queue send", NUMBERED],
  },
  meaning: { rule: cloudflareRule },
};
