/* A bulkhead in front of a real server: what the server sees at a time, and that every call ends. */
import { Agent, get as httpGet } from "node:http";
import { text } from "node:stream/consumers";
import { Bulkhead, constant, isLimitedError, Policy, unlimited } from "redress";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CountingServer, countingServer } from "../../demo/hedge/counting-server.ts";

const PLACES = 50;

const range = (length: number): number[] => Array.from({ length }, (_, id) => id);

describe("a server that answers in the next turn of its loop", () => {
  let server: CountingServer;
  const agent = new Agent({ keepAlive: true });
  beforeEach(async () => {
    server = await countingServer(({ url }, response) => void setImmediate(() => response.end(url)));
  });
  afterEach(async () => {
    agent.destroy();
    await server.close();
  });

  const byFetch = async (path: string): Promise<string> => (await fetch(server.url + path)).text();
  const byHttp = (path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      httpGet(server.url + path, { agent }, (response) => text(response).then(resolve, reject)).on("error", reject);
    });

  test.each<[string, (path: string) => Promise<string>, number]>([
    ["node:http", byHttp, PLACES],
    // Before undici, which `fetch` is made of, uses a connection again, it lets a turn of the event loop pass: what is asked in between takes another one.
    ["fetch", byFetch, 2 * PLACES],
  ])(
    "%s: of 10,000 calls at once, never more than 50 are under way; all are answered, first come, first served",
    async (_client, get, sockets) => {
      const ids = range(10_000);
      const bulkhead = new Bulkhead({ maxConcurrent: PLACES, maxQueue: ids.length });
      const policy = new Policy({ retry: { deadlineMs: Infinity }, limiter: bulkhead });
      const begun: number[] = [];
      let inFlight = 0;
      let mostInFlight = 0;
      const answers = await Promise.all(
        ids.map((id) =>
          policy.call(async () => {
            begun.push(id);
            inFlight += 1;
            mostInFlight = Math.max(mostInFlight, inFlight);
            const answer = await get(`/${id}`);
            inFlight -= 1;
            return answer;
          }),
        ),
      );

      expect(answers).toEqual(ids.map((id) => `/${id}`));
      expect(begun).toEqual(ids);
      expect(mostInFlight).toBe(PLACES);
      expect(server.seen).toMatchObject({ requests: ids.length, givenUp: 0 });
      expect(server.seen.mostUnderWay).toBeLessThanOrEqual(PLACES);
      expect(server.seen.mostSockets).toBeLessThanOrEqual(sockets);
      expect(bulkhead.stats).toMatchObject({
        admitted: ids.length,
        queued: ids.length - PLACES,
        rejected: 0,
        inUse: 0,
        waiting: 0,
      });
    },
    120_000,
  );

  test("without a bulkhead, a tenth of these calls takes far more", async () => {
    const policy = new Policy({ retry: {} });
    await Promise.all(range(1_000).map((id) => policy.call(() => byHttp(`/${id}`))));
    expect(server.seen.mostSockets).toBeGreaterThan(5 * PLACES);
  }, 60_000);
});

describe("a server that does not answer everything", () => {
  /** Attempts whose client has left: their server hears of it later. */
  const left = new Set<string>();
  const underWay = new Set<string>();
  let mostAtServer = 0;
  let server: CountingServer;
  beforeEach(async () => {
    server = await countingServer(({ url = "" }, response) => {
      underWay.add(url);
      response.on("close", () => underWay.delete(url));
      mostAtServer = Math.max(mostAtServer, [...underWay].filter((path) => !left.has(path)).length);
      // The first attempts of the calls that are to time out, to be aborted and to pass their deadline.
      if (!/([02468]0|3|6)\/1$/.test(url)) setTimeout(() => response.end(url), 2);
    });
  });
  afterEach(() => server.close());

  test("under timeouts, deadlines and aborts, in the queue and in flight, never more than 50 are under way, and no place is lost", async () => {
    const MADE = 2_000;
    const WAIT = 1_500;
    const bulkhead = new Bulkhead({ maxConcurrent: PLACES, maxQueue: WAIT });
    const retry = { attemptTimeoutMs: 1_000, strategy: constant(1), budget: unlimited };
    const policy = new Policy({ retry, limiter: bulkhead });
    let inFlight = 0;
    let mostInFlight = 0;
    const get = async (id: number, attempt: number, signal: AbortSignal): Promise<string> => {
      const path = `/${id}/${attempt}`;
      let isOver = false;
      const end = (): void => {
        if (!isOver) inFlight -= 1;
        isOver = true;
      };
      signal.addEventListener("abort", () => {
        left.add(path);
        end();
      });
      inFlight += 1;
      mostInFlight = Math.max(mostInFlight, inFlight);
      try {
        return await (await fetch(server.url + path, { signal })).text();
      } finally {
        end();
      }
    };
    const outcomes = await Promise.all(
      range(MADE).map((id) => {
        const caller = new AbortController();
        if (id % 10 === 3) setTimeout(() => caller.abort(), 1 + (id % 400));
        const deadline = id % 10 === 6 && { deadlineMs: 1 + (id % 400) };
        return policy.execute(({ attempt, signal }) => get(id, attempt, signal), { signal: caller.signal, ...deadline });
      }),
    );

    expect(mostInFlight).toBe(PLACES);
    expect(mostAtServer).toBeGreaterThan(0);
    expect(mostAtServer).toBeLessThanOrEqual(PLACES);
    const room = PLACES + WAIT;
    const endings = outcomes.map((outcome) => (outcome.ok ? "ok" : outcome.stopReason));
    const expected = (id: number): string =>
      id >= room ? "LIMITED" : id % 10 === 3 ? "ABORTED" : id % 10 === 6 ? "DEADLINE_EXCEEDED" : "ok";
    expect(endings).toEqual(range(MADE).map(expected));
    expect(outcomes.slice(room).every((outcome) => !outcome.ok && isLimitedError(outcome.error))).toBe(true);
    for (const stop of ["ABORTED", "DEADLINE_EXCEEDED"]) {
      const attempts = new Set(outcomes.filter((_, id) => endings[id] === stop).map((outcome) => outcome.attempts));
      expect(attempts, `${stop}, in the queue and in flight`).toEqual(new Set([0, 1]));
    }

    expect(bulkhead.stats).toMatchObject({ inUse: 0, waiting: 0 });
    await expect.poll(() => server.seen.underWay, { timeout: 5_000 }).toBe(0);
    const places = range(PLACES).map(() => bulkhead.tryAcquire());
    expect(places).not.toContain(null);
    expect(bulkhead.tryAcquire()).toBe(null);
  }, 60_000);
});
