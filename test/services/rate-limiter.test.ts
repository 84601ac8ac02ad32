/* A rate limiter in front of a real server that has limits of its own: what it says by a 429 is heard by all, not only by the call that it was said to. */
import { Bulkhead, type Limiter, Policy, RateLimiter, unlimited } from "redress";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CountingServer, countingServer } from "../../demo/hedge/counting-server.ts";

const range = (length: number): number[] => Array.from({ length }, (_, id) => id);

describe("a server that admits 100 requests, and then none for a second", () => {
  const ADMITS = 100;
  const PAUSE_MS = 1_000;
  const AT_ONCE = 10;
  const CALLS = 250;

  let server: CountingServer;
  /** When requests came, and when they were refused. */
  let cameAt: number[] = [];
  let refusedAt: number[] = [];
  beforeEach(async () => {
    cameAt = [];
    refusedAt = [];
    let admitted = 0;
    let pausedUntil = 0;
    server = await countingServer(({ url }, response) => {
      const now = performance.now();
      cameAt.push(now);
      if (now >= pausedUntil && admitted === ADMITS) {
        pausedUntil = now + PAUSE_MS;
        admitted = 0;
      }
      if (now >= pausedUntil) {
        admitted += 1;
        response.end(url);
      } else {
        refusedAt.push(now);
        response.writeHead(429, { "retry-after": "1" }).end();
      }
    });
  });
  afterEach(() => server.close());

  const callAll = (limiter: readonly Limiter[]): Promise<string[]> => {
    const policy = new Policy({ retry: { maxAttempts: 8, deadlineMs: Infinity }, limiter, budget: unlimited });
    return Promise.all(
      range(CALLS).map(async (id) => (await policy.call(({ signal }) => fetch(`${server.url}/${id}`, { signal }))).text()),
    );
  };
  const answers = range(CALLS).map((id) => `/${id}`);
  // The bulkhead stands in front: a call that has passed the rate limiter already would not hear of the pause.
  const bulkhead = () => new Bulkhead({ maxConcurrent: AT_ONCE, maxQueue: CALLS });

  test("the pause is heard: no more 429s than requests that were under way, and none is sent before the second is over", async () => {
    const limiter = new RateLimiter({ limit: 1_000, intervalMs: 1_000, maxQueue: CALLS });
    expect(await callAll([bulkhead(), limiter])).toEqual(answers);

    // 250 calls take two pauses. Each is begun by one 429, and heard of by those that were under way with it.
    const pauses = 2;
    expect(refusedAt.length).toBeGreaterThanOrEqual(pauses);
    expect(refusedAt.length).toBeLessThanOrEqual(pauses * AT_ONCE);
    const [begun = 0] = refusedAt;
    const within = cameAt.filter((at) => at >= begun && at < begun + PAUSE_MS);
    expect(within.length).toBeLessThanOrEqual(AT_ONCE);
    expect(limiter.stats).toMatchObject({ waiting: 0, rejected: 0, admitted: server.seen.requests });
  }, 60_000);

  test("without the rate limiter, each call meets a 429 of its own", async () => {
    expect(await callAll([bulkhead()])).toEqual(answers);
    expect(refusedAt.length).toBeGreaterThanOrEqual(CALLS - ADMITS);
  }, 60_000);
});

describe("a language model that counts tokens", () => {
  const TOKENS = 1_000;
  const INTERVAL_MS = 500;
  let server: CountingServer;
  let refused = 0;
  /** Tokens taken within an interval, at most. */
  let most = 0;
  beforeEach(async () => {
    refused = 0;
    most = 0;
    /** What was taken of the allowance, and when. */
    const taken: { at: number; tokens: number }[] = [];
    server = await countingServer(({ url = "" }, response) => {
      const now = performance.now();
      const tokens = 10 + (Number(url.slice(1)) % 5) * 10;
      const recent = taken.filter(({ at }) => now - at < INTERVAL_MS).reduce((sum, each) => sum + each.tokens, 0);
      if (recent + tokens > TOKENS) {
        refused += 1;
        response.writeHead(429, { "retry-after-ms": String(INTERVAL_MS) }).end();
        return;
      }
      taken.push({ at: now, tokens });
      most = Math.max(most, recent + tokens);
      response.end(JSON.stringify({ usage: { total_tokens: tokens } }));
    });
  });
  afterEach(() => server.close());

  test("estimates that are too high are corrected by what was used: it is neither exceeded nor left half empty", async () => {
    const CALLS = 150;
    interface Answer {
      readonly usage: { readonly total_tokens: number };
    }
    const limiter = new RateLimiter({
      limits: {
        requests: { limit: 1_000, intervalMs: INTERVAL_MS, cost: 1 },
        // The server counts a request when it comes, which is later than when it is admitted here: nine tenths leave room for the difference.
        tokens: { limit: 0.9 * TOKENS, intervalMs: INTERVAL_MS, cost: 100 },
      },
      maxQueue: CALLS,
      used: (answer: Answer) => ({ tokens: answer.usage.total_tokens }),
    });
    const policy = new Policy({ retry: { maxAttempts: 8, deadlineMs: Infinity }, limiter, budget: unlimited });
    const ask = async (id: number, signal: AbortSignal): Promise<Answer> => {
      const response = await fetch(`${server.url}/${id}`, { signal });
      if (!response.ok) throw Object.assign(new Error("refused"), { response });
      return (await response.json()) as Answer;
    };
    const used = await Promise.all(
      range(CALLS).map(async (id) => (await policy.call(({ signal }) => ask(id, signal))).usage.total_tokens),
    );

    expect(used.reduce((sum, tokens) => sum + tokens, 0)).toBe(4_500);
    expect(refused).toBeLessThanOrEqual(CALLS / 10);
    // By the estimates alone, nine calls of 30 tokens would fit into an interval.
    expect(most).toBeGreaterThan(2 * 9 * 30);
    expect(most).toBeLessThanOrEqual(TOKENS);
    expect(limiter.stats.admitted).toBe(server.seen.requests);
  }, 60_000);
});
