import {
  AbortRetry,
  type AbortRetryError,
  AuthError,
  type CircuitOpenError,
  type ErrorClass,
  type Failure,
  isAbortRetryError,
  isCircuitOpenError,
  isRateLimitError,
  isRedressError,
  isRetryExhaustedError,
  outcomeOf,
  RateLimitError,
  type RedressError,
  type RedressErrorCode,
  type RetryExhaustedError,
  type StopReason,
} from "redress";
import { describe, expectTypeOf, test } from "vitest";

declare const error: unknown;

describe("guards", () => {
  test("narrow an unknown error", () => {
    if (isRedressError(error)) {
      expectTypeOf(error).toEqualTypeOf<RedressError>();
      expectTypeOf(error.code).toEqualTypeOf<RedressErrorCode>();
      expectTypeOf(error.errorClass).toEqualTypeOf<ErrorClass>();
    }
    if (isCircuitOpenError(error)) {
      expectTypeOf(error).toEqualTypeOf<CircuitOpenError>();
      expectTypeOf(error.state).toEqualTypeOf<"open" | "half_open">();
      expectTypeOf(error.retryAfterMs).toEqualTypeOf<number>();
    }
    if (isRetryExhaustedError(error)) {
      expectTypeOf(error).toEqualTypeOf<RetryExhaustedError>();
      expectTypeOf(error.stopReason).toEqualTypeOf<StopReason>();
      expectTypeOf(error.lastClass).toEqualTypeOf<ErrorClass | null>();
      expectTypeOf(error.nextDelayMs).toEqualTypeOf<number | null>();
    }
    if (isAbortRetryError(error)) expectTypeOf(error).toEqualTypeOf<AbortRetryError>();
    if (isRateLimitError(error)) expectTypeOf(error.retryAfterMs).toEqualTypeOf<number | undefined>();
  });

  test("leave what they say no to as it was", () => {
    const either = error as CircuitOpenError | RangeError;
    if (!isCircuitOpenError(either)) expectTypeOf(either).toEqualTypeOf<RangeError>();
  });
});

describe("errors", () => {
  test("take a message and a cause", () => {
    new AuthError();
    new AuthError("expired", { cause: error });
    new AbortRetry("enough");
    new RateLimitError("slow down", { retryAfterMs: 5, cause: error });
    // @ts-expect-error a message is a text
    new AuthError(5);
  });

  test("may be subclassed", () => {
    class QuotaError extends RateLimitError {
      readonly limit = 5;
    }
    expectTypeOf(new QuotaError("spent", { retryAfterMs: 5 }).retryAfterMs).toEqualTypeOf<number | undefined>();
  });

  test("may be subclassed under a name of one's own, the usual way", () => {
    class QuotaError extends RateLimitError {
      constructor() {
        super("spent");
        this.name = "QuotaError";
      }
    }
    return QuotaError;
  });

  test("outcomeOf tells of any value why the call stopped", () => {
    expectTypeOf(outcomeOf(error)).toEqualTypeOf<Failure | undefined>();
  });
});
