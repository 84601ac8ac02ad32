/* describeError, asked of every recorded error. */
import { describeError, universalClassifier } from "redress/extras";
import { expect, test } from "vitest";
import { everyError } from "../fixtures/recordings.ts";

// Told by what they are, not by a field that says something: a reply of Redis that is none of the known ones, a mark of LangChain.
const BY_SHAPE = [
  "ioredis: WRONGTYPE",
  "ioredis: ERR.syntax",
  "ioredis: ERR.lua",
  "ioredis: multi-exec",
  "field/langchain: openai.context-overflow",
];

const described = everyError.map(({ id, revive }) => {
  const error = revive();
  const before = keysOf(error);
  return { id, error, before, description: describeError(error) };
});

test("it says the class that universalClassifier gives", () => {
  for (const { id, error, description } of described) {
    const answer = universalClassifier(error);
    expect(description.errorClass, id).toBe(typeof answer === "string" ? answer : answer.errorClass);
  }
});

test("it names the fields that decided, all of which the error has", () => {
  const nothing = described.filter(({ description: { rule, by } }) => rule !== null && by.length === 0);
  expect(nothing.map(({ id }) => id)).toEqual(BY_SHAPE);
});

test("it leaves the error as it is", () => {
  for (const { id, error, before } of described) expect(keysOf(error), id).toEqual(before);
});

test.each<[string, () => unknown]>([
  ["a message of a million words", () => new Error("connection lost ".repeat(1e6))],
  [
    "100,000 fields",
    () => Object.assign(new Error("x"), { data: Object.fromEntries(new Array(1e5).fill(0).map((_, i) => [`f${i}`, i])) }),
  ],
])("it answers in spite of %s", (_what, make) => {
  expect(describeError(make()).because).toMatch(/^[A-Z_]+/);
});

function keysOf(error: unknown): readonly PropertyKey[] {
  return typeof error === "object" && error !== null ? Reflect.ownKeys(error) : [];
}
