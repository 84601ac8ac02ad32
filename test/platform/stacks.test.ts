/*
 * The stack of an error that crosses a policy names the caller, as V8 writes it: `at async <caller>` for what is thrown after a wait. The
 * time that passes is the platform's, with delays of a millisecond: a stack is made of what really happens.
 *
 * What V8 cannot do: it follows a chain of promises only where each waits for the next by `await`, or by `then` with a promise's own
 * resolve function. An operation that wraps its work in `new Promise` and rejects it from a callback of its own (a timer, a socket) makes
 * its error in the stack of that callback, before any policy sees it: such a stack names no caller, with a policy or without.
 */
import { CircuitBreaker, constant, isCircuitOpenError, Policy, type PolicyOptions, type RetryOptions, retry } from "redress";
import { describe, expect, test } from "vitest";
import { runChild } from "../run/child.ts";
import { realDelay } from "../run/timer-regimes.ts";

type AsyncOp = () => Promise<unknown>;

/** The ways through which an error can cross. Each is called by a function named `requestHandler`. */
interface Way {
  readonly name: string;
  /** Makes the call, and returns the error. */
  readonly cross: (retrying: RetryOptions, op: AsyncOp, signal: AbortSignal | undefined) => Promise<unknown>;
}

const of = (retrying: RetryOptions): Policy => new Policy({ retry: retrying });

/** What an awaited promise rejects with. */
async function caught(run: () => Promise<unknown>): Promise<unknown> {
  try {
    await run();
  } catch (error) {
    return error;
  }
  return undefined;
}

const WAYS: readonly Way[] = [
  {
    name: "call",
    cross: (retrying, op, signal) =>
      caught(async function requestHandler() {
        await of(retrying).call(op, { signal });
      }),
  },
  {
    name: "execute, as lastError",
    cross: async (retrying, op, signal) => {
      async function requestHandler() {
        const outcome = await of(retrying).execute(op, { signal });
        return outcome.ok ? undefined : outcome.lastError;
      }
      return requestHandler();
    },
  },
  {
    name: "wrap",
    cross: (retrying, op, signal) =>
      caught(async function requestHandler() {
        await of(retrying).wrap(op, { signal })();
      }),
  },
  {
    name: "context",
    cross: (retrying, op, signal) =>
      caught(async function requestHandler() {
        await of(retrying).context({ signal })(op);
      }),
  },
  {
    name: "retry(fn)",
    cross: (retrying, op) =>
      caught(async function requestHandler() {
        await retry(retrying)(op)();
      }),
  },
  {
    name: "a method that retry decorates",
    cross: (retrying, op) => {
      class Client {
        @retry(retrying)
        async fetch(): Promise<unknown> {
          return await op();
        }
      }
      return caught(async function requestHandler() {
        await new Client().fetch();
      });
    },
  },
];

const BREAKER_WAYS: readonly (readonly [string, (op: AsyncOp) => Promise<unknown>])[] = [
  [
    "breaker.call",
    (op) =>
      caught(async function requestHandler() {
        await new CircuitBreaker().call(op);
      }),
  ],
  [
    "breaker.protect",
    (op) =>
      caught(async function requestHandler() {
        await new CircuitBreaker().protect(op)();
      }),
  ],
];

const stackOf = (error: unknown): string => (error as Error).stack ?? "";

/** How the operation fails. */
const FAILURES: readonly (readonly [string, () => AsyncOp])[] = [
  [
    "after an await",
    () => async () => {
      await null;
      throw new Error("failed");
    },
  ],
  [
    "after a timer",
    () => async () => {
      await realDelay(1);
      throw new Error("failed");
    },
  ],
  [
    "at once, by a rejected promise",
    () => async () => {
      throw new Error("failed");
    },
  ],
  [
    "synchronously",
    () => () => {
      throw new Error("failed");
    },
  ],
  [
    "in a function that it waits for",
    () => {
      async function deeper(): Promise<never> {
        await realDelay(1);
        throw new Error("failed");
      }
      return async () => await deeper();
    },
  ],
];

const RETRIES: readonly (readonly [string, RetryOptions])[] = [
  ["on the first attempt", { maxAttempts: 1 }],
  ["after retries at once", { maxAttempts: 4, strategy: constant(0) }],
  ["after slept delays", { maxAttempts: 3, strategy: constant(1) }],
  [
    "after a sleep handler that answers by a promise",
    { maxAttempts: 3, strategy: constant(0), sleep: async () => "sleep" as const },
  ],
  ["after a sleeper", { maxAttempts: 3, strategy: constant(1), sleeper: () => realDelay(1) }],
  [
    "after so many retries at once that the event loop got a turn",
    { maxAttempts: 70, maxUnknownRetries: 70, strategy: constant(0) },
  ],
];

const BOUNDS: readonly (readonly [string, RetryOptions, boolean])[] = [
  ["without bounds", { deadlineMs: Infinity }, false],
  ["with a deadline", { deadlineMs: 50_000 }, false],
  ["with all of them", { deadlineMs: 50_000, attemptTimeoutMs: 40_000 }, true],
];

/** The caller's frame. V8 writes `at async` where a wait lies between, which the maps of this test runner leave out. */
const CALLER = /^ +at (async )?requestHandler /m;

describe.each(WAYS)("through $name", ({ cross }) => {
  describe.each(RETRIES)("%s", (_when, retries) => {
    describe.each(BOUNDS)("%s", (_which, bounds, hasSignal) => {
      test.each(FAILURES)("the stack of an error thrown %s names the caller", async (_how, fails) => {
        const signal = hasSignal ? new AbortController().signal : undefined;
        const stack = stackOf(await cross({ maxUnknownRetries: 5, ...bounds, ...retries }, fails(), signal));
        expect(stack).toMatch(CALLER);
      });
    });
  });
});

describe.each(BREAKER_WAYS)("through %s", (_name, cross) => {
  test.each(FAILURES)("the stack of an error thrown %s names the caller", async (_how, fails) => {
    expect(stackOf(await cross(fails()))).toMatch(CALLER);
  });
});

describe("errors of this package's own name the caller", () => {
  const through = (options: PolicyOptions, op: AsyncOp): Promise<unknown> =>
    caught(async function requestHandler() {
      await new Policy(options).call(op);
    });
  const hang = (): Promise<never> => new Promise(() => {});

  test("CircuitOpenError, by call, wrap, breaker.call and breaker.protect", async () => {
    const breaker = new CircuitBreaker();
    breaker.trip();
    const policy = new Policy({ circuitBreaker: breaker, retry: {} });
    const op = async (): Promise<number> => 1;
    for (const run of [
      () => policy.call(op),
      policy.wrap(op),
      () => policy.context()(op),
      () => breaker.call(op),
      breaker.protect(op),
      async () => policy.callSync(() => 1),
      async () => breaker.callSync(() => 1),
    ]) {
      const error = await caught(async function requestHandler() {
        await run();
      });
      expect(isCircuitOpenError(error)).toBe(true);
      expect(stackOf(error)).toMatch(CALLER);
    }
  });

  test.each<[string, RetryOptions]>([
    ["DeadlineExceededError", { deadlineMs: 2 }],
    ["AttemptTimeoutError", { attemptTimeoutMs: 2, maxAttempts: 1 }],
    ["AttemptTimeoutError of a later attempt", { attemptTimeoutMs: 2, maxAttempts: 3, strategy: constant(1) }],
  ])("%s", async (_name, retrying) => {
    expect(stackOf(await through({ retry: retrying }, hang))).toMatch(CALLER);
  });

  test("RetryExhaustedError", async () => {
    const failing = async (): Promise<never> => {
      await null;
      throw new Error("failed");
    };
    const options: PolicyOptions = { retry: { maxAttempts: 2, strategy: constant(1), onExhausted: "wrap" } };
    expect(stackOf(await through(options, failing))).toMatch(CALLER);
  });

  test("an error that a fallback throws", async () => {
    const options: PolicyOptions = {
      fallback: async () => {
        await realDelay(1);
        throw new Error("no value either");
      },
    };
    expect(stackOf(await through(options, () => Promise.reject(new Error("failed"))))).toMatch(CALLER);
  });
});

test("an error that crosses a policy in a policy names the caller of the outer one", async () => {
  const inner = new Policy({ retry: { maxAttempts: 2, strategy: constant(1) } });
  const outer = new Policy({ retry: { maxAttempts: 2, strategy: constant(1) }, circuitBreaker: {} });
  const error = await caught(async function requestHandler() {
    await outer.call(() =>
      inner.call(async () => {
        await realDelay(1);
        throw new Error("failed");
      }),
    );
  });
  expect(stackOf(error)).toMatch(CALLER);
});

test("what V8 itself writes is `at async requestHandler`", () => {
  const child = runChild(`
    const failing = async () => { await new Promise((resolve) => setTimeout(resolve, 1)); throw new Error("failed"); };
    async function requestHandler(run) { await run(); }
    const { signal } = new AbortController();
    const retry = { maxAttempts: 3, strategy: redress.constant(1), attemptTimeoutMs: 10_000 };
    const policy = new redress.Policy({ retry });
    const breaker = new redress.CircuitBreaker();
    for (const run of [
      () => policy.call(failing, { signal }), policy.wrap(failing), () => policy.context()(failing), redress.retry(retry)(failing),
      () => breaker.call(failing), breaker.protect(failing), () => policy.execute(failing).then(({ lastError }) => { throw lastError; }),
    ]) await requestHandler(run).catch(({ stack }) => print(/^ +at async requestHandler /m.test(stack)));
  `);
  expect(child).toEqual({ printed: Array(7).fill(true), errors: "", exit: 0 });
});
