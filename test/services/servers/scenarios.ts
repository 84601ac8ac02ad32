/* What every server integration must do, each started for real and asked over real sockets. */
import { getEventListeners } from "node:events";
import { Agent } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import {
  Bulkhead,
  type CallContext,
  CircuitBreaker,
  CircuitOpenError,
  constant,
  LimitedError,
  type Outcome,
  outcomeOf,
  Policy,
  RateLimitError,
  TransientError,
} from "redress";
import { Shutdown } from "redress/node-http";
import { currentScope } from "redress/scope";
import { afterEach, describe, expect, test } from "vitest";
import { type Answer, ask, askAndLeave, askH2, askH2AndLeave } from "./client.ts";
import type { Framework, Running, Service } from "./service.ts";
import { describeShedding } from "./shedding.ts";
import { describeShuttingDown } from "./shutting-down.ts";

const hang = (): Promise<never> => new Promise(() => {});
const failing = async (): Promise<never> => {
  throw new TransientError("db-7.internal is down");
};
const quick = { strategy: constant(0) };

const circuit = new CircuitBreaker({ name: "orders-db" });
circuit.trip();

/** A promise, and what resolves it. */
function signalled<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const problem = ({ status, headers, body }: Answer): unknown => ({
  status,
  type: headers["content-type"],
  retryAfter: headers["retry-after"],
  shouldRetry: headers["x-should-retry"],
  body: JSON.parse(body),
});

const about = (status: number, title: string): object => ({
  status,
  type: expect.stringContaining("application/problem+json"),
  body: { type: "about:blank", title, status },
});

export function describeServer(framework: Framework): void {
  describe(framework.name, () => {
    const running: Running[] = [];
    const start = async (service: Service): Promise<string> => {
      const started = await framework.start(service);
      running.push(started);
      return started.origin;
    };
    afterEach(async () => {
      for (const each of running.splice(0)) await each.close();
    });

    describe("a deadline that comes in", () => {
      const waits = new Policy({ retry: quick });

      test("ends the calls of the handler: 504", async () => {
        const outcomes: Outcome<unknown>[] = [];
        const origin = await start({
          handle: async () => {
            const outcome = await waits.execute(hang);
            outcomes.push(outcome);
            if (!outcome.ok) throw outcome.error;
          },
        });
        const answer = await ask(`${origin}/orders/7`, { headers: { "x-request-timeout-ms": "150" } });
        expect(problem(answer)).toMatchObject(about(504, "Gateway Timeout"));
        expect(outcomes).toMatchObject([{ stopReason: "DEADLINE_EXCEEDED", deadlineOf: "scope" }]);
      });

      test("ends what no policy bounds, by the signal of the scope: 504", async () => {
        const origin = await start({
          handle: () => {
            const signal = currentScope()?.signal;
            return sleep(60_000, undefined, signal && { signal });
          },
        });
        const answer = await ask(`${origin}/orders/7`, { headers: { "x-request-timeout-ms": "150" } });
        expect(problem(answer)).toMatchObject(about(504, "Gateway Timeout"));
      });

      test("that is longer than the handler takes changes nothing", async () => {
        const origin = await start({ handle: () => waits.call(async () => ({ left: currentScope()?.remainingMs })) });
        const { status, body } = await ask(`${origin}/orders/7`, { headers: { "x-request-timeout-ms": "20000" } });
        expect(status).toBe(200);
        expect(JSON.parse(body).left).toBeGreaterThan(10_000);
        expect(JSON.parse(body).left).toBeLessThanOrEqual(20_000);
      });

      test("is heeded under the names that were given, clamped, and missing where there is none", async () => {
        const handle = (): unknown => ({ left: currentScope()?.remainingMs ?? "no scope" });
        const left = async (origin: string, headers: Record<string, string>): Promise<unknown> =>
          JSON.parse((await ask(`${origin}/orders/7`, { headers })).body).left;
        const origin = await start({ handle });
        expect(await left(origin, {})).toBeNull();
        expect(await left(origin, { "x-envoy-expected-rq-timeout-ms": "900" })).toBeLessThanOrEqual(900);
        expect(await left(origin, { "x-request-timeout-ms": "999999999" })).toBeLessThanOrEqual(60_000);
        const named = await start({
          handle,
          options: { deadlineHeader: ["X-Patience", "grpc-timeout"], maxDeadlineMs: 5_000, deadlineMs: 1_000 },
        });
        expect(await left(named, { "x-patience": "700" })).toBeLessThanOrEqual(700);
        expect(await left(named, { "grpc-timeout": "3S" })).toBeGreaterThan(1_000);
        expect(await left(named, { "grpc-timeout": "99999999H" })).toBeGreaterThan(1_000);
        expect(await left(named, { "x-request-timeout-ms": "3000" })).toBeLessThanOrEqual(1_000);
        const none = await start({ handle, options: { deadlineHeader: false } });
        expect(await left(none, { "x-request-timeout-ms": "30" })).toBeNull();
      });

      test.each<[string, string | string[]]>([
        ["negative", "-5"],
        ["not a number", "NaN"],
        ["Infinity", "Infinity"],
        ["a fraction", "1.5"],
        ["hexadecimal", "0x10"],
        ["empty", ""],
        ["more digits than a time has", "9".repeat(40)],
        ["8 kB long", "9".repeat(8_000)],
        ["there twice", ["5", "5"]],
        ["a list", "5, 6"],
      ])("that is %s says nothing", async (_what, value) => {
        const origin = await start({ handle: () => ({ left: currentScope()?.remainingMs }) });
        const { status, body } = await ask(`${origin}/orders/7`, { headers: { "x-request-timeout-ms": value } });
        expect([status, JSON.parse(body)]).toEqual([200, { left: null }]);
      });

      test("of 0 leaves no time: no call begins", async () => {
        let calls = 0;
        const origin = await start({ handle: () => waits.call(async () => calls++) });
        const answer = await ask(`${origin}/orders/7`, { headers: { "x-request-timeout-ms": "0" } });
        expect(problem(answer)).toMatchObject(about(504, "Gateway Timeout"));
        expect(calls).toBe(0);
      });

      test("is that of each request, also over one connection", async () => {
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        const origin = await start({ handle: () => ({ left: currentScope()?.remainingMs }) });
        const lefts: number[] = [];
        for (const timeout of ["9000", "500", "20000"]) {
          const { body } = await ask(`${origin}/orders/7`, { agent, headers: { "x-request-timeout-ms": timeout } });
          lefts.push(Math.ceil(JSON.parse(body).left / 10_000));
        }
        expect(lefts).toEqual([1, 1, 2]);
        agent.destroy();
      });
    });

    describe("a client that leaves", () => {
      const leaves = async (
        path: string,
        when: "before an answer" | "in the answer",
        service: Partial<Service>,
      ): Promise<void> => {
        const started = signalled<void>();
        const ended = signalled<Outcome<unknown>>();
        const policy = new Policy({ retry: quick });
        const origin = await start({
          ...service,
          handle: async () => {
            const call = policy.execute(({ signal }) => {
              started.resolve();
              return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
            });
            const outcome = await call;
            ended.resolve(outcome);
            if (!outcome.ok) throw outcome.error;
          },
        });
        await askAndLeave(origin + path, when, started.promise);
        expect(await ended.promise).toMatchObject({ stopReason: "ABORTED", error: { name: "ClientLeftError" }, attempts: 1 });
      };

      test("before it is answered aborts the calls of its handler", () => leaves("/orders/7", "before an answer", {}));
      test("in the middle of the answer aborts them, too", () => leaves("/parts/7", "in the answer", { parts: true }));

      test("after its answer aborts nothing that is still at work", async () => {
        const ended = signalled<Outcome<unknown>>();
        const policy = new Policy({ retry: quick });
        const origin = await start({
          handle: () => {
            void policy.execute(() => sleep(100, "audited")).then(ended.resolve);
            return { ok: true };
          },
        });
        expect((await ask(`${origin}/orders/7`)).status).toBe(200);
        expect(await ended.promise).toMatchObject({ ok: true, value: "audited" });
      });
    });

    test("work that goes on when a request has been answered is bounded no more", async () => {
      const policy = new Policy({ retry: quick });
      const ended = signalled<Outcome<unknown>>();
      const origin = await start({
        handle: () => {
          void sleep(400).then(async () => ended.resolve(await policy.execute(async () => "audited")));
          return { ok: true };
        },
      });
      expect((await ask(`${origin}/orders/7`, { headers: { "x-request-timeout-ms": "200" } })).status).toBe(200);
      expect(await ended.promise).toMatchObject(framework.tellsTheEnd ? { ok: true } : { deadlineOf: "scope" });
    });

    describe("an answer", () => {
      test("for an open circuit is 503, and names nothing of what is inside", async () => {
        const policy = new Policy({ circuitBreaker: circuit });
        const origin = await start({ handle: () => policy.call(failing) });
        const answer = await ask(`${origin}/orders/7`);
        expect(problem(answer)).toMatchObject(about(503, "Service Unavailable"));
        expect(answer.body + JSON.stringify(answer.headers)).not.toMatch(/orders-db|Circuit/);
      });

      test.each<[string, unknown, number, string | undefined]>([
        ["a circuit with a probe due", new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 2_100 }), 503, "3"],
        [
          "a limiter that is full",
          new LimitedError({ limiter: "l", reason: "full", retryAfterMs: null, why: "10 of 10 are in use" }),
          503,
          "1",
        ],
        ["a rate limit that says when", new RateLimitError("slow down", { retryAfterMs: 5_000 }), 429, "5"],
      ])("for %s says when to come back", async (_what, error, status, retryAfter) => {
        const origin = await start({
          handle: () => {
            throw error;
          },
        });
        expect(problem(await ask(`${origin}/orders/7`))).toMatchObject({ status, retryAfter, shouldRetry: undefined });
      });

      test("for a rate limit that was retried in vain is 429, and asks for no further retry", async () => {
        const policy = new Policy({ retry: { ...quick, maxAttempts: 2 } });
        const limited = async (): Promise<never> => {
          throw Object.assign(new Error("slow"), { status: 429, headers: { "retry-after": "7" } });
        };
        const origin = await start({ handle: () => policy.call(limited) });
        expect(problem(await ask(`${origin}/orders/7`))).toMatchObject({
          ...about(429, "Too Many Requests"),
          retryAfter: "7",
          shouldRetry: "false",
        });
      });

      test("for attempts that take too long is 504", async () => {
        const policy = new Policy({ retry: { ...quick, attemptTimeoutMs: 30, maxAttempts: 2 } });
        const origin = await start({ handle: () => policy.call(hang) });
        expect(problem(await ask(`${origin}/orders/7`))).toMatchObject({
          ...about(504, "Gateway Timeout"),
          shouldRetry: "false",
        });
      });

      test("for every other error is the application's, with a word where it was retried", async () => {
        const policy = new Policy({ retry: { ...quick, maxAttempts: 3 } });
        const origin = await start({ handle: () => policy.call(failing) });
        const { status, headers } = await ask(`${origin}/orders/7`);
        expect([status, headers["x-should-retry"]]).toEqual([framework.unknownStatus, "false"]);
        const once = await start({
          handle: () => {
            throw new Error("mine");
          },
        });
        const plain = await ask(`${once}/orders/7`);
        expect([plain.status, plain.headers["x-should-retry"]]).toEqual([framework.unknownStatus, undefined]);
      });

      test("does not say of itself what the handler has said of a body that it never sent", async () => {
        const policy = new Policy({ circuitBreaker: circuit });
        const said = { "content-length": "5000", "content-encoding": "gzip", etag: '"7"' };
        const origin = await start({ handle: () => policy.call(failing), says: said });
        const agent = new Agent({ keepAlive: true, maxSockets: 1 });
        for (let turn = 0; turn < 2; turn++) {
          const answer = await ask(`${origin}/orders/7`, { agent });
          expect(problem(answer)).toMatchObject(about(503, "Service Unavailable"));
          expect([answer.headers["content-encoding"], answer.headers.etag, answer.isCut]).toEqual([undefined, undefined, false]);
        }
        agent.destroy();
      });

      test("that has begun is ended, and no other one follows", async () => {
        const policy = new Policy({ circuitBreaker: circuit });
        const handle = async (): Promise<unknown> => {
          // Until what was sent is on its way.
          await sleep(100);
          return policy.call(failing);
        };
        const origin = await start({ parts: true, handle });
        const { status, body, isCut } = await ask(`${origin}/parts/7`);
        expect([status, body, isCut]).toEqual([200, "first ", true]);
        expect((await ask(`${origin}/orders/7`)).status).toBe(503);
      });

      test("of the framework alone, without the integration", async () => {
        const error = new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 2_100 });
        const origin = await start({
          isBare: true,
          handle: () => {
            throw error;
          },
        });
        const { status, headers } = await ask(`${origin}/orders/7`);
        expect([status, headers["retry-after"]]).toEqual([framework.bare.status, framework.bare.retryAfter]);
      });
    });

    test("calls know the route that they are made for, without ids", async () => {
      const parents: unknown[] = [];
      const hooks = { onCallStart: ({ parent }: CallContext) => void parents.push(parent?.operation) };
      const policy = new Policy({ hooks });
      const origin = await start({ handle: () => policy.call(async () => ({ ok: true })) });
      await ask(`${origin}/orders/7?x=1`);
      await ask(`${origin}/orders/8`, { method: "POST", body: "{}", headers: { "content-type": "application/json" } });
      expect(parents).toEqual(["GET /orders/:id", "POST /orders/:id"]);
    });

    test("500 requests at once have their own deadlines and signals", async () => {
      const policy = new Policy({ retry: quick });
      const signals = new Set<AbortSignal | undefined>();
      const origin = await start({
        handle: async () => {
          const left = (): number => currentScope()?.remainingMs ?? -1;
          const before = left();
          await sleep(5);
          return policy.call(async () => {
            await sleep(5);
            signals.add(currentScope()?.signal);
            return { before, after: left() };
          });
        },
      });
      const agent = new Agent({ keepAlive: true, maxSockets: 50 });
      const asked = Array.from({ length: 500 }, (_, index) => 20_000 + index * 50);
      const answers = await Promise.all(
        asked.map((ms) => ask(`${origin}/orders/${ms}`, { agent, headers: { "x-request-timeout-ms": String(ms) } })),
      );
      agent.destroy();
      expect(signals.size).toBe(500);
      for (const [index, { body }] of answers.entries()) {
        const { before, after } = JSON.parse(body) as { before: number; after: number };
        expect(before).toBeLessThanOrEqual(asked[index] as number);
        expect(before).toBeGreaterThan((asked[index] as number) - 10_000);
        expect(after).toBeLessThan(before);
      }
    }, 60_000);

    describe.runIf(framework.speaksH2c)("over HTTP/2", () => {
      test("deadlines, answers and clients that leave are the same", async () => {
        const policy = new Policy({ retry: quick });
        let started = signalled<void>();
        const ended: Outcome<unknown>[] = [];
        const origin = await start({
          protocol: "h2c",
          handle: async () => {
            const outcome = await policy.execute(({ signal }) => {
              started.resolve();
              return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
            });
            ended.push(outcome);
            if (!outcome.ok) throw outcome.error;
          },
        });
        const answer = await askH2(origin, "/orders/7", { "x-request-timeout-ms": "150" });
        expect(problem(answer)).toMatchObject(about(504, "Gateway Timeout"));
        started = signalled();
        await askH2AndLeave(origin, "/orders/7", started.promise);
        await expect
          .poll(() => ended.map((outcome) => !outcome.ok && outcome.stopReason))
          .toEqual(["DEADLINE_EXCEEDED", "ABORTED"]);
      });
    });

    describe.runIf(framework.repeats)("a route that is repeated", () => {
      const twice = (attempt: number): unknown => {
        if (attempt < 3) throw new TransientError("again");
        return { attempt };
      };
      const repeatedBy = new Policy({ retry: { ...quick, maxAttempts: 4 } });

      test("is handled anew until it answers, where its method may be", async () => {
        const origin = await start({ repeatedBy, handle: twice });
        expect(JSON.parse((await ask(`${origin}/orders/7`)).body)).toEqual({ attempt: 3 });
      });

      test("is handled once where its method may not be, and the error is the application's", async () => {
        const attempts: number[] = [];
        const origin = await start({
          repeatedBy,
          handle: (attempt) => {
            attempts.push(attempt);
            return twice(attempt);
          },
        });
        const sent = { method: "POST", body: "{}", headers: { "content-type": "application/json" } };
        expect((await ask(`${origin}/orders/7`, sent)).status).toBe(framework.unknownStatus);
        expect(attempts).toEqual([1]);
      });

      test("gives up with the answer that the stop has", async () => {
        const origin = await start({ repeatedBy: repeatedBy.with({ retry: { attemptTimeoutMs: 40 } }), handle: hang });
        expect(problem(await ask(`${origin}/orders/7`))).toMatchObject({
          ...about(504, "Gateway Timeout"),
          shouldRetry: "false",
        });
      });

      test("is named by its route", async () => {
        const names: unknown[] = [];
        const hooks = { onCallStart: ({ operation }: CallContext) => void names.push(operation) };
        const origin = await start({ repeatedBy: repeatedBy.with({ hooks }), handle: () => ({ ok: true }) });
        await ask(`${origin}/orders/7`);
        expect(names).toEqual(["GET /orders/:id"]);
      });
    });

    describeShedding(framework);
    describeShuttingDown(framework);

    test("10,000 requests leave nothing behind", async () => {
      const policy = new Policy({ retry: quick });
      const shutdown = new Shutdown();
      const limiter = new Bulkhead({ maxConcurrent: 100 });
      const origin = await start({
        options: { shutdown },
        shed: { limiter },
        handle: async () => {
          // Asked for, it has a timer.
          const isOver = currentScope()?.signal.aborted;
          return policy.call(async () => ({ isOver }));
        },
      });
      const agent = new Agent({ keepAlive: true, maxSockets: 20 });
      const many = async (count: number): Promise<void> => {
        await Promise.all(
          Array.from({ length: count }, () => ask(`${origin}/orders/7`, { agent, headers: { "x-request-timeout-ms": "30000" } })),
        );
      };
      await many(200);
      const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
      await many(10_000);
      const after = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
      agent.destroy();
      expect(after - before).toBeLessThan(50);
      await expect.poll(() => [policy.inFlight, shutdown.inFlight, limiter.inUse]).toEqual([0, 0, 0]);
      expect(limiter.stats).toMatchObject({ admitted: 10_200, rejected: 0 });
      expect(getEventListeners(shutdown.signal, "abort").length).toBeLessThanOrEqual(1);
    }, 60_000);

    test("an error that a call has ended with is found in what the application hears", async () => {
      const policy = new Policy({ retry: { ...quick, maxAttempts: 2 } });
      const ends: unknown[] = [];
      const origin = await start({
        handle: async () => {
          try {
            return await policy.call(failing);
          } catch (error) {
            ends.push(outcomeOf(error)?.stopReason);
            throw error;
          }
        },
      });
      await ask(`${origin}/orders/7`);
      expect(ends).toEqual(["MAX_ATTEMPTS_GLOBAL"]);
    });
  });
}
