/*
 * Texts of errors have any length, and patterns that are cheap on a few hundred letters are not on a million: classifiers show no pattern more than a part.
 * What test/lint/backtracking.test.ts takes for bounded stands on this.
 */
import { type Classifier, defaultClassifier } from "redress";
import * as extras from "redress/extras";
import { afterEach, expect, test, vi } from "vitest";
import { boundedInClassifiers } from "../lint/bounded.ts";

const classifiers = [
  ["defaultClassifier", defaultClassifier] as const,
  ...Object.entries(extras).filter(
    (entry): entry is [string, Classifier] => entry[0].endsWith("Classifier") && entry[0] !== "responseClassifier",
  ),
];

/** The most letters that one of these patterns was shown. */
const shown = new Map<string, number>();
const sources = new Set(boundedInClassifiers.map(({ source }) => source));

function note(pattern: RegExp, text: unknown): void {
  if (!sources.has(pattern.source) || typeof text !== "string") return;
  shown.set(pattern.source, Math.max(shown.get(pattern.source) ?? 0, text.length));
}

function watchPatterns(): void {
  const { exec } = RegExp.prototype;
  vi.spyOn(RegExp.prototype, "exec").mockImplementation(function (this: RegExp, text: string) {
    note(this, text);
    return exec.call(this, text);
  });
}

afterEach(() => void vi.restoreAllMocks());

/** Texts that lead to as many rules as there are. */
const BEGINNINGS = [
  "",
  "2 UNKNOWN: HTTP ",
  "{{error",
  "ERR_",
  "got error: fetch failed",
  "D1_ERROR: ",
  "[GoogleGenerativeAI Error]: Error fetching from x: ",
  'he said "one two three four" ',
];
const FIELDS = [
  "message",
  "details",
  "code",
  "name",
  "reason",
  "rawMessage",
  "statusDetails",
  "data",
  "body",
  "error",
  "description",
  "detail",
  "type",
  "response",
];
const BASES: readonly object[] = [
  {},
  { code: 2 },
  { code: 13 },
  { code: 14 },
  { code: -32_000 },
  { status: 503 },
  { code: "SQLITE_ERROR" },
  { name: "GoogleGenerativeAIError" },
  { name: "GaxiosError", status: 400 },
];

test("a pattern that backtracks sees no more than a thousand letters or so, of errors of a million", () => {
  watchPatterns();
  for (const [, classifier] of classifiers)
    for (const beginning of BEGINNINGS)
      for (const base of BASES) {
        const text = `${beginning}${"x \n".repeat(30_000)}`;
        const fields = Object.fromEntries(FIELDS.map((field) => [field, text]));
        classifier(Object.assign(new Error(text), fields, { response: { data: { error: fields } } }, base));
        classifier(Object.assign(new Error(text), base));
      }
  vi.restoreAllMocks();
  // Most of them are reached.
  expect(shown.size).toBeGreaterThanOrEqual(sources.size / 2);
  for (const [source, letters] of shown) expect(letters, `/${source}/`).toBeLessThanOrEqual(1_100);
});
