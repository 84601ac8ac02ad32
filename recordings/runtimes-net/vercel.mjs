process.env.VERCEL_BLOB_RETRIES = "0";

import { createClient as configClient } from "@vercel/edge-config";
import { createClient as kvClient } from "@vercel/kv";
import { answering, cutting, refusing } from "../servers.mjs";

const token = "vercel_blob_rw_store123_secret";
const blob = await import("@vercel/blob");
/** The blob client with an address of its own: it reads it from the environment at each call. */
const at = async (url, call) => {
  process.env.VERCEL_BLOB_API_URL = url;
  return call();
};
const blobAnswered =
  (status, body, headers, call = () => blob.put("orders/17.pdf", "x", { access: "public", token })) =>
  async () =>
    at(await answering(status, body, headers), call);
const blobError = (code, message) => ({ error: { code, message } });
const kv = (url) => kvClient({ url, token: "secret", automaticDeserialization: true, retry: false });
const config = (url) => configClient(`${url}/ecfg_abc?token=secret`);

const blobCases = [
  {
    id: "blob.429.retry-after",
    provoked: "put, answered 429 rate_limited with Retry-After: 20",
    expected: "RATE_LIMIT",
    retryAfterMs: 20_000,
    because: "the service asks for fewer requests, and says when",
    run: blobAnswered(429, blobError("rate_limited", "Too many requests"), { "retry-after": "20" }),
  },
  {
    id: "blob.503",
    provoked: "put, answered 503 service_unavailable",
    expected: "SERVER_ERROR",
    because: "the service is not available (503)",
    run: blobAnswered(503, blobError("service_unavailable", "The blob service is currently not available. Please try again.")),
  },
  {
    id: "blob.403",
    provoked: "put with the token of another store, answered 403 forbidden",
    expected: "PERMISSION",
    because: "the service denies the access",
    run: blobAnswered(403, blobError("forbidden", "Access denied")),
  },
  {
    id: "blob.token-expired",
    provoked: "put with a client token that has expired",
    expected: "AUTH",
    because: "the token has expired",
    run: blobAnswered(403, blobError("forbidden", "Token expired")),
  },
  {
    id: "blob.suspended",
    provoked: "put into a store that was suspended",
    expected: "PERMANENT",
    because: "the store was suspended, as when its plan's limit is used up",
    run: blobAnswered(403, blobError("store_suspended", "This store has been suspended.")),
  },
  {
    id: "blob.precondition",
    provoked: "put with ifMatch, answered 412 precondition_failed",
    expected: "CONCURRENCY",
    because: "somebody else has changed the blob",
    run: blobAnswered(412, blobError("precondition_failed", "Precondition failed")),
  },
  {
    id: "blob.unknown",
    provoked: "put, answered 502 with a page of HTML",
    expected: "UNKNOWN",
    because: "the client says only that it does not know what happened",
    run: blobAnswered(502, "<html>Bad gateway</html>"),
  },
  {
    id: "blob.not-found",
    provoked: "head of a blob that is not there",
    expected: "PERMANENT",
    because: "there is no such blob",
    run: blobAnswered(404, blobError("not_found", "not found"), {}, () => blob.head("orders/17.pdf", { token })),
  },
  {
    id: "blob.aborted",
    provoked: "put with an AbortSignal that the caller aborts",
    expected: "PERMANENT",
    because: "the caller did not want it any more",
    run: async () =>
      at(await refusing(), () => blob.put("a", "x", { access: "public", token, abortSignal: AbortSignal.abort() })),
  },
  {
    id: "blob.refused",
    provoked: "put to a port where nobody listens",
    expected: "TRANSIENT",
    because: "nobody listens there now",
    run: async () => at(await refusing(), () => blob.put("a", "x", { access: "public", token })),
  },
  {
    id: "blob.no-token",
    provoked: "put without any token",
    expected: "AUTH",
    because: "there are no credentials",
    run: () => blob.put("a", "x", { access: "public" }),
  },
];
const kvCases = [
  {
    id: "kv.401",
    provoked: "get with a wrong token, answered 401 WRONGPASS",
    expected: "AUTH",
    because: "the token is wrong",
    run: async () => kv(await answering(401, { error: "WRONGPASS invalid or missing auth token" })).get("a"),
  },
  {
    id: "kv.max-requests",
    provoked: "get, answered 400 ERR max requests limit exceeded",
    expected: "PERMANENT",
    because: "the quota of the plan is used up",
    run: async () =>
      kv(
        await answering(400, {
          error:
            "ERR max requests limit exceeded. Limit: 500000, Usage: 500000. See https://upstash.com/docs/redis/troubleshooting/max_requests_limit for details",
        }),
      ).get("a"),
  },
  {
    id: "kv.daily-limit",
    provoked: "get, answered 429 ERR max daily request limit exceeded",
    expected: "RATE_LIMIT",
    because: "the service limits the requests of a day",
    run: async () =>
      kv(await answering(429, { error: "ERR max daily request limit exceeded. Limit: 10000, Usage: 10000." })).get("a"),
  },
  {
    id: "kv.per-second",
    provoked: "get, answered 429 ERR max requests per second",
    expected: "RATE_LIMIT",
    because: "the service limits the requests of a second",
    run: async () => kv(await answering(429, { error: "ERR max number of requests per second exceeded" })).get("a"),
  },
  {
    id: "kv.wrongtype",
    provoked: "lpush on a string, answered 400 WRONGTYPE",
    expected: "PERMANENT",
    because: "the key holds something else",
    run: async () =>
      kv(await answering(400, { error: "WRONGTYPE Operation against a key holding the wrong kind of value" })).lpush("a", 1),
  },
  {
    id: "kv.html",
    provoked: "get, answered 502 with a page of HTML",
    expected: "SERVER_ERROR",
    because: "the client could not read the answer, but quotes it: the page of a proxy",
    run: async () => kv(await answering(502, "<html>Bad gateway</html>")).get("a"),
  },
  {
    id: "kv.cut",
    provoked: "get, the server cuts the connection",
    expected: "TRANSIENT",
    because: "the connection was lost",
    run: async () => kv(await cutting()).get("a"),
  },
];
const configCases = [
  {
    id: "edge-config.401",
    provoked: "get with a wrong token, answered 401",
    expected: "AUTH",
    because: "the token is wrong",
    run: async () => config(await answering(401, "")).get("flag"),
  },
  {
    id: "edge-config.404",
    provoked: "get from an Edge Config that is not there",
    expected: "PERMANENT",
    because: "there is no such Edge Config",
    run: async () => config(await answering(404, "")).get("flag"),
  },
  {
    id: "edge-config.503",
    provoked: "get, answered 503",
    expected: "SERVER_ERROR",
    because: "the service failed",
    run: async () => config(await answering(503, "")).get("flag"),
  },
  {
    id: "edge-config.429",
    provoked: "get, answered 429",
    expected: "RATE_LIMIT",
    because: "the service asks for fewer requests",
    run: async () => config(await answering(429, "", { "retry-after": "5" })).get("flag"),
  },
  {
    id: "edge-config.invalid",
    provoked: "createClient with a text that is no connection string",
    expected: "PERMANENT",
    because: "the program gave a wrong connection string",
    run: async () => configClient("nonsense"),
  },
];

export default {
  library: "vercel",
  packages: ["@vercel/blob", "@vercel/kv", "@vercel/edge-config", "@upstash/redis"],
  cases: [...blobCases, ...kvCases, ...configCases].map((one) => ({ how: "provoked", ...one })),
};
