/* Streams under a policy over real sockets: bodies that are cut, stall and are left, a cursor of PostgreSQL, and 10,000 streams that leave nothing behind. */
import { getEventListeners } from "node:events";
import { createServer, get, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Pool } from "pg";
import { type AttemptInfo, CircuitBreaker, constant, outcomeOf, Policy } from "redress";
import { isStreamCutError, isStreamStalledError, policyStream } from "redress/stream";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { until } from "./broker-server.ts";

type Handler = (answer: ServerResponse, nth: number) => void;

let server: Server;
let url = "";
let handler: Handler = () => {};
let requests = 0;
let open = 0;

beforeAll(async () => {
  server = createServer((_request, answer) => {
    open++;
    answer.on("close", () => open--);
    handler(answer, ++requests);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
});
beforeEach(() => {
  requests = 0;
});

const policy = new Policy({ retry: { maxAttempts: 4, strategy: constant(1), attemptTimeoutMs: 5_000 } });

/** The lines of a body, as they come. */
async function lines({ signal }: AttemptInfo): Promise<ReadableStream<string>> {
  const response = await fetch(url, { signal });
  if (!response.ok || response.body === null) throw Object.assign(new Error("refused"), { status: response.status });
  return response.body.pipeThrough(new TextDecoderStream() as never) as ReadableStream<string>;
}

/** The body as Node's own stream. */
const message = ({ signal }: AttemptInfo): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => void get(url, { signal, agent: false }, resolve).on("error", reject));

async function taken<T>(stream: AsyncIterable<T>): Promise<{ items: T[]; error: unknown }> {
  const items: T[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items, error: undefined };
  } catch (error) {
    return { items, error };
  }
}

/** Writes one after the other, each in a packet of its own. */
async function write(answer: ServerResponse, ...chunks: readonly string[]): Promise<void> {
  for (const chunk of chunks) {
    answer.write(chunk);
    await new Promise((next) => setTimeout(next, 10));
  }
}

describe.each<[string, (attempt: AttemptInfo) => Promise<AsyncIterable<unknown>>]>([
  ["the body of fetch", lines],
  ["an IncomingMessage", message],
])("%s", (_name, source) => {
  const textOf = ({ items }: { items: unknown[] }): string => items.map(String).join("");

  test("is delivered whole", async () => {
    handler = (answer) => void write(answer, "a", "b").then(() => answer.end("c"));
    const stream = policyStream(policy, source);
    const all = await taken(stream);
    expect([textOf(all), all.error, (await stream.outcome).ok]).toEqual(["abc", undefined, true]);
  });

  test("that breaks before its first chunk is opened again", async () => {
    handler = (answer, nth) => {
      if (nth < 3) {
        answer.flushHeaders();
        setTimeout(() => answer.destroy(), 5);
      } else answer.end("well");
    };
    const all = await taken(policyStream(policy, source));
    expect([textOf(all), all.error, requests]).toEqual(["well", undefined, 3]);
  });

  test("that breaks after it is an error with an outcome, and is not", async () => {
    handler = (answer) => void write(answer, "a", "b").then(() => answer.destroy());
    const all = await taken(policyStream(policy, source));
    expect([textOf(all), requests]).toEqual(["ab", 1]);
    expect(outcomeOf(all.error)).toMatchObject({ stopReason: "RETRY_REFUSED", lastClass: "TRANSIENT" });
  });

  test("that closes early, but in good order, has been cut where an end is asked for", async () => {
    handler = (answer) => void write(answer, "a").then(() => answer.end());
    const all = await taken(policyStream(policy, source, { isEnd: (item) => String(item).includes("[DONE]") }));
    expect([textOf(all), isStreamCutError(all.error)]).toEqual(["a", true]);
  });

  test("that stalls is let go: the server sees it", async () => {
    handler = (answer) => void write(answer, "a");
    const all = await taken(policyStream(policy, source, { idleTimeoutMs: 100 }));
    expect([textOf(all), isStreamStalledError(all.error)]).toEqual(["a", true]);
    await until("the server has no open request", async () => open === 0);
  });

  test("that never begins is cut by the attempt timeout, and opened again", async () => {
    handler = (answer, nth) => void (nth === 1 ? answer.flushHeaders() : answer.end("well"));
    const hasty = policy.with({ retry: { attemptTimeoutMs: 200 } });
    const all = await taken(policyStream(hasty, source));
    expect([textOf(all), requests]).toEqual(["well", 2]);
    await until("the server has no open request", async () => open === 0);
  });

  test("that is left is let go, and the circuit hears of a cancel", async () => {
    handler = (answer) => void write(answer, "a", "b", "c");
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1 });
    const stream = policyStream(policy.with({ circuitBreaker }), source);
    for await (const _ of stream) break;
    await until("the server has no open request", async () => open === 0);
    expect(circuitBreaker.stats).toMatchObject({ cancelledCalls: 1, failedCalls: 0, successfulCalls: 0 });
  });

  test("is let go when the caller's signal aborts", async () => {
    handler = (answer) => void write(answer, "a");
    const abort = new AbortController();
    const stream = policyStream(policy, source, { signal: abort.signal });
    await stream.next();
    const waits = stream.next().catch((error: unknown) => error);
    const reason = new Error("gone");
    abort.abort(reason);
    expect(await waits).toBe(reason);
    await until("the server has no open request", async () => open === 0);
  });
});

describe("a cursor of PostgreSQL", () => {
  let pool: Pool;
  beforeAll(() => {
    pool = new Pool({ host: "127.0.0.1", user: "postgres", database: "postgres", max: 2 });
    pool.on("error", () => {});
  });
  afterAll(() => pool.end());

  async function* rows(upTo: number): AsyncGenerator<{ readonly n: number; readonly pid: number }> {
    const client = await pool.connect();
    // A session that is killed while no statement is under way tells so by an event, which ends the process of whoever does not listen.
    const ignore = (): void => {};
    client.on("error", ignore);
    let broken = true;
    try {
      await client.query("BEGIN");
      await client.query(`DECLARE c CURSOR FOR SELECT n, pg_backend_pid() AS pid FROM generate_series(1, ${upTo}) n`);
      for (let more = true; more; ) {
        const page = await client.query("FETCH 10 FROM c");
        yield* page.rows;
        more = page.rows.length > 0;
      }
      await client.query("COMMIT");
      broken = false;
    } finally {
      client.off("error", ignore);
      client.release(broken);
    }
  }

  test("is read to its end, and gives its connection back", async () => {
    const { items } = await taken(policyStream(policy, () => rows(25)));
    expect(items.map(({ n }) => n)).toEqual(Array.from({ length: 25 }, (_, at) => at + 1));
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  test("that is left gives its connection back before the loop is over", async () => {
    for await (const { n } of policyStream(policy, () => rows(1_000))) if (n === 3) break;
    expect(pool.idleCount).toBe(pool.totalCount);
  });

  test("whose session is killed is an error of its own class, and is not read twice", async () => {
    const seen: number[] = [];
    const loop = async (): Promise<void> => {
      for await (const { n, pid } of policyStream(policy, () => rows(1_000))) {
        seen.push(n);
        if (n === 5) await pool.query("SELECT pg_terminate_backend($1)", [pid]);
      }
    };
    const error = await loop().catch((thrown: unknown) => thrown);
    expect(seen).toEqual(Array.from({ length: 10 }, (_, at) => at + 1));
    expect(outcomeOf(error)?.ok).toBe(false);
    expect(pool.waitingCount).toBe(0);
  });
});

test("10,000 streams leave no listener, no timer and no call behind, however they end", async () => {
  const caller = new AbortController();
  const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
  const before = timers();
  const kinds = ["whole", "broken", "left", "empty"] as const;
  let closed = 0;
  const source = (kind: (typeof kinds)[number]) =>
    async function* () {
      try {
        if (kind === "empty") return;
        yield 1;
        if (kind === "broken") throw new Error("broken");
        yield 2;
      } finally {
        closed++;
      }
    };
  const one = async (at: number): Promise<void> => {
    const kind = kinds[at % kinds.length] ?? "whole";
    try {
      for await (const _ of policyStream(policy, source(kind), { signal: caller.signal })) if (kind === "left") break;
    } catch {
      // That is how this one ends.
    }
  };
  const warnings: unknown[] = [];
  const warn = (warning: unknown): void => void warnings.push(warning);
  process.on("warning", warn);
  await Promise.all(Array.from({ length: 10_000 }, (_, at) => one(at)));
  await new Promise((next) => setImmediate(next));
  process.off("warning", warn);
  expect([policy.inFlight, closed, warnings, timers() - before <= 1]).toEqual([0, 10_000, [], true]);
  // Attempts that succeeded follow their caller for as long as somebody may still read what they gave: by one listener for all.
  expect(getEventListeners(caller.signal, "abort").length).toBeLessThanOrEqual(1);
});
