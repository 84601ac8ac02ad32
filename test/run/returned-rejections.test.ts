/* A rejection by a policy further in says nothing about the dependency where it is thrown. One that is returned is a result like any other. */
import { type AttemptEnd, CircuitOpenError, type ErrorClass } from "redress";
import { describe, expect, test } from "vitest";
import { drivers, listeningBreaker, stage } from "./driving.ts";

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
});
