/* A call may know more of its operation's errors than the policy does: its classifier is asked first. */
import { type Classification, constant, defaultResultClassifier, type ErrorClass, Policy, type PolicyOptions } from "redress";
import { sqlstateClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { alwaysThrowing, answering, asFailure, drivers, stage, throwing } from "./driving.ts";

const conflict = Object.assign(new Error("could not serialize access"), { code: "40001", severity: "ERROR" });
const retry = { maxAttempts: 3, strategy: constant(0) };

describe.each(drivers)("%s", (_name, driver) => {
  test("its answer counts, and the policy's classifier is not asked", async () => {
    const asked: unknown[] = [];
    const classifier = (error: unknown): ErrorClass => {
      asked.push(error);
      return "TRANSIENT";
    };
    const op = alwaysThrowing(conflict);
    const on = stage({ retry: { ...retry, classifier } });
    const outcome = asFailure(await driver.execute(on, op, { classifier: sqlstateClassifier }));
    expect([outcome.lastClass, op.count, asked]).toEqual(["CONCURRENCY", 3, []]);
  });

  test("what it does not know, the policy's classifier is asked about", async () => {
    const classifier = (): ErrorClass => "UNKNOWN";
    const op = alwaysThrowing(Object.assign(new Error("no"), { status: 403 }));
    const outcome = asFailure(await driver.execute(stage({ retry }), op, { classifier }));
    expect([outcome.lastClass, op.count]).toEqual(["PERMISSION", 1]);
  });

  test("it is asked about each failure once, whatever reads the class", async () => {
    let asked = 0;
    const classifier = (): ErrorClass => {
      asked++;
      return "TRANSIENT";
    };
    const on = stage({ retry, circuitBreaker: { failureThreshold: 1 } });
    const outcome = asFailure(await driver.execute(on, throwing(conflict, conflict, conflict), { classifier }));
    expect([outcome.attempts, asked]).toEqual([3, 3]);
    expect(asFailure(await driver.execute(on, answering("value"))).stopReason).toBe("CIRCUIT_OPEN");
  });

  test("its word that a retry is pointless counts where neither knows the class", async () => {
    const classifier = () => ({ errorClass: "UNKNOWN", retry: false }) as const;
    const op = alwaysThrowing(new Error("odd"));
    const outcome = asFailure(await driver.execute(stage({ retry }), op, { classifier }));
    expect([outcome.stopReason, outcome.lastClass, op.count]).toEqual(["RETRY_REFUSED", "UNKNOWN", 1]);
  });

  test("its word that a retry is pointless does not count where the policy knows the class", async () => {
    const classifier = () => ({ errorClass: "UNKNOWN", retry: false }) as const;
    const op = alwaysThrowing(Object.assign(new Error("down"), { status: 503 }));
    const outcome = asFailure(await driver.execute(stage({ retry }), op, { classifier }));
    expect([outcome.stopReason, outcome.lastClass, op.count]).toEqual(["MAX_ATTEMPTS_GLOBAL", "SERVER_ERROR", 3]);
  });

  test.each<[string, object, object, string]>([
    ["both say that a retry is pointless", { retry: false }, { retry: false }, "policy"],
    ["the policy's alone says so", {}, { retry: false }, "policy"],
    ["the call's alone says so", { retry: false }, {}, "call"],
    ["neither says so", {}, {}, "policy"],
  ])(
    "where neither knows the class, and %s, what is told of it is what that one said",
    async (_what, ofCall, ofPolicy, whose) => {
      const told: unknown[] = [];
      const says = (details: string, more: object) => (): Classification => ({
        errorClass: "UNKNOWN",
        details: { details },
        ...more,
      });
      const on = stage({
        retry: { maxAttempts: 1, classifier: says("policy", ofPolicy) },
        hooks: { onAttemptEnd: ({ classification }) => told.push(classification?.details) },
      });
      await driver.call(on, throwing(new Error("odd")), { classifier: says("call", ofCall) });
      expect(told).toEqual([{ details: whose }]);
    },
  );

  test("one that throws, or answers by promise, hides no failure: the policy's is asked, and the mistake is told", async () => {
    const bug = new Error("a bug in the classifier");
    const throws = (): never => {
      throw bug;
    };
    const promises = (async () => "AUTH") as unknown as () => ErrorClass;
    for (const classifier of [throws, promises]) {
      const told: unknown[] = [];
      const options: PolicyOptions<unknown, unknown> = { retry, onHookError: (error, { name }) => told.push([name, error]) };
      const op = alwaysThrowing(Object.assign(new Error("down"), { status: 503 }));
      const outcome = asFailure(await driver.execute(stage(options), op, { classifier }));
      expect([outcome.lastClass, op.count, told.length]).toEqual(["SERVER_ERROR", 3, 1]);
      expect(told).toEqual([["classifier", classifier === throws ? bug : expect.any(TypeError)]]);
    }
  });

  test("it says nothing about results", async () => {
    const classifier = (): never => {
      throw new Error("never asked");
    };
    expect(await driver.call(stage({ retry }), answering("value"), { classifier })).toEqual({ value: "value" });
  });

  test("a policy without a retry is told the class all the same", async () => {
    const outcome = asFailure(await driver.execute(stage(), throwing(conflict), { classifier: sqlstateClassifier }));
    expect([outcome.stopReason, outcome.lastClass]).toEqual(["NO_RETRY", "CONCURRENCY"]);
  });
});

test("it holds for every call of a wrapped function and of a bound call", async () => {
  const policy = new Policy({ retry });
  let made = 0;
  const conflicts = (): string => {
    if (++made % 3 !== 0) throw conflict;
    return "value";
  };
  const options = { classifier: sqlstateClassifier };
  expect(await policy.wrap(conflicts, options)()).toBe("value");
  expect(policy.wrapSync(conflicts, options)()).toBe("value");
  expect(await policy.context(options)(conflicts)).toBe("value");
  expect(policy.contextSync(options)(conflicts)).toBe("value");
  expect(made).toBe(12);
});

test("a classifier of results in its place is refused, with where it belongs", async () => {
  const options = { classifier: defaultResultClassifier as never };
  await expect(new Policy().call(() => 1, options)).rejects.toThrow(
    "call.classifier must be a classifier of errors, got a function of 1 parameter. defaultResultClassifier classifies returned values: give it as resultClassifier.",
  );
});
