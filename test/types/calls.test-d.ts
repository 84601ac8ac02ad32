import {
  type AttemptInfo,
  type Failure,
  type Outcome,
  Policy,
  RetryPolicy,
  type RetryTimeline,
  type StopReason,
  type Success,
} from "redress";
import { describe, expectTypeOf, test } from "vitest";

interface User {
  readonly id: string;
}
declare const user: User;
declare const policy: Policy;

describe("results infer", () => {
  test("from asynchronous and synchronous operations", () => {
    expectTypeOf(policy.call(async () => user)).toEqualTypeOf<Promise<User>>();
    expectTypeOf(policy.call(() => user)).toEqualTypeOf<Promise<User>>();
    expectTypeOf(policy.call(() => 1 as number | Promise<number>)).toEqualTypeOf<Promise<number>>();
    expectTypeOf(policy.callSync(() => user)).toEqualTypeOf<User>();
    expectTypeOf(policy.execute(async () => user)).toEqualTypeOf<Promise<Outcome<User>>>();
    expectTypeOf(policy.executeSync(() => user)).toEqualTypeOf<Outcome<User>>();
  });

  test("from operations without a value, and from generic ones", () => {
    expectTypeOf(policy.call(async () => {})).toEqualTypeOf<Promise<void>>();
    const generic = <T>(value: T) => policy.call(async () => value);
    expectTypeOf(generic("text")).toEqualTypeOf<Promise<string>>();
  });

  test("from unions, and from values that may be missing", () => {
    expectTypeOf(policy.call(async () => (Math.random() > 0.5 ? user : null))).toEqualTypeOf<Promise<User | null>>();
    expectTypeOf(policy.callSync((): User | undefined => undefined)).toEqualTypeOf<User | undefined>();
  });

  test("through a RetryPolicy as through a Policy", () => {
    expectTypeOf(new RetryPolicy().call(async () => user)).toEqualTypeOf<Promise<User>>();
    expectTypeOf(new RetryPolicy({ maxAttempts: 2 }).callSync(() => user)).toEqualTypeOf<User>();
    expectTypeOf(RetryPolicy.from({ maxAttempts: 2 }).call(() => user)).toEqualTypeOf<Promise<User>>();
  });

  test("operations are told about their attempt", () => {
    void policy.call((attempt) => expectTypeOf(attempt).toEqualTypeOf<AttemptInfo>());
    void policy.call(({ signal, attempt, remainingMs, operation }) => {
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>();
      expectTypeOf(attempt).toEqualTypeOf<number>();
      expectTypeOf(remainingMs).toEqualTypeOf<number>();
      expectTypeOf(operation).toEqualTypeOf<string | undefined>();
    });
  });
});

describe("outcomes", () => {
  const outcome = policy.executeSync(() => user);

  test("narrow by `ok`", () => {
    if (outcome.ok) {
      expectTypeOf(outcome).toEqualTypeOf<Success<User>>();
      expectTypeOf(outcome.value).toEqualTypeOf<User>();
      expectTypeOf(outcome.fellBack).toEqualTypeOf<boolean>();
    } else {
      expectTypeOf(outcome).toEqualTypeOf<Failure>();
      expectTypeOf(outcome.stopReason).toEqualTypeOf<StopReason>();
      expectTypeOf(outcome.lastError).toEqualTypeOf<unknown>();
    }
    expectTypeOf(outcome.attempts).toEqualTypeOf<number>();
    expectTypeOf(outcome.timeline).toEqualTypeOf<RetryTimeline | undefined>();
  });

  test("have no value before they are narrowed", () => {
    // @ts-expect-error a failure has no value
    outcome.value;
    // @ts-expect-error a success has no stop reason
    outcome.stopReason;
  });

  test("are read only", () => {
    // @ts-expect-error nobody rewrites how a call ended
    outcome.attempts = 3;
  });

  test("narrow to a stop reason that a switch can exhaust", () => {
    if (!outcome.ok && outcome.stopReason !== "ABORTED") {
      expectTypeOf(outcome.stopReason).toEqualTypeOf<Exclude<StopReason, "ABORTED">>();
    }
  });
});

describe("a fallback", () => {
  test("widens the result by what it gives", () => {
    const withNull = new Policy({ fallback: () => null });
    expectTypeOf(withNull.call(async () => user)).toEqualTypeOf<Promise<User | null>>();
    expectTypeOf(withNull.callSync(() => user)).toEqualTypeOf<User | null>();
    expectTypeOf(withNull.executeSync(() => user)).toEqualTypeOf<Outcome<User | null>>();
    expectTypeOf(withNull.wrap((id: string) => ({ id }))).returns.toEqualTypeOf<Promise<{ id: string } | null>>();
  });

  test("may be asynchronous, and name what it covers", () => {
    const cached = new Policy({ fallback: { on: ["CIRCUIT_OPEN", "TRANSIENT"], use: async () => "cached" } });
    expectTypeOf(cached.call(async () => 5)).toEqualTypeOf<Promise<number | string>>();
    const both = new RetryPolicy({ maxAttempts: 2, fallback: () => user });
    expectTypeOf(both.call(async () => 5)).toEqualTypeOf<Promise<number | User>>();
  });

  test("sees the failure", () => {
    new Policy({
      fallback: (failure) => {
        expectTypeOf(failure).toEqualTypeOf<Failure>();
        return failure.stopReason;
      },
    });
  });

  test("covers stop reasons and error classes only", () => {
    // @ts-expect-error not a stop reason
    new Policy({ fallback: { on: ["LUNAR_ECLIPSE"], use: () => 1 } });
    // @ts-expect-error `on` says what it covers
    new Policy({ fallback: { use: () => 1 } });
  });
});

describe("result classifiers", () => {
  test("see the result's type where the policy names it", () => {
    new RetryPolicy<Response>({
      resultClassifier: (response) => {
        expectTypeOf(response).toEqualTypeOf<Response>();
        return response.status === 503 ? "SERVER_ERROR" : null;
      },
    });
  });

  test("let it be inferred from an annotated parameter", () => {
    const byParameter = new RetryPolicy({ resultClassifier: (response: Response) => (response.ok ? null : "TRANSIENT") });
    expectTypeOf(byParameter).toExtend<RetryPolicy<Response>>();
    expectTypeOf(byParameter.call((): Promise<Response> => fetch("/"))).toEqualTypeOf<Promise<Response>>();
    const nested = new Policy({ retry: { resultClassifier: (response: Response) => (response.ok ? null : "TRANSIENT") } });
    expectTypeOf(nested.call(() => fetch("/"))).toEqualTypeOf<Promise<Response>>();
  });

  test("keep operations from returning what they do not understand", () => {
    const responses = new RetryPolicy<Response>({ resultClassifier: ({ status }) => (status === 503 ? "SERVER_ERROR" : null) });
    // @ts-expect-error a string is no Response
    void responses.call(async () => "text");
    // @ts-expect-error neither is a user
    responses.wrap((): User => user);
  });

  test("may answer a class, a classification, null or undefined, and nothing else", () => {
    new RetryPolicy<number>({ resultClassifier: (n) => (n > 5 ? { errorClass: "RATE_LIMIT", retryAfterMs: n } : undefined) });
    // @ts-expect-error not a class
    new RetryPolicy<number>({ resultClassifier: () => "LUNAR_ECLIPSE" });
    // @ts-expect-error a boolean says nothing about the class
    new RetryPolicy<number>({ resultClassifier: (n) => n > 5 });
  });

  test("a result keeps the narrower type of its operation", () => {
    const responses = new RetryPolicy({
      resultClassifier: (response: { status: number }) => (response.status === 503 ? "SERVER_ERROR" : null),
    });
    expectTypeOf(responses.call(async () => ({ status: 200, body: "text" }))).toEqualTypeOf<
      Promise<{ status: number; body: string }>
    >();
  });
});
