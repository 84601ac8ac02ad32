/* `passAttempt`: functions that are wrapped are told what operations are told, so that a timed-out attempt ends when its timeout says so. */
import { type AttemptInfo, constant, Policy, RetryPolicy, retry, retrySync, TransientError } from "redress";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { ending, hooksOf, played, recorder, stage } from "./driving.ts";

const immediate = { strategy: constant(1) };

/** A request that takes far longer than its attempt may, and how many of them run at the same time. */
function requests(clock: VirtualClock) {
  const seen = { running: 0, most: 0 };
  const request = async (signal?: AbortSignal): Promise<string> => {
    seen.most = Math.max(seen.most, ++seen.running);
    try {
      await clock.sleep(1_000, signal);
      return "late";
    } finally {
      seen.running--;
    }
  };
  return { seen, request };
}

describe("timed-out attempts", () => {
  const options = (clock: VirtualClock) => ({ clock, maxAttempts: 3, attemptTimeoutMs: 100, random: () => 0, ...immediate });

  test.each<[how: string, call: (clock: VirtualClock, request: (signal: AbortSignal) => Promise<string>) => Promise<string>]>([
    ["wrap", (clock, request) => new RetryPolicy(options(clock)).wrap(({ signal }) => request(signal), { passAttempt: true })()],
    [
      "context",
      (clock, request) => new RetryPolicy(options(clock)).context({ passAttempt: true })(({ signal }) => request(signal)),
    ],
    ["retry", (clock, request) => retry({ ...options(clock), passAttempt: true })(({ signal }) => request(signal))()],
    ["call", (clock, request) => new RetryPolicy(options(clock)).call(({ signal }) => request(signal))],
  ])("of %s with the signal of their attempt run one after the other", async (_how, call) => {
    const clock = new VirtualClock();
    const { seen, request } = requests(clock);
    await ending(played(clock, call(clock, request)));
    expect(seen).toEqual({ running: 0, most: 1 });
  });

  test("that never see their signal overlap", async () => {
    const clock = new VirtualClock();
    const { seen, request } = requests(clock);
    await ending(played(clock, retry(options(clock))(() => request())()));
    expect(seen.most).toBe(3);
  });
});

describe("passAttempt", () => {
  const numbers = ({ attempt }: AttemptInfo, ...args: readonly unknown[]): unknown[] => [attempt, ...args];
  const failingOnce = (info: AttemptInfo, ...args: readonly unknown[]): unknown[] => {
    if (info.attempt === 1) throw new TransientError();
    return numbers(info, ...args);
  };

  test("puts the attempt in front of the arguments, a new one with each attempt", async () => {
    const on = stage({ retry: immediate });
    const pass = { passAttempt: true } as const;
    expect(await played(on.clock, on.policy.wrap(failingOnce, pass)("a", "b"))).toEqual([2, "a", "b"]);
    expect(await played(on.clock, on.policy.context(pass)(failingOnce, "a", "b"))).toEqual([2, "a", "b"]);
    expect(on.policy.wrapSync(failingOnce, pass)("a", "b")).toEqual([2, "a", "b"]);
    expect(on.policy.contextSync(pass)(failingOnce, "a", "b")).toEqual([2, "a", "b"]);
    const clock = new VirtualClock();
    expect(await played(clock, retry({ ...immediate, ...pass, clock })(failingOnce)("a"))).toEqual([2, "a"]);
    expect(retrySync({ ...immediate, ...pass, clock })(failingOnce)("a")).toEqual([2, "a"]);
  });

  test("is what `call` gives: the signal, the time that is left, the operation", async () => {
    const on = stage({ retry: { deadlineMs: 500 } });
    const look = ({ attempt, signal, remainingMs, operation }: AttemptInfo) => ({ attempt, signal, remainingMs, operation });
    const seen = await on.policy.wrap(look, { passAttempt: true, operation: "look" })();
    expect(seen).toEqual({ attempt: 1, signal: expect.any(AbortSignal), remainingMs: 500, operation: "look" });
  });

  test("counts the wrapper's parameters without the attempt", () => {
    const { policy } = stage();
    const find = (_info: AttemptInfo, _id: string, _depth: number): void => {};
    for (const wrapped of [policy.wrap(find, { passAttempt: true }), retry({ passAttempt: true })(find)]) {
      expect([wrapped.name, wrapped.length]).toEqual(["find", 2]);
    }
    expect(policy.wrap(() => 1, { passAttempt: true })).toHaveLength(0);
  });

  test("keeps `this`", async () => {
    class Users {
      readonly host = "users.example";
      readonly find = retry({ passAttempt: true })(async ({ attempt }, id: string) => `${attempt} ${id} at ${this.host}`);
    }
    expect(await new Users().find("7")).toBe("1 7 at users.example");
    function greet(this: { name: string }, _info: AttemptInfo, greeting: string): string {
      return `${greeting} ${this.name}`;
    }
    expect(await stage().policy.wrap(greet, { passAttempt: true }).call({ name: "Ada" }, "Hello")).toBe("Hello Ada");
  });

  test("works on a method that JavaScript decorates", async () => {
    const decorate = retry({ passAttempt: true }) as unknown as (method: unknown, context: unknown) => void;
    class Users {
      @decorate
      find(...args: unknown[]): unknown {
        return args;
      }
    }
    expect(await new Users().find("7")).toEqual([expect.objectContaining({ attempt: 1 }), "7"]);
  });

  test("false passes nothing", async () => {
    const args = (...given: unknown[]): unknown[] => given;
    expect(await stage().policy.wrap(args, { passAttempt: false })("a")).toEqual(["a"]);
    expect(await retry({ passAttempt: false })(args)("a")).toEqual(["a"]);
  });

  test.each<[how: string, use: (options: never) => unknown]>([
    ["call", (options) => new Policy().call(() => 1, options)],
    ["execute", (options) => new Policy().execute(() => 1, options)],
    ["callSync", (options) => new Policy().callSync(() => 1, options)],
    ["executeSync", (options) => new Policy().executeSync(() => 1, options)],
    ["the constructor of a policy", (options) => new Policy(options)],
    ["the constructor of a RetryPolicy", (options) => new RetryPolicy(options)],
  ])("is no option of %s", async (_how, use) => {
    await expect((async () => use({ passAttempt: true } as never))()).rejects.toThrow(/\.passAttempt /);
  });

  test.each<[how: string, use: (options: never) => unknown]>([
    ["wrap", (options) => new Policy().wrap(() => 1, options)],
    ["context", (options) => new Policy().context(options)],
    ["retry", (options) => retry(options)],
  ])("of %s is true or false", (how, use) => {
    expect(() => use({ passAttempt: 1 } as never)).toThrow(`${how}.passAttempt must be true or false, got 1.`);
  });
});

describe("retry(options) takes the options of its calls beside those of its policy", () => {
  test("a signal", async () => {
    const stopping = new AbortController();
    const clock = new VirtualClock();
    const load = retry({ maxAttempts: 2, clock, signal: stopping.signal })(() => clock.sleep(100));
    const call = ending(load());
    stopping.abort("stopping");
    expect(await call).toEqual({ error: "stopping" });
    expect(await ending(load())).toEqual({ error: "stopping" });
  });

  test("abortIf", () => {
    let stop = false;
    const load = retrySync({ abortIf: () => stop })(() => "value");
    expect(load()).toBe("value");
    stop = true;
    expect(() => load()).toThrow(/abort/i);
  });

  test("hooks of its own, beside those of the policy", async () => {
    const [ofPolicy, ofCalls] = [recorder(), recorder()];
    await retry({ hooks: hooksOf(ofPolicy), ...hooksOf(ofCalls) })(function load() {})();
    expect(ofPolicy.events).toEqual([["success", 1, 0, { operation: "load" }]]);
    expect(ofCalls.events).toEqual(ofPolicy.events);
    expect([ofPolicy.ends.length, ofCalls.ends.length]).toEqual([1, 1]);
  });

  test("hooks that are methods of the options", async () => {
    const selves: unknown[] = [];
    const options = {
      onAttemptEnd(this: unknown) {
        selves.push(this);
      },
    };
    await retry(options)(() => 1)();
    expect(selves).toEqual([options]);
    expect(selves[0]).toBe(options);
  });

  test.each<[options: object, message: RegExp]>([
    [{ signal: 5 }, /^retry\.signal must be an AbortSignal, got 5\.$/],
    [{ abortIf: true }, /^retry\.abortIf must be a function, got true\.$/],
    [{ onMetric: 1 }, /^retry\.onMetric must be a function, got 1\.$/],
    [{ captureTimeline: true }, /^retry\.captureTimeline /],
    [{ nothing: 1 }, /^retry\.nothing /],
  ])("and refuses %o when it is given them", (options, message) => {
    expect(() => retry(options)).toThrow(message);
  });
});
