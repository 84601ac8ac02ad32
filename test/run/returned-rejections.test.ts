/* A rejection by a policy further in, or an AbortRetryError, says what it says where it is thrown. One that is returned is a result like any other. */
import { AbortRetryError, type AttemptEnd, CircuitOpenError, constant, type ErrorClass } from "redress";
import { describe, expect, test } from "vitest";
import { answering, drivers, listeningBreaker, stage } from "./driving.ts";

const rejection = new CircuitOpenError({ breaker: "inner", state: "open", retryAfterMs: 5 });

describe.each(drivers)("through %s", (_name, driver) => {
  test("judged a failure, it is one to the breaker and to the limiter", async () => {
    const circuitBreaker = listeningBreaker();
    const ends: AttemptEnd[] = [];
    const limiter = {
      name: "own",
      admit: () => ({ kind: "admitted" }) as const,
      release: (_permit: unknown, end: AttemptEnd) => void ends.push(end),
    };
    const resultClassifier = (): ErrorClass => "SERVER_ERROR";
    await driver.call(stage({ circuitBreaker, limiter, retry: { maxAttempts: 1, resultClassifier } }), () => rejection);
    expect([circuitBreaker.heard, ends]).toEqual([["SERVER_ERROR"], [{ errorClass: "SERVER_ERROR" }]]);
  });

  test("an AbortRetryError that is returned aborts nothing: judged a failure, it is retried", async () => {
    const resultClassifier = (value: unknown) => (value === "value" ? null : "TRANSIENT");
    const on = stage({ retry: { strategy: constant(10), resultClassifier } });
    const op = answering(new AbortRetryError(), "value");
    expect(await driver.call(on, op)).toEqual({ value: "value" });
    expect(op.count).toBe(2);
  });
});
