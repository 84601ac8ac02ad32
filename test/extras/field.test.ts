/* What the rest of the field throws, library by library, asked of universalClassifier: the class, the delay, and whether it is a timeout. */
import type { Classification } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";
import { type FieldCase, field, fieldCases } from "../fixtures/recordings.ts";
import { DIFFERENCES } from "./field-differences.ts";

type Facts = Pick<Classification, "errorClass" | "retryAfterMs" | "timeout">;

const wanted = ({ expected, retryAfterMs, timeout }: FieldCase): Facts => ({
  errorClass: expected,
  ...(hasDelay(retryAfterMs) && { retryAfterMs }),
  ...(timeout === true && { timeout }),
});

/** An instant in an answer that was recorded has passed: that limit is over. */
const hasDelay = (retryAfterMs: number | undefined): boolean => retryAfterMs !== undefined && retryAfterMs > 0;

function given(error: unknown): Facts {
  const answer = universalClassifier(error);
  const { errorClass, retryAfterMs, timeout } = typeof answer === "string" ? { errorClass: answer } : (answer as Classification);
  return {
    errorClass,
    ...(hasDelay(retryAfterMs) && { retryAfterMs }),
    ...(timeout === true && { timeout }),
  };
}

describe.each(field.map((library) => [library.slice("field/".length), fieldCases(library)] as const))("%s", (name, cases) => {
  const differences = DIFFERENCES[name] ?? {};

  test.each(cases.map((one) => [one.id, differences[one.id]?.[0].errorClass ?? one.expected, one] as const))(
    "%s is %s",
    (id, _errorClass, one) => {
      const [answer, because] = differences[id] ?? [wanted(one), one.because];
      expect(given(one.revive()), because).toEqual(answer);
      if (id in differences) expect(answer, "no difference any more").not.toEqual(wanted(one));
    },
  );

  test("the differences are about errors of this recording", () => {
    expect(Object.keys(differences).filter((id) => !cases.some((one) => one.id === id))).toEqual([]);
  });
});

test("the differences are about libraries that were recorded", () => {
  expect(Object.keys(DIFFERENCES).filter((name) => !field.includes(`field/${name}`))).toEqual([]);
});
