/*
 * gRPC's retries, throttling, pushback and hedges, in the words of gRFC A6, "gRPC Retry Design":
 *   https://github.com/grpc/proposal/blob/master/A6-client-retries.md
 * It is long because the one proposal stands together. Each group below names its section. What is the same is told first; what differs on purpose stands behind it, with the place in our pages that says so.
 *
 *   A6                                                          here
 *   maxAttempts counts the original request                     the same
 *   the deadline holds over all attempts                        the same
 *   backoff * random(0.8, 1.2), also above maxBackoff           never above maxMs (`exponential`)
 *   retryableStatusCodes, as the service config has them        by the class of the failure (docs/classifiers-clouds.md, `grpcClassifier`)
 *   half of maxTokens is the threshold                          the whole `capacity` may be spent (`RetryThrottle`)
 *   pushback: exactly that delay                                not before it, up to `jitterMs` later (`retryAfterOr`)
 *   a hedge follows a non-fatal failure at once                 the same
 *   a fatal status of any hedge ends the call                   of the first attempt (docs/hedging.md, "What happens in a call", 5)
 *   a pushback delays the next hedge                            there is none in this round (the same place, 6)
 *   no retries after a hedged call has failed                   the retry decides, within `maxAttempts` (the same place, 4)
 */
import {
  AttemptTimeoutError,
  constant,
  type ErrorClass,
  exponential,
  type FailedBefore,
  PermanentError,
  Policy,
  type RetryBudget,
  type RetryConfig,
  RetryThrottle,
  retryAfterOr,
  TokenBudget,
  TransientError,
} from "redress";
import { grpcClassifier } from "redress/extras";
import { VirtualClock } from "redress/testing";
import { describe, expect, test } from "vitest";
import { candidates } from "../../figures/experiments/candidates.ts";
import { failing, hedging, type Scripted, script, slow } from "../run/hedging.ts";

const PUSHBACK = "grpc-retry-pushback-ms";

/** What grpc-js throws for a status, with a pushback in its metadata. */
function status(code: number, pushback?: string): Error {
  const get = (key: string): string[] => (key === PUSHBACK && pushback !== undefined ? [pushback] : []);
  return Object.assign(new Error(`${code}: d`), { code, details: "d", metadata: { get } });
}

const UNAVAILABLE = 14;
const INVALID_ARGUMENT = 3;

/** The example of "Retry Policy Capabilities". */
const example: RetryConfig = {
  classifier: grpcClassifier,
  maxAttempts: 4,
  strategy: retryAfterOr(exponential({ baseMs: 100, maxMs: 1_000, factor: 2, jitterRatio: 0.2 }), { jitterMs: 0 }),
};

/** The delays of a call whose attempts fail one after the other, and why it ended. */
async function retried(
  errors: readonly Error[],
  { random = 0.5, ...retry }: RetryConfig & { readonly random?: number } = {},
): Promise<{ readonly delays: readonly number[]; readonly attempts: number; readonly stopReason: string | null }> {
  const clock = new VirtualClock();
  const delays: number[] = [];
  const policy = new Policy({
    retry: { ...example, ...retry, beforeSleep: (_context, ms) => void delays.push(Math.round(ms * 1e6) / 1e6) },
    clock,
    random: () => random,
  });
  const call = policy.execute(({ attempt }) => {
    const error = errors[attempt - 1];
    if (error !== undefined) throw error;
  });
  await clock.run();
  const outcome = await call;
  return { delays, attempts: outcome.attempts, stopReason: outcome.ok ? null : outcome.stopReason };
}

const times = (count: number, error: Error): readonly Error[] => Array.from({ length: count }, () => error);

describe("Retry Policy Capabilities", () => {
  test("maxAttempts specifies the maximum number of RPC attempts, including the original request", async () => {
    expect(await retried(times(9, status(UNAVAILABLE)))).toMatchObject({ attempts: 4, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  });

  test("the deadline applies across all attempts", async () => {
    const ended = await retried(times(9, status(UNAVAILABLE)), { deadlineMs: 250 });
    expect(ended).toEqual({ delays: [100], attempts: 2, stopReason: "DEADLINE_EXCEEDED" });
  });

  test.each([
    [0, [80, 160, 320, 640, 800]],
    [0.5, [100, 200, 400, 800]],
    [1 - Number.EPSILON, [120, 240, 480, 960]],
  ])(
    "the n-th retry comes after min(initialBackoff * multiplier ** (n - 1), maxBackoff) * random(0.8, 1.2), drawn at %s",
    async (random, delays) => {
      const ended = await retried(times(9, status(UNAVAILABLE)), { random, maxAttempts: delays.length + 1 });
      expect(ended.delays).toEqual(delays);
    },
  );

  test("at the cap, the delay there may be above maxBackoff; here the spread is below it alone", async () => {
    const { delays } = await retried(times(9, status(UNAVAILABLE)), { random: 1 - Number.EPSILON, maxAttempts: 7 });
    // By A6: 960, 1200, 1200.
    expect(delays.slice(3)).toEqual([960, 1_000, 1_000]);
  });

  test("a status that is not retryable is not retried", async () => {
    expect(await retried([status(INVALID_ARGUMENT)])).toEqual({ delays: [], attempts: 1, stopReason: "NON_RETRYABLE_CLASS" });
  });
});

describe("Pushback", () => {
  test.each([
    ["1", 1],
    ["1500", 1_500],
    ["50000", 50_000],
  ])("%s: the RPC is retried after exactly that delay", async (pushback, ms) => {
    expect(await retried([status(UNAVAILABLE, pushback)])).toEqual({ delays: [ms], attempts: 2, stopReason: null });
  });

  test.each(["-1", "-2147483648", "soon", "1500ms", "1.5", "0x10", "1 500", "2147483648", ""])(
    "%j is negative or cannot be parsed: the server asks the client not to retry at all",
    async (pushback) => {
      expect(await retried([status(UNAVAILABLE, pushback)])).toEqual({ delays: [], attempts: 1, stopReason: "RETRY_REFUSED" });
    },
  );

  test("a call that has exhausted its maxAttempts is not retried even if the server says when", async () => {
    const ended = await retried(times(9, status(UNAVAILABLE, "10")), { maxAttempts: 2 });
    expect(ended).toEqual({ delays: [10], attempts: 2, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  });

  test("it makes no status retryable that is not", async () => {
    expect(await retried([status(INVALID_ARGUMENT, "10")])).toMatchObject({ attempts: 1, stopReason: "NON_RETRYABLE_CLASS" });
  });

  test("0 is no delay there; here a server may say when to come back, but not take the backoff away", async () => {
    expect((await retried([status(UNAVAILABLE, "0")])).delays).toEqual([100]);
  });

  test("callers come back up to jitterMs later here, and not all at once", async () => {
    const strategy = retryAfterOr(constant(100));
    const { delays } = await retried([status(UNAVAILABLE, "1500")], { strategy, random: 0.5 });
    expect(delays).toEqual([1_625]);
  });

  test("the retries after it begin at initialBackoff again there; here a backoff goes by the number of the attempt", async () => {
    const errors = [status(UNAVAILABLE), status(UNAVAILABLE, "500"), status(UNAVAILABLE)];
    // By A6: 100, 500, 100.
    expect((await retried(errors)).delays).toEqual([100, 500, 400]);
  });
});

describe("Throttling Retry Attempts and Hedged RPCs", () => {
  const failed: FailedBefore = { errorClass: "TRANSIENT", timeout: false };
  const timedOut: FailedBefore = { errorClass: "TRANSIENT", timeout: true };
  /** For each failure, whether its retry is allowed. `+` is a success. */
  const asked = (budget: RetryBudget, outcomes: string, before = failed): string =>
    [...outcomes]
      .map((outcome) => {
        if (outcome !== "+") return budget.consume(undefined, before) ? "y" : "n";
        budget.recordSuccess?.();
        return "+";
      })
      .join("");

  /** The throttle that docs/evidence.md compares ours with: maxTokens 10, tokenRatio 0.1. */
  const grpc = (): RetryBudget => candidates["gRPC's throttle: 10"]?.(new VirtualClock()) as RetryBudget;

  test.each([
    ["every failed RPC decrements the count by 1, and at half of maxTokens there are no retries", "-------", "yyyynnn"],
    [
      "successes increment it by tokenRatio: ten of them make up for a failure",
      "-----++++++++++-+++++++++++-",
      "yyyyn++++++++++n+++++++++++y",
    ],
    [
      "the count is never below 0: after however many failures, 61 successes are enough for one that fails and is retried",
      `${"-".repeat(40)}${"+".repeat(61)}-`,
      `yyyy${"n".repeat(36)}${"+".repeat(61)}y`,
    ],
    ["the count is never above maxTokens", `${"+".repeat(99)}-----`, `${"+".repeat(99)}yyyyn`],
  ])("gRPC's own, as the figures have it: %s", (_sentence, outcomes, answers) => {
    expect(asked(grpc(), outcomes)).toBe(answers);
  });

  test.each<[string, FailedBefore]>([
    ["failures at once", failed],
    ["timeouts", timedOut],
  ])("a RetryThrottle has no half that may not be used: its limit of %s is what it allows in a row", (_what, before) => {
    expect(asked(new RetryThrottle({ capacity: 50, timeoutCapacity: 5 }), "-".repeat(7), before)).toBe(
      before.timeout ? "yyyyynn" : "yyyyyyy",
    );
  });

  test("a RetryThrottle goes on counting timeouts below its threshold, as A6 counts all, to twice the limit", () => {
    // Ten counted, five allowed: more than 50 successes until the next one is.
    const most = "-".repeat(40);
    const answers = (successes: number): string =>
      asked(new RetryThrottle({ timeoutCapacity: 5 }), `${most}${"+".repeat(successes)}-`, timedOut).slice(-1);
    expect([answers(59), answers(60)]).toEqual(["n", "y"]);
  });

  test("a RetryThrottle counts no failures at once beyond its limit, so that retries come back with the first successes; A6 counts on", () => {
    const throttle = new RetryThrottle({ capacity: 5 });
    expect(asked(throttle, `${"-".repeat(40)}${"+".repeat(10)}-`).slice(-1)).toBe("y");
    expect(asked(grpc(), `${"-".repeat(40)}${"+".repeat(10)}-`).slice(-1)).toBe("n");
  });

  /** What a budget is told of a call, through a policy. */
  function told(errors: readonly Error[], retry: RetryConfig = {}): Promise<readonly ErrorClass[]> {
    const heard: ErrorClass[] = [];
    const consume = (_cost?: number, before?: FailedBefore): boolean => heard.push(before?.errorClass as ErrorClass) > 0;
    return retried(errors, { ...retry, budget: { consume, remaining: () => 1 } }).then(() => heard);
  }

  test("only failures with a retryable status count", async () => {
    expect(await told([status(UNAVAILABLE), status(INVALID_ARGUMENT)])).toEqual(["TRANSIENT"]);
  });

  test("a pushback not to retry counts there, and the failure of the last attempt; here what no retry would follow does not", async () => {
    expect(await told([status(UNAVAILABLE, "-1")])).toEqual([]);
    expect(await told(times(9, status(UNAVAILABLE)), { maxAttempts: 2 })).toEqual(["TRANSIENT"]);
  });

  test("a TokenBudget counts retries that are made, and not failures: none below its capacity is refused", () => {
    expect(asked(new TokenBudget({ capacity: 10 }), "-".repeat(12))).toBe("yyyyyyyyyynn");
  });

  test("retries do not wait for the count: the failure is returned at once", async () => {
    const budget = new TokenBudget({ capacity: 1 });
    budget.consume();
    const ended = await retried(times(9, status(UNAVAILABLE)), { budget });
    expect(ended).toEqual({ delays: [], attempts: 1, stopReason: "BUDGET_EXHAUSTED" });
  });

  test("the first RPC is always sent, and hedges only while the count allows it: here a hedge takes from the budget like a retry", async () => {
    const budget = new TokenBudget({ capacity: 1 });
    const on = hedging({ budget }, { delayMs: 500, maxHedges: 3 });
    for (const begun of [[0, 500], [2_000]]) {
      const operation = script(on.clock, slow(2_000));
      const call = on.policy.call(operation);
      await on.clock.advance(2_000);
      await call;
      expect(operation.beganAtMs).toEqual(begun);
    }
  });
});

/** The example of "Hedging Policy": maxAttempts 4, hedgingDelay 0.5 s. */
async function hedged(attempts: readonly Scripted[], retry: RetryConfig = {}, delayMs = 500) {
  const on = hedging(
    { retry: { classifier: grpcClassifier, strategy: retryAfterOr(constant(100), { jitterMs: 0 }), maxAttempts: 4, ...retry } },
    { delayMs, maxHedges: 3 },
  );
  const operation = script(on.clock, ...attempts);
  const call = on.policy.execute(operation);
  await on.clock.run();
  const outcome = await call;
  return { ...outcome, beganAtMs: operation.beganAtMs, cut: [...operation.reasons.keys()] };
}

describe("Hedging Policy", () => {
  test("after 1 ms there is one outstanding RPC, after 501 two, after 1001 three, after 1501 four, and never more", async () => {
    expect(await hedged([slow(5_000)])).toMatchObject({ ok: true, beganAtMs: [0, 500, 1_000, 1_500], attempts: 4 });
  });

  test("a hedgingDelay of 0 issues four RPCs simultaneously", async () => {
    expect((await hedged([slow(5_000)], {}, 0)).beganAtMs).toEqual([0, 0, 0, 0]);
  });

  test("maxAttempts counts the original request", async () => {
    expect((await hedged([slow(5_000)], { maxAttempts: 2 })).beganAtMs).toEqual([0, 500]);
  });

  test("a non-error response is returned, and all outstanding hedged requests are canceled", async () => {
    const ended = await hedged([slow(5_000), slow(5_000), slow(100, "third")]);
    expect(ended).toMatchObject({ ok: true, value: "third", elapsedMs: 1_100, cut: [1, 2] });
  });

  test("a non-fatal status code sends the next hedged request immediately, and those after it resume at hedgingDelay", async () => {
    const ended = await hedged([failing(100, status(UNAVAILABLE)), slow(5_000)]);
    expect(ended.beganAtMs).toEqual([0, 100, 600, 1_100]);
  });

  test("a fatal status code cancels all outstanding RPCs and returns the error", async () => {
    const ended = await hedged([failing(600, status(INVALID_ARGUMENT)), slow(5_000)]);
    expect(ended).toMatchObject({ ok: false, stopReason: "NON_RETRYABLE_CLASS", elapsedMs: 600, beganAtMs: [0, 500], cut: [2] });
  });

  test("here a fatal status of a hedge ends nothing: the first request may still succeed, and there are no further hedges", async () => {
    const ended = await hedged([slow(5_000, "first"), failing(100, status(INVALID_ARGUMENT))]);
    expect(ended).toMatchObject({ ok: true, value: "first", elapsedMs: 5_000, beganAtMs: [0, 500] });
  });

  test("the deadline holds for the entire chain, whatever is in flight", async () => {
    const ended = await hedged([slow(5_000)], { deadlineMs: 1_200 });
    expect(ended).toMatchObject({ ok: false, stopReason: "DEADLINE_EXCEEDED", elapsedMs: 1_200, beganAtMs: [0, 500, 1_000] });
  });

  test("if all instances fail there are no additional retry attempts, where maxAttempts is that of the hedges", async () => {
    const ended = await hedged([failing(100, status(UNAVAILABLE))]);
    expect(ended).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 4, beganAtMs: [0, 100, 200, 300] });
  });

  test("here a higher maxAttempts means that another round follows", async () => {
    const ended = await hedged([failing(100, status(UNAVAILABLE))], { maxAttempts: 5 });
    expect(ended).toMatchObject({ ok: false, attempts: 5, beganAtMs: [0, 100, 200, 300, 500] });
  });

  test("a pushback not to retry means no further hedged requests; what is in flight goes on, where a hedge received it", async () => {
    const ended = await hedged([slow(3_000, "first"), failing(100, status(UNAVAILABLE, "-1"))]);
    expect(ended).toMatchObject({ ok: true, value: "first", beganAtMs: [0, 500], elapsedMs: 3_000 });
  });

  test("here it ends the call at once, where the first request received it", async () => {
    const ended = await hedged([failing(600, status(UNAVAILABLE, "-1")), slow(3_000)]);
    expect(ended).toMatchObject({ ok: false, stopReason: "RETRY_REFUSED", elapsedMs: 600, cut: [2] });
  });

  test("a pushback of n ms issues the next hedged request after n ms there; here there is none in this round, and the next round waits that long", async () => {
    // By A6: 0, 200 + 300, and 800 ms later the third.
    const alone = await hedged([failing(200, status(UNAVAILABLE, "300")), slow(400, "retried")]);
    expect(alone).toMatchObject({ ok: true, value: "retried", beganAtMs: [0, 500] });
    const beside = await hedged([slow(3_000, "first"), failing(100, status(UNAVAILABLE, "300"))]);
    expect(beside).toMatchObject({ ok: true, value: "first", beganAtMs: [0, 500] });
  });
});

test("all of this holds for our own errors too", async () => {
  expect(await retried([new TransientError(), new PermanentError()])).toEqual({
    delays: [100],
    attempts: 2,
    stopReason: "NON_RETRYABLE_CLASS",
  });
  expect((await retried([new AttemptTimeoutError({ attempt: 1, timeoutMs: 5 })])).delays).toEqual([100]);
});
