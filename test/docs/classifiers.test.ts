/* The pages about classifiers, against what they classify. */
import type { Classifier } from "redress";
import * as extras from "redress/extras";
import { expect, test } from "vitest";
import { bare, column, read, tableBelow } from "./pages.ts";

const classifiers = Object.keys(extras).filter((name) => name.endsWith("Classifier"));
const pages = ["", "-sql", "-stores", "-clouds"].map((part) => `docs/classifiers${part}.md`);

test("every classifier has a section on one of the pages", () => {
  const sections = pages.flatMap((page) =>
    [...read(page).matchAll(/^## (.*)$/gm)].flatMap(([, title = ""]) => title.split(", ")),
  );
  for (const name of Object.keys(extras)) expect(sections).toContain(name);
});

test("the README names every classifier", () => {
  const named = column(tableBelow("README.md", "Errors of other libraries"), "classifier").flatMap(
    (cell) => cell.match(/\w+Classifier/g) ?? [],
  );
  expect(named.sort()).toEqual(classifiers.sort());
});

test("every classifier has a limit for its size, 2 kB but for two", () => {
  const limits: { name: string; limit: string }[] = JSON.parse(read(".size-limit.json"));
  const larger = limits.filter(({ name, limit }) => classifiers.includes(name) && limit !== "2 kB").map(({ name }) => name);
  expect(limits.map(({ name }) => name)).toEqual(expect.arrayContaining(classifiers));
  expect(larger.sort()).toEqual(["httpRetryAfterClassifier", "universalClassifier"]);
});

test.each(
  tableBelow("docs/classifiers.md", "httpClassifier, httpRetryAfterClassifier").map((row) => [
    row["status"] ?? "",
    bare(row["class"]),
  ]),
)("the status %s is %s", (statuses, errorClass) => {
  for (const classifier of [extras.httpClassifier, extras.httpRetryAfterClassifier, extras.universalClassifier] as Classifier[])
    for (const status of statuses.match(/\d{3}/g) ?? []) expect(classifier({ status: Number(status) })).toBe(errorClass);
});
