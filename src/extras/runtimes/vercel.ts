/*
 * Vercel: Blob and Edge Config, whose errors have neither names nor codes: the words that the libraries put before and in them. Vercel KV
 * is Upstash's client of Redis, whose replies are with Redis; only an answer that was no reply is told here.
 */
import { passingIn } from "../common/index.ts";
import { type Beginnings, kindOfBeginning, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Behind "Vercel Blob: ". A message that begins otherwise, and is no status, is about arguments. Source: @vercel/blob src/api.ts. */
export const BLOB_WORDS: Beginnings = {
  AUTH: [
    "Client token has expired",
    "No read-write token found",
    "No blob credentials found",
    "Invalid `BLOB_READ_WRITE_TOKEN`",
    "Invalid `token` parameter",
    "Invalid token",
    "The signed delegation has expired",
  ],
  PERMISSION: [
    "Access denied, please provide a valid token for this resource",
    "This operation is not available when using a client token",
  ],
  CONCURRENCY: ["Precondition failed: ETag mismatch"],
  RATE_LIMIT: ["Too many requests please lower the number of concurrent requests"],
  SERVER_ERROR: ["The blob service is currently not available", "Unknown error, please visit https://vercel.com/help"],
  TRANSIENT: ["Response body is null"],
};

const BLOB = "Vercel Blob: ";

/* These quote a status or say that an answer of one's own server failed: their words count elsewhere. */
const BLOB_FETCH = ["Failed to fetch blob: ", "Failed to retrieve", "Failed to  retrieve"];

/* Behind "@vercel/edge-config: ". Source: edge-config src/utils/index.ts and src/index.ts. Other statuses it gives in words. */
export const EDGE_CONFIG_WORDS: Beginnings = {
  AUTH: ["Unauthorized"],
  PERMANENT: [
    "Edge Config not found",
    "No connection string provided",
    "Invalid connection string provided",
    "Expected key to be a string",
  ],
};

const EDGE_CONFIG = "@vercel/edge-config: ";

/* The client says only that an answer was no JSON, and quotes it: it may be the page of a proxy, which has its status in words. */
const NO_JSON = "UpstashJSONParseError";

/* Clients that were made without a URL or a token. Sources: @vercel/kv src/index.ts; @upstash/redis pkg/error.ts. */
export const NO_CLIENT: Beginnings = {
  PERMANENT: ["@vercel/kv: Missing required environment variables", "Upstash Redis client was passed an invalid URL"],
};

function vercelRule({ name, message }: Link): Verdict {
  if (name === NO_JSON) return passingIn(message) ?? "UNKNOWN";
  if (message.startsWith(EDGE_CONFIG)) return kindOfBeginning(EDGE_CONFIG_WORDS, message.slice(EDGE_CONFIG.length));
  if (!message.startsWith(BLOB)) return kindOfBeginning(NO_CLIENT, message);
  const words = message.slice(BLOB.length);
  if (BLOB_FETCH.some((beginning) => words.startsWith(beginning))) return undefined;
  return kindOfBeginning(BLOB_WORDS, words) ?? "PERMANENT";
}

export const vercel: Library = {
  name: "vercel",
  looks: {
    names: [NO_JSON],
    beginnings: [BLOB, EDGE_CONFIG, NO_CLIENT],
  },
  meaning: { rule: vercelRule },
};
