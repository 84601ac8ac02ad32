/*
 * Envoy's retries beside ours. Nothing here claims to be Envoy's: this says which of its rules hold, and how the others are written. In the words of:
 *   "Router", sections "x-envoy-max-retries" and "x-envoy-retry-on":
 *     https://www.envoyproxy.io/docs/envoy/latest/configuration/http/http_filters/router_filter
 *   config.route.v3.RetryPolicy, RateLimitedRetryBackOff and HedgePolicy:
 *     https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/route/v3/route_components.proto
 *   config.cluster.v3.CircuitBreakers.Thresholds.RetryBudget:
 *     https://www.envoyproxy.io/docs/envoy/latest/api-v3/config/cluster/v3/circuit_breaker.proto
 *
 *   Envoy                                              here
 *   the route timeout includes all retries             the same: `deadlineMs`
 *   per_try_timeout is a reset, and is retried         the same: `attemptTimeoutMs`
 *   5xx, gateway-error, reset, connect-failure         the same, by the class of the failure
 *   refused-stream                                     the same
 *   retriable-4xx: 409                                 the same: CONCURRENCY
 *   what never left may be sent again                  the same, also for POST (redress/fetch)
 *   max-retries counts retries, 1 by default           `maxAttempts` counts attempts, 6 by default
 *   retriable-status-codes                             by a classifier of the user's
 *   backoff in [0, (2^N - 1) * 25 ms), at most 250 ms  by a strategy of the user's: `fullJitter` doubles
 *   Retry-After up to max_interval, 300 s              not shortened, and not left out: where it does not fit the deadline, the call ends
 *   Retry-After + up to half of it                     + up to `jitterMs`
 *   retry budget: 20 % of what is active, at least 3   none: ours count failures and retries, not what is active (docs/evidence.md, "The finding")
 *   x-envoy-* headers of requests                      not read, but for `x-envoy-expected-rq-timeout-ms` (docs/deadlines.md)
 */
import {
  type Classifier,
  constant,
  defaultClassifier,
  ErrorClass,
  fullJitter,
  Policy,
  type RetryConfig,
  retryAfterOr,
  ServerError,
  type Strategy,
} from "redress";
import { httpRetryAfterClassifier, universalClassifier } from "redress/extras";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { played, refused, reset, stage, status } from "../contrib/fetch/stage.ts";

const NEVER_RETRIED: readonly ErrorClass[] = ["AUTH", "PERMISSION", "PERMANENT"];
const classOf = (classifier: Classifier, error: unknown): ErrorClass => {
  const answer = classifier(error);
  return typeof answer === "string" ? answer : answer.errorClass;
};
const answered = (code: number): Error => Object.assign(new Error(`answered ${code}`), { status: code });

describe("x-envoy-retry-on", () => {
  test.each(Array.from({ length: 100 }, (_, i) => 500 + i))("5xx, gateway-error: %i is retried", (code) => {
    expect(NEVER_RETRIED).not.toContain(classOf(defaultClassifier, answered(code)));
  });

  test.each([501, 505, 511])(
    "5xx: %i is retried by Envoy; a classifier that knows that the error is HTTP's does not, since it stays what it is",
    (code) => {
      expect(NEVER_RETRIED).toContain(classOf(httpRetryAfterClassifier, answered(code)));
    },
  );

  test.each([
    ["reset", "read ECONNRESET", "ECONNRESET"],
    ["reset", "other side closed", "UND_ERR_SOCKET"],
    ["reset", "Headers Timeout Error", "UND_ERR_HEADERS_TIMEOUT"],
    ["connect-failure", "connect ECONNREFUSED", "ECONNREFUSED"],
    ["connect-failure", "connect ETIMEDOUT", "ETIMEDOUT"],
    ["connect-failure", "Connect Timeout Error", "UND_ERR_CONNECT_TIMEOUT"],
    ["refused-stream", "Stream closed with error code NGHTTP2_REFUSED_STREAM", "ERR_HTTP2_STREAM_ERROR"],
  ])("%s: %s", (_condition, message, code) => {
    expect(classOf(universalClassifier, Object.assign(new Error(message), { code }))).toBe("TRANSIENT");
  });

  test("retriable-4xx: 409 alone, beside the timeout of a request and limits, which have conditions of their own there", () => {
    const codes = Array.from({ length: 100 }, (_, i) => 400 + i);
    const retried = codes.filter((code) => !NEVER_RETRIED.includes(classOf(defaultClassifier, answered(code))));
    expect(retried).toEqual([408, 409, 425, 429]);
  });

  test("retriable-status-codes: by a classifier that knows them", async () => {
    const retriable =
      (codes: readonly number[]): Classifier =>
      (error) =>
        codes.includes((error as { readonly status: number }).status) ? ErrorClass.TRANSIENT : ErrorClass.PERMANENT;
    for (const [code, attempts] of [
      [404, 2],
      [503, 1],
    ] as const) {
      const { outcome } = await failing({ classifier: retriable([404]), maxAttempts: 2 }, () => answered(code));
      expect(outcome.attempts).toBe(attempts);
    }
  });
});

/** How a call ends that always fails, and its delays. */
async function failing(retry: RetryConfig, error: () => Error = () => new ServerError("500"), random = 0.5) {
  const clock = new VirtualClock();
  const delays: number[] = [];
  const policy = new Policy({
    retry: { strategy: constant(0), ...retry, beforeSleep: (_context, ms) => void delays.push(ms) },
    clock,
    random: () => random,
  });
  const call = policy.execute(() => {
    throw error();
  });
  await clock.run();
  return { outcome: await call, delays };
}

describe("x-envoy-max-retries", () => {
  test.each([0, 1, 5])("%i retries are one attempt more", async (retries) => {
    expect((await failing({ maxAttempts: 1 + retries })).outcome.attempts).toBe(1 + retries);
  });

  test("the route timeout includes all retries: after 2.7 s of 3, the retry has 0.3 s, with its backoff", async () => {
    const clock = new VirtualClock();
    const left: number[] = [];
    const policy = new Policy({ retry: { deadlineMs: 3_000, strategy: constant(25) }, clock });
    const call = policy.execute(async ({ remainingMs }) => {
      left.push(remainingMs);
      await clock.sleep(2_700);
      throw new ServerError("500");
    });
    await clock.run();
    expect(await call).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", elapsedMs: 3_000, attempts: 2 });
    expect(left).toEqual([3_000, 275]);
  });

  /** Envoy's, as a strategy of the user's. */
  const envoy =
    (baseMs = 25, maxMs = 10 * baseMs): Strategy =>
    ({ attempt, random }) =>
      random() * Math.min(maxMs, (2 ** attempt - 1) * baseMs);
  const most = 1 - Number.EPSILON;

  test("the first retry is delayed by 0 to 24 ms, the 2nd by 0 to 74, the 3rd by 0 to 174, and all by less than 250", async () => {
    const { delays } = await failing({ strategy: envoy(), maxAttempts: 6 }, undefined, most);
    expect(delays.map(Math.floor)).toEqual([24, 74, 174, 249, 249]);
    expect((await failing({ strategy: envoy(), maxAttempts: 3 }, undefined, 0)).delays).toEqual([0, 0]);
  });

  test("fullJitter doubles instead: 25, 50, 100, 200, 250", async () => {
    const { delays } = await failing({ strategy: fullJitter({ baseMs: 12.5, maxMs: 250 }), maxAttempts: 6 }, undefined, most);
    expect(delays.map(Math.round)).toEqual([25, 50, 100, 200, 250]);
  });
});

describe("rate_limited_retry_back_off", () => {
  const limited = (headers: Record<string, string>) => () => Object.assign(new Error("429"), { status: 429, headers });
  const strategy = retryAfterOr(constant(25), { jitterMs: 100 });
  const waits = async (headers: Record<string, string>, deadlineMs = Infinity) =>
    failing({ strategy, maxAttempts: 2, classifier: httpRetryAfterClassifier, deadlineMs }, limited(headers));

  test.each<[string, Record<string, string>]>([
    ["Retry-After", { "retry-after": "120" }],
    ["X-RateLimit-Reset", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "120" }],
  ])("the delay is what %s says, and the jitter is added to it", async (_header, headers) => {
    // By Envoy: random(120 s, 180 s).
    expect((await waits(headers)).delays).toEqual([120_050]);
  });

  test.each([{}, { "retry-after": "soon" }])(
    "without the header, or where it cannot be parsed, the backoff is the default one: %o",
    async (headers) => {
      expect((await waits(headers as Record<string, string>)).delays).toEqual([25]);
    },
  );

  test("an interval above max_interval, 300 s, is discarded there; here it is waited for, or ends the call", async () => {
    expect((await waits({ "retry-after": "301" })).delays).toEqual([301_050]);
    const { outcome, delays } = await waits({ "retry-after": "301" }, 60_000);
    expect(delays).toEqual([]);
    expect(outcome).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", attempts: 1 });
  });
});

describe("a request that never left", () => {
  test("is sent again, whatever its method", async () => {
    const on = stage([refused(), status(200)]);
    expect((await played(on, on.api("https://api.example/", { method: "POST", body: "x" }))).status).toBe(200);
    expect(on.sent).toHaveLength(2);
  });

  test("one that was reset later is sent again by its method: Envoy leaves that to whoever sets retry-on", async () => {
    const post = stage([reset(), status(200)]);
    await expect(played(post, post.api("https://api.example/", { method: "POST", body: "x" }))).rejects.toThrow("fetch failed");
    expect(post.sent).toHaveLength(1);
    const get = stage([reset(), status(200)]);
    expect((await played(get, get.api("https://api.example/"))).status).toBe(200);
  });
});

test("a retry budget there bounds the retries that are active: of 100 calls that fail at once, 20; ours counts failures, and lets 500 by", async () => {
  const clock = new VirtualClock();
  let retries = 0;
  const policy = new Policy({ retry: { maxAttempts: 2, strategy: constant(10) }, clock });
  const calls = Array.from({ length: 100 }, () =>
    policy.execute(async ({ attempt }) => {
      if (attempt > 1) retries++;
      await clock.sleep(5);
      throw new ServerError("503");
    }),
  );
  await clock.run();
  await Promise.all(calls);
  expect(retries).toBe(100);
});
