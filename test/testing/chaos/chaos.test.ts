import { inspect } from "node:util";
import { constant, isAttemptTimeoutError, Policy } from "redress";
import { answers, chaos, errors, fails, hangs, isChaos, scripted, succeeds, VirtualClock } from "redress/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

/** Made once: an answer costs more than all else. */
const quick = { error: new Error("busy") };
const busy = { error: () => errors.http(503) };
let warnings: (Error & { readonly code?: string; readonly detail?: string })[] = [];

beforeEach(() => {
  warnings = [];
  vi.spyOn(process, "emitWarning").mockImplementation((warning) => void warnings.push(warning as Error));
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

describe("it is off unless it was switched on", () => {
  test("and must be told which of the two", () => {
    expect(() => chaos({ rate: 1, faults: [busy] })).toThrow(
      "chaos.enabled must be true or false, or chaos.enabledByEnv the name of an environment variable: one of the two, got undefined.",
    );
    expect(() => chaos({ rate: 1, faults: [busy], enabled: true, enabledByEnv: "CHAOS" })).toThrow("one of the two");
  });

  test("switched off, it does nothing, counts nothing, and is quiet", async () => {
    const monkey = chaos({ rate: 1, faults: [busy], enabled: false });
    expect(await new Policy({ chaos: monkey }).call(() => "value")).toBe("value");
    expect(monkey.stats).toEqual({ attempts: 0, injected: 0, errors: 0, latencies: 0, hangs: 0, results: 0 });
    expect(warnings).toEqual([]);
  });

  test.each([
    ["1", true],
    ["TRUE", true],
    ["on", true],
    ["yes", true],
    [undefined, false],
    ["", false],
    ["0", false],
    ["false", false],
    ["Off", false],
    ["no", false],
  ])("by an environment variable that is %j: %j", (value, enabled) => {
    vi.stubEnv("OUR_CHAOS", value);
    expect(chaos({ rate: 1, faults: [busy], enabledByEnv: "OUR_CHAOS" }).enabled).toBe(enabled);
    expect(warnings).toHaveLength(enabled ? 1 : 0);
  });

  test("and a variable that says neither is refused", () => {
    vi.stubEnv("OUR_CHAOS", "maybe");
    expect(() => chaos({ rate: 1, faults: [busy], enabledByEnv: "OUR_CHAOS" })).toThrow(RangeError);
  });
});

describe("it is loud", () => {
  test("when it is constructed, with what reproduces it", () => {
    chaos({ rate: 0.25, faults: [busy], enabled: true, seed: 7 });
    expect(warnings).toMatchObject([{ name: "RedressWarning", code: "REDRESS_CHAOS" }]);
    expect(warnings[0]?.message).toContain("it makes 25 % of the attempts fail");
    expect(warnings[0]?.detail).toContain('"seed":7');
  });

  test("in every error: where it is printed, and by a mark that its effects keep", async () => {
    const policy = new Policy({ chaos: chaos({ rate: 1, faults: [busy], enabled: true }) });
    const error: unknown = await policy.call(() => "value").catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: "Request failed with status code 503 Service Unavailable", injectedBy: "chaos" });
    expect((error as Error).stack).toMatch(/injected by chaos$/);
    expect(inspect(error)).toContain("injectedBy: 'chaos'");
    expect([isChaos(error), isChaos(new Error("wrapped", { cause: error })), isChaos(errors.http(503)), isChaos(null)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("and says so once, of an error that is used again", async () => {
    const error = new Error("same");
    const failing = chaos({ rate: 1, faults: [{ error }], enabled: true }).operation(() => 1);
    await failing().catch(() => {});
    await failing().catch(() => {});
    expect(error.stack?.match(/injected by chaos/g)).toHaveLength(1);
  });

  test("an error that cannot be marked, or is none, is refused", async () => {
    const frozen = chaos({ rate: 1, faults: [{ error: Object.freeze(new Error("frozen")) }], enabled: true });
    await expect(frozen.operation(() => 1)()).rejects.toThrow("must give an Error that can be marked, got a frozen one.");
    const none = chaos({ rate: 1, faults: [{ error: (() => "text") as never }], enabled: true });
    await expect(none.operation(() => 1)()).rejects.toThrow(
      new TypeError("chaos.faults: an error fault must give an Error, got string."),
    );
  });
});

function catchSync(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    return error;
  }
}

/** What has befallen each of many attempts: an "e", or a "." for none. */
async function sequence(seed: number, rate: number, attempts = 200): Promise<string> {
  const run = chaos({ rate, faults: [quick], enabled: true, seed }).operation(() => 1);
  const each: string[] = [];
  for (let attempt = 0; attempt < attempts; attempt++)
    each.push(
      await run().then(
        () => ".",
        () => "e",
      ),
    );
  return each.join("");
}

describe("chance", () => {
  test("the same seed makes the same decisions, and another one others", async () => {
    expect(await sequence(7, 0.3)).toBe(await sequence(7, 0.3));
    expect(await sequence(7, 0.3)).not.toBe(await sequence(8, 0.3));
  });

  test.each([0, 0.1, 0.5, 0.9, 1])("a rate of %d befalls as large a share", async (rate) => {
    const share = [...(await sequence(1, rate, 5_000))].filter((each) => each === "e").length / 5_000;
    expect(Math.abs(share - rate)).toBeLessThan(0.02);
  });

  test("a higher rate befalls the same attempts, and more", async () => {
    const [few, many] = [await sequence(3, 0.2), await sequence(3, 0.6)];
    expect([...few].filter((each, index) => each === "e" && many[index] !== "e")).toEqual([]);
  });

  test("chooses among the faults by their weights, and one fault's draw moves no other decision", async () => {
    const monkey = chaos({
      rate: 1,
      faults: [{ ...quick, weight: 3 }, { instead: () => 2 }, { change: () => 3 }],
      enabled: true,
      seed: 5,
    });
    const run = monkey.operation(() => 1);
    for (let attempt = 0; attempt < 5_000; attempt++) await run().catch(() => {});
    const { errors: failed, results, injected } = monkey.stats;
    expect(injected).toBe(5_000);
    expect(Math.abs(failed / 5_000 - 0.6)).toBeLessThan(0.03);
    expect(failed + results).toBe(5_000);
  });

  test("when restricts it, and those that it leaves alone take no place in the sequence", async () => {
    const seen: unknown[] = [];
    const make = (when?: (attempt: { readonly attempt: number }) => boolean) =>
      chaos({ rate: 0.5, faults: [busy], enabled: true, seed: 11, ...(when !== undefined && { when }) });
    const [all, some] = [make().operation(() => 1), make(({ attempt }) => attempt > 1)];
    const policy = new Policy({ operation: "load", chaos: some });
    for (let call = 0; call < 20; call++) expect(await policy.call(() => 1)).toBe(1);
    expect(some.stats).toMatchObject({ attempts: 20, injected: 0 });
    const second = some.operation(() => 1);
    const info = { attempt: 2, hedge: false, signal: new AbortController().signal };
    for (let call = 0; call < 50; call++) {
      const [one, other] = await Promise.allSettled([all(), (second as (info: object) => Promise<number>)(info)]);
      expect(other.status).toBe(one.status);
    }
    const watched = new Policy({
      operation: "load",
      chaos: make((attempt) => {
        seen.push(attempt);
        return false;
      }),
    });
    await watched.call(() => 1);
    expect(seen).toEqual([{ attempt: 1, hedge: false, operation: "load" }]);
    await expect(new Policy({ chaos: make((() => Promise.resolve(true)) as never) }).call(() => 1)).rejects.toThrow(
      "chaos.when must be a function that answers true or false at once",
    );
  });
});

describe("in a policy, it stands in the place of the operation", () => {
  test("its errors are classified and retried, and breakers count them", async () => {
    const clock = new VirtualClock();
    const monkey = chaos({ rate: 1, faults: [busy], enabled: true, when: ({ attempt }) => attempt < 3 });
    const load = scripted(succeeds("value"));
    const call = new Policy({ retry: { strategy: constant(10) }, chaos: monkey, clock }).execute(load);
    await clock.run();
    expect(await call).toMatchObject({ ok: true, value: "value", attempts: 3 });
    expect(load.attempts.map(({ attempt }) => attempt)).toEqual([3]);
    expect(monkey.stats).toMatchObject({ attempts: 3, injected: 2, errors: 2 });
  });

  test("a hang ends by the attempt timeout, on the policy's clock", async () => {
    const clock = new VirtualClock();
    const monkey = chaos({ rate: 1, faults: [{ hang: true }], enabled: true });
    const load = scripted(succeeds("value").forever());
    const call = new Policy({ retry: { maxAttempts: 1, attemptTimeoutMs: 300 }, chaos: monkey, clock })
      .call(load)
      .catch((e: unknown) => e);
    expect(await clock.run()).toBe(300);
    expect(isAttemptTimeoutError(await call)).toBe(true);
    expect(load.calls).toBe(0);
  });

  test("a latency passes on the policy's clock before the operation runs, and ends with the attempt", async () => {
    const clock = new VirtualClock();
    const monkey = chaos({ rate: 1, faults: [{ latencyMs: 100, upToMs: 900 }], enabled: true, seed: 2 });
    const load = scripted(succeeds("value").forever());
    const policy = new Policy({ retry: { maxAttempts: 1, attemptTimeoutMs: 500 }, chaos: monkey, clock });
    const times: number[] = [];
    for (let call = 0; call < 40; call++) {
      const outcome = policy.execute(load);
      times.push(await clock.run());
      const { ok } = await outcome;
      expect(ok).toBe((times.at(-1) as number) < 500);
    }
    expect(Math.min(...times)).toBeGreaterThanOrEqual(100);
    expect(Math.max(...times)).toBe(500);
    expect(load.calls).toBe(times.filter((ms) => ms < 500).length);
    expect(new Set(times).size).toBeGreaterThan(10);
  });

  test("a wrong result takes the place of the operation, or is made of its own", async () => {
    const load = scripted(succeeds({ total: 5 }).forever());
    const instead = new Policy({ chaos: chaos({ rate: 1, faults: [{ instead: () => ({ total: -1 }) }], enabled: true }) });
    expect(await instead.call(load)).toEqual({ total: -1 });
    expect(load.calls).toBe(0);
    const change = ({ total }: { readonly total: number }): object => ({ total: total * 2 });
    const changed = new Policy({ chaos: chaos({ rate: 1, faults: [{ change }], enabled: true }) });
    expect(await changed.call(load)).toEqual({ total: 10 });
  });

  test("an error may come after the operation has run, whose result is lost", async () => {
    const write = scripted(succeeds("written"));
    const lost = new Policy({ chaos: chaos({ rate: 1, faults: [{ ...busy, afterRun: true }], enabled: true }) });
    await expect(lost.call(write)).rejects.toMatchObject({ injectedBy: "chaos", status: 503 });
    write.assertDone();
  });

  test("with adds it, describe tells it, and the rest of the policy is shared", () => {
    const monkey = chaos({
      rate: 0.5,
      faults: [{ ...busy, weight: 2 }, { hang: true }, { latencyMs: 5 }],
      enabled: true,
      seed: 9,
    });
    const policy = new Policy({ retry: {} }).with({ chaos: monkey });
    expect(policy.describe()).toMatchObject({
      nesting: ["retry", "attempt_timeout", "chaos"].filter((part) => policy.describe().nesting.includes(part as never)),
      chaos: {
        name: "chaos",
        settings: {
          enabled: true,
          rate: 0.5,
          seed: 9,
          faults: [
            { kind: "error", afterRun: false, weight: 2 },
            { kind: "hang", weight: 1 },
            { kind: "latency", latencyMs: 5, upToMs: 5, weight: 1 },
          ],
        },
      },
    });
    expect(policy.describe().nesting.at(-1)).toBe("chaos");
    expect(policy.with({ operation: "load" }).describe().chaos).toEqual(policy.describe().chaos);
    expect(new Policy().describe()).not.toHaveProperty("chaos");
  });
});

describe("synchronous calls", () => {
  const policyWith = (clock: VirtualClock, faults: Parameters<typeof chaos>[0]["faults"]): Policy =>
    new Policy({ chaos: chaos({ rate: 1, faults, enabled: true }), clock });

  test("fail, get wrong results, and are late", () => {
    const clock = new VirtualClock();
    expect(isChaos(catchSync(() => policyWith(clock, [busy]).callSync(() => 1)))).toBe(true);
    expect(policyWith(clock, [{ instead: () => 2 }]).callSync(() => 1)).toBe(2);
    expect(policyWith(clock, [{ change: (real: number) => real + 2 }]).callSync(() => 1)).toBe(3);
    expect(policyWith(clock, [{ latencyMs: 400 }]).callSync(() => 1)).toBe(1);
    expect(clock.now()).toBe(400);
  });

  test("do not hang: that is an error which is not retried", () => {
    const outcome = policyWith(new VirtualClock(), [{ hang: true }])
      .with({ retry: {} })
      .executeSync(() => 1);
    expect(outcome).toMatchObject({ ok: false, stopReason: "ABORTED", attempts: 1 });
    expect(() => policyWith(new VirtualClock(), [{ hang: true }]).callSync(() => 1)).toThrow(
      "leave { hang: true } out of chaos.faults there.",
    );
  });
});

describe("without a policy", () => {
  test("an operation is disturbed by itself, and keeps its parameters", async () => {
    const clock = new VirtualClock();
    const late = chaos({ rate: 1, faults: [{ latencyMs: 250 }], enabled: true, clock }).operation(
      async (a: number, b: number) => a + b,
    );
    const sum = late(2, 3);
    expect(await clock.run()).toBe(250);
    expect(await sum).toBe(5);
    const hanging = chaos({ rate: 1, faults: [{ hang: true }], enabled: true }).operation(
      (_options: { readonly signal: AbortSignal }) => 1,
    );
    await expect(hanging({ signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
    const sync = chaos({ rate: 1, faults: [{ change: (real: number) => -real }], enabled: true }).operationSync((a: number) => a);
    expect(sync(4)).toBe(-4);
  });

  test("works within one that retries", async () => {
    const monkey = chaos({ rate: 1, faults: [{ error: () => errors.node("ECONNRESET") }], enabled: true });
    const clock = new VirtualClock();
    const policy = new Policy({ retry: { maxAttempts: 2, strategy: constant(5) }, clock });
    const call = policy.call(monkey.operation(async () => 1)).catch((error: unknown) => error);
    await clock.run();
    expect(isChaos(await call)).toBe(true);
    expect(monkey.stats.errors).toBe(2);
  });

  test("a fetch is disturbed, and ends with its request", async () => {
    const real = scripted.fetch(answers(200, { body: "real" }).forever());
    const down = chaos({ rate: 1, faults: [{ error: () => errors.fetch("ECONNREFUSED") }], enabled: true }).fetch(real);
    await expect(down("https://a.example")).rejects.toMatchObject({ message: "fetch failed", injectedBy: "chaos" });
    const odd = chaos({ rate: 1, faults: [{ instead: () => new Response("odd", { status: 502 }) }], enabled: true }).fetch(real);
    expect((await odd("https://a.example")).status).toBe(502);
    expect(real.calls).toBe(0);
    const stuck = chaos({ rate: 1, faults: [{ hang: true }], enabled: true }).fetch(real);
    const controller = new AbortController();
    const call = stuck("https://a.example", { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(call).rejects.toThrow("enough");
  });

  test("what it wraps may fail itself: that is not chaos", async () => {
    const failing = chaos({ rate: 0, faults: [busy], enabled: true }).operation(scripted(fails(errors.http(500)), hangs()));
    const error: unknown = await failing().catch((thrown: unknown) => thrown);
    expect(isChaos(error)).toBe(false);
  });
});

describe("what it cannot be", () => {
  test.each<[object, string]>([
    [{}, "chaos.rate must be a number from 0 to 1, got undefined."],
    [{ rate: 2, faults: [busy] }, "chaos.rate must be a number from 0 to 1, got 2."],
    [{ rate: 1 }, "chaos.faults must be an array of faults, got undefined."],
    [{ rate: 1, faults: [] }, "chaos.faults must be at least one fault"],
    [{ rate: 1, faults: [{}] }, "chaos.faults[0] must be a fault, which has one of error, latencyMs, hang, instead, change"],
    [{ rate: 1, faults: [{ hang: true, latencyMs: 5 }] }, "chaos.faults[0] must be a fault, which has one of"],
    [{ rate: 1, faults: [{ hang: false }] }, "chaos.faults[0].hang must be true, got false."],
    [{ rate: 1, faults: [{ error: "text" }] }, "chaos.faults[0].error must be an Error, or a function that makes one"],
    [{ rate: 1, faults: [{ ...busy, afterRan: true }] }, "chaos.faults[0].afterRan is not an option; did you mean `afterRun`?"],
    [{ rate: 1, faults: [{ latencyMs: 9, upToMs: 5 }] }, "chaos.faults[0].upToMs must be a number >= latencyMs (9), got 5."],
    [{ rate: 1, faults: [{ ...busy, weight: 0 }] }, "chaos.faults[0].weight must be a number > 0, got 0."],
    [{ rate: 1, faults: [busy], seed: 1.5 }, "chaos.seed must be an integer, got 1.5."],
    [{ rate: 1, faults: [busy], sede: 1 }, "chaos.sede is not an option; did you mean `seed`?"],
  ])("%#", (options, message) => {
    expect(() => chaos({ enabled: true, ...options } as never)).toThrow(message);
  });
});
