/* What util.inspect prints of an error, the reader of `redress classify` reads back: messages and fields of any contents. */
import { inspect } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readPaste } from "../../src/cli/paste/index.ts";

const text = fc.string({ unit: "grapheme", maxLength: 60 });
const leaf = fc.oneof(
  text,
  fc.string({ maxLength: 60 }),
  fc.double(),
  fc.integer(),
  fc.bigInt(),
  fc.boolean(),
  fc.constantFrom(null, undefined),
  fc.date(),
);
const key = fc
  .string({ maxLength: 12 })
  .filter((name) => name !== "__proto__" && !/secret|pass|pwd|token|cookie|auth|credential|signature|key/i.test(name));
// console.log prints two levels of what lies in a field, and a hundred elements of a list.
const shallow = fc.oneof(
  leaf,
  fc.array(leaf, { maxLength: 20 }),
  fc.dictionary(key, leaf, { maxKeys: 6, noNullPrototype: true }),
  fc.array(leaf).map((elements) => new Set(elements)),
  fc.array(fc.tuple(leaf, leaf), { maxLength: 6 }).map((pairs) => new Map(pairs)),
);
const deep = fc.oneof(shallow, fc.dictionary(key, fc.array(leaf, { maxLength: 4 }), { maxKeys: 3, noNullPrototype: true }));
const ofErrors = ["name", "message", "stack", "cause", "errors", "code"];
const fieldsWith = (value: fc.Arbitrary<unknown>): fc.Arbitrary<Record<string, unknown>> =>
  fc.dictionary(
    key.filter((name) => !ofErrors.includes(name)),
    value,
    { maxKeys: 6, noNullPrototype: true },
  );
const fields = fieldsWith(deep);

/** What a line of the message may not look like: a frame, which ends it. */
const message = fc
  .array(text, { minLength: 1, maxLength: 3 })
  .map((lines) => lines.join("\n"))
  .filter((all) => !/\n\s*at \S/.test(all));

const fieldsOf = (error: unknown): object => ({ ...(error as object) });

test("an error's message and fields come back as they were", () => {
  fc.assert(
    fc.property(message, fields, fieldsWith(shallow), (said, own, ofCause) => {
      const cause = Object.assign(new TypeError("inner"), ofCause);
      const error = Object.assign(new Error(said, { cause }), own);
      const read = readPaste(inspect(error))?.error as Error;

      expect(read.message).toBe(said);
      expect(fieldsOf(read)).toEqual(own);
      expect(fieldsOf(read.cause)).toEqual(ofCause);
    }),
    { numRuns: 2_000 },
  );
});

test("an object that is thrown comes back as it was", () => {
  fc.assert(
    fc.property(fields, (own) => {
      expect(readPaste(inspect({ code: "X", ...own }))?.error).toEqual({ code: "X", ...own });
    }),
    { numRuns: 2_000 },
  );
});

test("any text at all is read to its end, and nothing is thrown", () => {
  const pieces = fc.constantFrom(
    "{",
    "}",
    "[",
    "]",
    "'",
    '"',
    "`",
    ": ",
    ", ",
    " => ",
    "Error: ",
    "[cause]: ",
    "<ref *1> ",
    "[Circular *1]",
    "\n",
    "    at x",
    " {",
    "Map(1) {",
    "[Object: null prototype] {",
    "toString: ",
    "length: ",
    "Headers {",
    "1 | x",
    "^",
    "\0",
    "\\",
    "caused by: ",
    '{"err":',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, text), { maxLength: 40 }), (parts) => {
      expect(() => readPaste(parts.join(""))).not.toThrow();
    }),
    { numRuns: 5_000 },
  );
});

/* With a pattern that looks at a run of letters from each of them anew, this would not be done before the test runs out of time. */
test.each<[string, string]>([
  ["line feeds", "\n"],
  ["spaces", " "],
  ["tabs", "\t"],
  ["spaces and line feeds", " \n"],
  ["words and line feeds", "x\n\n"],
  ["lines with a space", "\n x"],
  ["open brackets of a code", "Error ["],
  ["names of errors", "Error"],
  ["quotations of advice", "\n(Use `a` to show where the "],
  ["advice without an end", "` to show where the "],
  ["versions", "\nBun v1 "],
  ["places", "a:1\n"],
  ["marks", "^"],
  ["numbers of lines", "1 | "],
])("a log of many %s is read, whatever stands before them", (_what, piece) => {
  const run = piece.repeat(100_000);
  for (const before of ["", "Error: ", "x: ", "| 1 | "]) expect(() => readPaste(`${before}${run}\0\n!`)).not.toThrow();
});

test("the name of a field may be long, and no word at its end", () => {
  const name = `${"a".repeat(200_000)}-`;
  expect(readPaste(JSON.stringify({ message: "x", name: "Error", [name]: {} }))?.error).toBeInstanceOf(Error);
});
