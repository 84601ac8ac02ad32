/* What clients tell servers of deadlines, what ends their requests, and what they make of a server's word, over real sockets. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { constant, outcomeOf, Policy, type PolicyOptions, ServerError, unlimited } from "redress";
import { handleRequests } from "redress/node-http";
import { currentScope, runInScope } from "redress/scope";
import { afterEach, describe, expect, test } from "vitest";
import { closing } from "../servers/closing.ts";
import type { Running } from "../servers/service.ts";
import { clients, followers } from "./clients.ts";

const HEADER = "x-request-timeout-ms";

const running: Running[] = [];
afterEach(async () => {
  for (const each of running.splice(0)) await each.close();
});

async function serve(handler: (request: IncomingMessage, response: ServerResponse) => unknown): Promise<string> {
  const started = await closing(createServer((request, response) => void handler(request, response)));
  running.push(started);
  return started.origin;
}

/** A server that keeps what it is told, and answers with these statuses in turn, and then with 200. */
async function listening(...statuses: number[]) {
  const told: (string | undefined)[] = [];
  const url = await serve(({ headers }, response) => {
    told.push(headers[HEADER] as string | undefined);
    response.writeHead(statuses[told.length - 1] ?? 200).end("answer");
  });
  return { url, told };
}

/** A server that answers nothing, or only begins to. */
async function hanging(begins = false) {
  let left: () => void = () => {};
  const hasLeft = new Promise<void>((resolve) => {
    left = resolve;
  });
  let reached: () => void = () => {};
  const isReached = new Promise<void>((resolve) => {
    reached = resolve;
  });
  const url = await serve((_request, response) => {
    response.on("close", left);
    if (begins) response.writeHead(200, { "content-length": "100" }).write("half");
    reached();
  });
  return { url, hasLeft, isReached };
}

const POLICY: PolicyOptions<never, never> = { retry: { strategy: constant(40), budget: unlimited, maxAttempts: 3 } };

const thrownBy = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => Promise.reject(new Error(`It gave ${value}.`)),
    (error: unknown) => error,
  );

const number = (text: string | undefined): number => {
  expect(text).toMatch(/^[1-9]\d*$/);
  return Number(text);
};

describe.each(Object.entries(clients))("%s", (_name, make) => {
  test("tells a server what is left of the scope, of each attempt its own", async () => {
    const { url, told } = await listening(503, 503);
    const status = await runInScope({ deadlineMs: 20_000 }, () => make(POLICY, { sendDeadline: true }).ask(url));
    expect([status, told.length]).toEqual([200, 3]);
    const [first, second, third] = told.map(number) as [number, number, number];
    expect(first).toBeLessThanOrEqual(20_000);
    expect(second).toBeLessThan(first);
    expect(third).toBeLessThan(second);
  });

  test("tells the attempt timeout where that is less, and nothing where nothing bounds it", async () => {
    const { url, told } = await listening();
    const timeout = { retry: { attemptTimeoutMs: 9_000, deadlineMs: 20_000 } };
    await make(timeout, { sendDeadline: true }).ask(url);
    expect(told).toEqual(["9000"]);
    await make({ retry: { deadlineMs: Infinity } }, { sendDeadline: true }).ask(url);
    await make({}, { sendDeadline: true }).ask(url);
    expect(told).toEqual(["9000", undefined, undefined]);
  });

  test("tells the hosts of a list, and never another one", async () => {
    const { url, told } = await listening();
    await make(POLICY).ask(url);
    await make(POLICY, { sendDeadline: false }).ask(url);
    await make(POLICY, { sendDeadline: ["localhost", "*.internal", "[::1]"] }).ask(url);
    expect(told).toEqual([undefined, undefined, undefined]);
    await make(POLICY, { sendDeadline: ["*.internal", "127.0.0.1"] }).ask(url);
    expect(number(told[3])).toBeGreaterThan(0);
  });

  test("leaves what the caller says, at every attempt", async () => {
    const { url, told } = await listening(503);
    await make(POLICY, { sendDeadline: true }).ask(url, { "X-Request-Timeout-Ms": "70" });
    expect(told).toEqual(["70", "70"]);
  });

  test("tells it by another name", async () => {
    const names: string[][] = [];
    const url = await serve(({ headers }, response) => {
      names.push(Object.keys(headers).filter((name) => name.endsWith("-ms")));
      response.end();
    });
    await make(POLICY, { sendDeadline: true, deadlineHeader: "X-Time-Left-Ms" }).ask(url);
    expect(names).toEqual([["x-time-left-ms"]]);
  });

  test("the deadline of its scope ends a request, at the server, too", async () => {
    const { url, hasLeft } = await hanging();
    const error = await thrownBy(runInScope({ deadlineMs: 150 }, () => make(POLICY).ask(url)));
    expect(outcomeOf(error)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope", attempts: 1 });
    await hasLeft;
  });

  test("the signal of its scope ends a request, at the server, too, with its reason", async () => {
    const { url, hasLeft, isReached } = await hanging();
    const leaving = new AbortController();
    const reason = new Error("left");
    const asked = thrownBy(runInScope({ signal: leaving.signal }, () => make(POLICY).ask(url)));
    await isReached;
    leaving.abort(reason);
    const error = await asked;
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
    expect(error).toBe(reason);
    await hasLeft;
  });

  test("the signal of its scope ends a backoff, with its reason", async () => {
    const { url } = await listening(503);
    const leaving = new AbortController();
    const reason = new Error("left");
    const beforeSleep = (): void => void setTimeout(() => leaving.abort(reason), 20);
    const policy = { retry: { strategy: constant(30_000), budget: unlimited, beforeSleep } };
    const error = await thrownBy(runInScope({ signal: leaving.signal }, () => make(policy).ask(url)));
    expect(error).toBe(reason);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED", attempts: 1 });
  });

  test("the signal of its scope ends a body that is still to come", async () => {
    const { url, hasLeft } = await hanging(true);
    const leaving = new AbortController();
    const read = await runInScope({ signal: leaving.signal }, () => make(POLICY).open(url));
    const failed = thrownBy(read());
    leaving.abort(new Error("left"));
    await failed;
    await hasLeft;
  });

  test("a 503 that is not to be retried is not, and keeps its class", async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      requests++;
      response.writeHead(503, { "x-should-retry": "false" }).end("down");
    });
    const ends: unknown[] = [];
    const hooks = { onCallEnd: (_call: unknown, end: unknown) => void ends.push(end) };
    expect(await make({ ...POLICY, hooks } as never).ask(url)).toBe(503);
    expect(requests).toBe(1);
    expect(ends).toMatchObject([{ ok: false, stopReason: "RETRY_REFUSED", lastClass: "SERVER_ERROR", attempts: 1 }]);
  });

  test("Retry-After is waited for", async () => {
    let requests = 0;
    const url = await serve((_request, response) => {
      if (++requests === 1) response.writeHead(503, { "retry-after": "2" }).end("busy");
      else response.end("answer");
    });
    const waits: number[] = [];
    const beforeSleep = (_context: unknown, delayMs: number): void => void waits.push(delayMs);
    const retry = { beforeSleep, sleeper: () => {} };
    expect(await make({ retry } as never).ask(url)).toBe(200);
    expect(waits).toHaveLength(1);
    expect(waits[0]).toBeGreaterThanOrEqual(2_000);
  });

  test("an answer of a policy at the server is understood: when to come back, and what was retried already", async () => {
    const guarded = new Policy({ circuitBreaker: { name: "db", failureThreshold: 1, recoveryTimeoutMs: 1_500 } });
    const retrying = new Policy({ retry: { maxAttempts: 2, strategy: constant(0), budget: unlimited } });
    const requests: string[] = [];
    const handle = handleRequests(
      async (request, response) => {
        const { url: path = "" } = request as IncomingMessage;
        requests.push(path);
        const policy = path === "/guarded" ? guarded : retrying;
        response.end(String(await policy.call(() => Promise.reject(new ServerError("down")))));
      },
      { onError: () => {} },
    );
    const url = await serve(handle as (request: IncomingMessage, response: ServerResponse) => unknown);
    const waits: number[] = [];
    const beforeSleep = (_context: unknown, delayMs: number): void => void waits.push(delayMs);
    const retry = { maxAttempts: 2, beforeSleep, sleeper: () => {} };
    // The first call opens the circuit.
    await make({ retry: { maxAttempts: 1 } }).ask(`${url}/guarded`);
    expect(await make({ retry } as never).ask(`${url}/guarded`)).toBe(503);
    expect(requests).toHaveLength(3);
    expect(waits[0]).toBeGreaterThanOrEqual(1_000);
    requests.splice(0);
    expect(await make({ retry } as never).ask(`${url}/retried`)).toBe(500);
    expect(requests).toEqual(["/retried"]);
  });

  test("what a server that it asks has left is never more than what its own caller has", async () => {
    const lefts: number[] = [];
    const left = (): void => void lefts.push(currentScope()?.remainingMs ?? Infinity);
    const asking = make(POLICY, { sendDeadline: ["127.0.0.1"] });
    const scoped = (handler: (response: ServerResponse) => unknown) =>
      serve(handleRequests((_request, response) => handler(response as ServerResponse)) as never);
    const last = await scoped((response) => {
      left();
      response.end();
    });
    const middle = await scoped(async (response) => {
      left();
      await asking.ask(last);
      response.end();
    });
    await runInScope({ deadlineMs: 20_000 }, async () => {
      left();
      await asking.ask(middle);
    });
    const [first, second, third] = lefts as [number, number, number];
    expect(first).toBeLessThanOrEqual(20_000);
    expect(second).toBeLessThan(first);
    expect(third).toBeLessThan(second);
  });
});

test.each(Object.entries(followers))("%s tells no server of another origin where it is redirected to", async (_name, make) => {
  const stranger = await listening();
  const told: (string | undefined)[] = [];
  const url: string = await serve(({ url: path = "", headers }, response) => {
    told.push(headers[HEADER] as string | undefined);
    // To the same origin, and to another name of this machine.
    const location = path === "/" ? `${url}/again` : stranger.url.replace("127.0.0.1", "localhost");
    response.writeHead(302, { location }).end();
  });
  const asking = make(POLICY, { sendDeadline: ["127.0.0.1"] });
  expect(await runInScope({ deadlineMs: 20_000 }, () => asking.ask(`${url}/`))).toBe(200);
  expect(told).toHaveLength(2);
  expect(number(told[1])).toBeLessThanOrEqual(number(told[0]));
  expect(stranger.told).toEqual([undefined]);
});
