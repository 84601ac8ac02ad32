/* Hedges of `fetch` over real HTTP servers, one of them slow: what callers wait, what servers are asked, and what becomes of the attempts that lost. */
import { constant, Hedge, Policy } from "redress";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { type CountingServer, countingServer } from "../../demo/hedge/counting-server.ts";
import { type Reading, read } from "../../demo/hedge/reading.ts";

const p99 = ({ elapsedMs }: Reading): number =>
  [...elapsedMs].sort((a, b) => a - b)[Math.ceil(0.99 * elapsedMs.length) - 1] as number;

describe("of three servers, one always takes a second", () => {
  let alone: Reading;
  let hedged: Reading;
  beforeAll(async () => {
    const reads = { calls: 300, everyMs: 10, slowEvery: 1 };
    [alone, hedged] = await Promise.all([read(reads, null), read(reads, { delayMs: 30, loadRatio: 0.5 })]);
  });

  test("the p99 is less than half of what it is without hedges", () => {
    expect(p99(alone)).toBeGreaterThanOrEqual(1_000);
    expect(p99(hedged)).toBeLessThan(p99(alone) / 2);
  });

  test("the servers are asked once for each attempt: the calls, and the hedges of the third that met the slow one", () => {
    expect(alone.seen.requests).toBe(300);
    const hedges = hedged.hedges?.hedges ?? 0;
    expect(hedges).toBeGreaterThanOrEqual(100);
    expect(hedges).toBeLessThanOrEqual(150);
    // A hedge that loses at once may be gone before it has got to its server.
    expect(hedged.seen.requests).toBeGreaterThan(400 - 10);
    expect(hedged.seen.requests).toBeLessThanOrEqual(300 + hedges);
  });

  test("nearly all hedges win, and each attempt that lost is cut: its server sees the client leave", () => {
    const { won = 0, wonByFirst = 0, cut = 0, hedges = 0 } = hedged.hedges ?? {};
    expect(won + wonByFirst).toBe(hedges);
    expect(won).toBeGreaterThan(0.8 * hedges);
    expect(cut).toBe(hedges);
    expect(hedged.seen.givenUp).toBeGreaterThanOrEqual(won - 10);
    expect(hedged.seen.givenUp).toBeLessThanOrEqual(cut);
  });

  test("every caller gets the answer to the question that it asked, and nothing is under way when all have it", () => {
    for (const { wrongAnswers, elapsedMs, seen } of [alone, hedged]) {
      expect(wrongAnswers).toBe(0);
      expect(elapsedMs).toHaveLength(300);
      expect(seen.underWay).toBe(0);
    }
  });
});

describe("a fast server and a slow one", () => {
  const servers: CountingServer[] = [];
  afterEach(async () => {
    for (const { close } of servers.splice(0)) await close();
  });
  const started = async (...answers: Parameters<typeof countingServer>[0][]): Promise<CountingServer[]> => {
    servers.push(...(await Promise.all(answers.map((answer) => countingServer(answer)))));
    return servers;
  };

  const CALLS = 20;
  const hedge = { delayMs: 20, loadRatio: 1 };

  /** Calls, one after the other, whose first attempt asks the slow server, and whose hedge the fast one. */
  async function hedgedCalls(policy: Policy, [slow, fast]: CountingServer[], followsSignal: boolean): Promise<string[]> {
    const texts: string[] = [];
    for (let call = 0; call < CALLS; call++) {
      const response = await policy.call(({ attempt, signal }) =>
        fetch(`${(attempt === 1 ? slow : fast)?.url}/${call}`, followsSignal ? { signal } : {}),
      );
      texts.push(await response.text());
    }
    return texts;
  }

  test("the connections of winners return to the pool, and those of losers are closed", async () => {
    const [slow, fast] = await started(
      () => {},
      (_request, response) => response.end("fast"),
    );
    const policy = new Policy({ retry: { strategy: constant(0) }, hedge: new Hedge(hedge) });
    expect(new Set(await hedgedCalls(policy, servers, true))).toEqual(new Set(["fast"]));
    expect(fast?.seen.requests).toBe(CALLS);
    expect(fast?.seen.mostSockets).toBe(1);
    expect(fast?.seen.connections).toBe(1);
    await expect.poll(() => slow?.seen.givenUp, { timeout: 5_000 }).toBe(CALLS);
    expect(slow?.seen.mostUnderWay).toBeLessThanOrEqual(2);
  });

  /** What was discarded: a response that nobody holds loses its body when it is collected. */
  const kept: unknown[] = [];
  test.each([
    ["by default, the body of a response that comes too late is cancelled", {}, 0],
    ["a policy's own discard sees to such bodies instead", { discard: (response: unknown) => void kept.push(response) }, CALLS],
  ])("an operation that ignores its signal: %s", async (_what, own, left) => {
    let late = 0;
    const [slow] = await started(
      // A body without an end, and too large for the buffers in between.
      (_request, response) => {
        const timer = setTimeout(() => {
          late += 1;
          const more = setInterval(() => response.write("x".repeat(1_000)), 5);
          response.on("close", () => clearInterval(more));
        }, 100);
        response.on("close", () => clearTimeout(timer));
      },
      (_request, response) => response.end("fast"),
    );
    const policy = new Policy({ retry: { strategy: constant(0) }, hedge: new Hedge(hedge), ...own });
    await hedgedCalls(policy, servers, false);
    await expect.poll(() => late, { timeout: 5_000 }).toBe(CALLS);
    await expect.poll(() => slow?.seen.underWay, { timeout: 5_000 }).toBe(left);
    expect(slow?.seen.givenUp).toBe(CALLS - left);
  });

  test("the body of the winner is read to its end after the losers are gone, and ends early when its caller leaves", async () => {
    let stream = 0;
    const [, fast] = await started(
      () => {},
      ({ url }, response) => {
        stream += 1;
        let chunks = 0;
        const timer = setInterval(() => {
          chunks += 1;
          if (url === "/whole" && chunks === 10) response.end("end");
          else response.write(`${chunks} `);
        }, 5);
        response.on("close", () => clearInterval(timer));
      },
    );
    const caller = new AbortController();
    const policy = new Policy({ retry: { attemptTimeoutMs: 1_000 }, hedge: new Hedge(hedge) });
    const get = (path: string): Promise<Response> =>
      policy.call(({ attempt, signal }) => fetch(servers[attempt - 1]?.url + path, { signal }), { signal: caller.signal });

    expect(await (await get("/whole")).text()).toBe("1 2 3 4 5 6 7 8 9 end");
    const reader = (await get("/endless")).body?.getReader();
    await reader?.read();
    expect(fast?.seen.underWay).toBe(1);
    caller.abort(new Error("left"));
    const ended = (async () => {
      for (;;) await reader?.read();
    })();
    await expect(ended).rejects.toThrow("left");
    await expect.poll(() => fast?.seen.underWay, { timeout: 5_000 }).toBe(0);
    expect(stream).toBe(2);
  });
});
