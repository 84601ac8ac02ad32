/* What HTTP clients threw for statuses, cut connections, timeouts and aborts, asked of the two classifiers for HTTP together. */
import { firstKnown } from "redress";
import { httpClassifier, httpRetryAfterClassifier, networkClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { recordedBy } from "../fixtures/recordings.ts";
import { classOf, type Differences, recordedAs } from "./recorded.ts";

const ANYBODYS = ["UNKNOWN", "the signal was aborted with an error of the caller's own, which looks like any other"] as const;

const CLIENTS: Readonly<Record<string, Differences>> = {
  axios: {},
  got: {},
  ky: { "abort.custom-reason": ANYBODYS },
  ofetch: { "abort.custom-reason": ANYBODYS },
  superagent: {},
  "node-fetch": {},
  undici7: {},
  "node-core": { "abort.signal.reason.custom": ANYBODYS, "fetch.abort.custom": ANYBODYS },
  "node-core-22": {},
  "node-core-netns": {},
  "runtime-bun": {},
  "runtime-deno": {},
  "browser-fetch": {},
};

describe("httpClassifier and networkClassifier together", () => {
  for (const [client, differences] of Object.entries(CLIENTS))
    recordedAs(client, firstKnown(httpClassifier, networkClassifier), differences);
});

test("the classifier that reads Retry-After gives the same classes", () => {
  for (const client of Object.keys(CLIENTS))
    for (const { revive } of recordedBy(client))
      expect(classOf(httpRetryAfterClassifier, revive())).toBe(classOf(httpClassifier, revive()));
});

test.each(["axios", "ky", "ofetch", "undici7"])("%s keeps Retry-After where it is found", (client) => {
  const waits = recordedBy(client).map(({ revive }) => httpRetryAfterClassifier(revive()));
  expect(waits).toContainEqual({ errorClass: client === "undici7" ? "SERVER_ERROR" : "RATE_LIMIT", retryAfterMs: 7_000 });
});
