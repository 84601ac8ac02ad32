/* Every error that was ever recorded here, asked of the one classifier that should know whose it is. */
import { universalClassifier } from "redress/extras";
import { expect, test } from "vitest";
import { libraries } from "../fixtures/recordings.ts";
import { type Differences, recordedAs } from "./recorded.ts";

const LOCKED: Differences = {
  "55P03.lock-timeout": ["CONCURRENCY", "somebody else holds the lock, as with the lock timeouts of MySQL and SQL Server"],
};
const ANYBODYS = ["UNKNOWN", "the signal was aborted with an error of the caller's own, which looks like any other"] as const;

const DIFFERENCES: Readonly<Record<string, Differences>> = {
  "drizzle-pg": LOCKED,
  pg: LOCKED,
  "postgres-js": { ...LOCKED, cancel: ["TRANSIENT", "the server says the same whoever cancelled"] },
  "sequelize-pg": LOCKED,
  "typeorm-pg": LOCKED,
  gaxios: { "HTTP.403": ["RATE_LIMIT", "its reason is rateLimitExceeded, which Google asks to repeat with backoff"] },
  ioredis: {
    "offlineQueue-disabled": ["TRANSIENT", "ioredis says so while it is connecting again"],
    quit: ["TRANSIENT", "a connection that was cut says the same"],
  },
  ky: { "abort.custom-reason": ANYBODYS },
  ofetch: { "abort.custom-reason": ANYBODYS },
  "node-core": { "abort.signal.reason.custom": ANYBODYS, "fetch.abort.custom": ANYBODYS },
};

for (const library of libraries) recordedAs(library, universalClassifier, DIFFERENCES[library]);

test("the differences are about libraries that were recorded", () => {
  expect(Object.keys(DIFFERENCES).filter((library) => !libraries.includes(library))).toEqual([]);
});

test.each<[string, unknown, string]>([
  ["a used up quota of OpenAI", { status: 429, code: "insufficient_quota", headers: new Headers() }, "PERMANENT"],
  ["an answer that forbids another try", { status: 503, headers: new Headers({ "x-should-retry": "false" }) }, "SERVER_ERROR"],
  ["an overload in the middle of a stream", Object.assign(new Error("x"), { type: "overloaded_error" }), "SERVER_ERROR"],
  ["a sentinel of BullMQ", Object.assign(new Error("bullmq:movedToDelayed"), { name: "DelayedError" }), "PERMANENT"],
  ["a failure that Temporal must not repeat", Object.assign(new Error("x"), { nonRetryable: true }), "PERMANENT"],
  ["an error that says it can be repeated", Object.assign(new Error("x"), { isRetryable: true }), "TRANSIENT"],
  ["an error that says it cannot", Object.assign(new Error("x"), { retryable: false }), "PERMANENT"],
  [
    "one that says it cannot, and whose code says it can",
    Object.assign(new Error("x"), { retryable: false, code: "ECONNRESET" }),
    "TRANSIENT",
  ],
  ["a bug", new TypeError("Cannot read properties of undefined (reading 'x')"), "UNKNOWN"],
  ["a rule about a timeout", new Error("timeout must be a number"), "UNKNOWN"],
])("%s is known", (_what, error, errorClass) => {
  const answer = universalClassifier(error);
  expect(typeof answer === "string" ? answer : answer.errorClass).toBe(errorClass);
});
