import type { Classifier, ErrorClass } from "redress";
import * as extras from "redress/extras";
import { describe, expect, test } from "vitest";
import { recordedBy } from "../fixtures/recordings.ts";

/** Where we differ from the judgement that came with a recording: the class we give, and why. */
export type Differences = Readonly<Record<string, readonly [errorClass: ErrorClass, because: string]>>;

const given = (answer: ReturnType<Classifier>): ErrorClass => (typeof answer === "string" ? answer : answer.errorClass);
const ours = new Set<unknown>(Object.values(extras));

/** The class that a classifier gives. What one of ours knows, the universal one must know too: it must not overlook whose error it is. */
export function classOf(classifier: Classifier, error: unknown): ErrorClass {
  const errorClass = given(classifier(error));
  if (ours.has(classifier) && errorClass !== "UNKNOWN")
    expect(given(extras.universalClassifier(error)), "universalClassifier disagrees").toBe(errorClass);
  return errorClass;
}

/** Asks a classifier about every judged error of a recording. A difference that is none any more fails too. */
export function recordedAs(library: string, classifier: Classifier, differences: Differences = {}): void {
  const cases = recordedBy(library);
  describe(`errors recorded as ${library}, asked of ${classifier.name}`, () => {
    test.each(cases.map((recorded) => [recorded.id, differences[recorded.id]?.[0] ?? recorded.errorClass, recorded] as const))(
      "%s is %s",
      (id, errorClass, { errorClass: judged, revive }) => {
        const error = revive();
        const wanted = errorClass ?? classOf(classifier, (error as Error).cause);
        expect(classOf(classifier, error)).toBe(wanted);
        if (id in differences) expect(wanted, "no difference any more").not.toBe(judged);
      },
    );

    test("the differences are about errors of this recording", () => {
      expect(Object.keys(differences).filter((id) => !cases.some((recorded) => recorded.id === id))).toEqual([]);
    });
  });
}
