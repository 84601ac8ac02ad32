/* What the rest of the field throws, library by library, asked of universalClassifier: the class, the delay, and whether it is a timeout. */
import type { Classification } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { type FieldCase, field, fieldCases } from "../fixtures/recordings.ts";

type Facts = Pick<Classification, "errorClass" | "retryAfterMs" | "timeout">;

const wanted = ({ expected, retryAfterMs, timeout }: FieldCase): Facts => ({
  errorClass: expected,
  ...(retryAfterMs !== undefined && { retryAfterMs }),
  ...(timeout === true && { timeout }),
});

function given(error: unknown): Facts {
  const answer = universalClassifier(error);
  const { errorClass, retryAfterMs, timeout } = typeof answer === "string" ? { errorClass: answer } : (answer as Classification);
  return {
    errorClass,
    // Dates in an answer are of the day on which it was recorded.
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(timeout === true && { timeout }),
  };
}

describe.each(field)("%s", (library) => {
  test.each(fieldCases(library).map((one) => [one.id, one.expected, one] as const))("%s is %s", (_id, _expected, one) => {
    expect(given(one.revive()), one.because).toEqual(wanted(one));
  });
});
