/* What becomes of the results of mutation testing: scores, gates, survivors that are argued for. Stryker itself is not run here. */
import { describe, expect, test } from "vitest";
import { counts, isKilled, percentOf, type Score } from "../../mutation/record.ts";
import { filesOf, roomOf, rooms } from "../../mutation/rooms.ts";
import { drawn } from "../../mutation/sample.ts";
import { knownAfter, survivorOf, unargued, unknownAmong } from "../../mutation/survivors.ts";
import type { Mutant } from "../../mutation/try-mutants.ts";

const mutant = (more: Partial<Mutant> = {}): Mutant => ({
  file: "src/core/part.ts",
  line: 7,
  text: "if (count > most) return null;",
  original: "count > most",
  replacement: "count >= most",
  status: "Survived",
  ...more,
});

const score = (killed: number, mutants: number): Score => ({ hash: "", killed, mutants });

describe("a survivor", () => {
  test("is known by its line and what was changed in it, wherever the line is", () => {
    expect(survivorOf(mutant())).toBe("if (count > most) return null; | count > most => count >= most");
    expect(survivorOf(mutant({ line: 80 }))).toBe(survivorOf(mutant()));
  });

  test("over several lines is one", () => {
    const original = "{\n    wait();\n  }";
    expect(survivorOf(mutant({ text: "finally {", original, replacement: "{}" }))).toBe("finally { | { wait(); } => {}");
  });

  test("that is written down is known, in its own file only", () => {
    const known = [{ file: "src/core/part.ts", because: "", mutants: [survivorOf(mutant())] }];
    const elsewhere = mutant({ file: "src/core/refusal.ts" });
    expect(unknownAmong([mutant(), elsewhere], known)).toEqual([elsewhere]);
  });

  test("keeps the reason that somebody has given for it, and those without one are kept apart", () => {
    const argued = { file: "src/core/part.ts", because: "the same", mutants: [survivorOf(mutant())] };
    const other = mutant({ replacement: "true" });
    const after = knownAfter(new Set(["src/core/part.ts"]), [mutant(), other], [argued]);
    expect(after).toEqual([argued, { file: "src/core/part.ts", because: "", mutants: [survivorOf(other)] }]);
    expect(unargued(after)).toBe(1);
  });

  test("that is killed by now is forgotten once its file was tried, and no sooner", () => {
    const argued = { file: "src/core/part.ts", because: "the same", mutants: ["a => b"] };
    const found = { file: "src/core/part.ts", because: "", mutants: ["c => d"] };
    expect(knownAfter(new Set(["src/core/part.ts"]), [], [argued, found])).toEqual([]);
    expect(knownAfter(new Set(["src/core/refusal.ts"]), [], [argued, found])).toEqual([argued, found]);
  });
});

test("a mutant that no test reaches counts as one that survives, and one that never ran does not count", () => {
  const statuses = ["Killed", "Timeout", "Survived", "NoCoverage", "RuntimeError", "CompileError", "Ignored"];
  expect(statuses.filter((status) => counts(mutant({ status })))).toEqual(["Killed", "Timeout", "Survived", "NoCoverage"]);
  expect(statuses.filter((status) => isKilled(mutant({ status })))).toEqual(["Killed", "Timeout"]);
});

test("the score of a room is that of all its mutants, not the mean of its files", () => {
  expect(percentOf([score(1, 1), score(1, 3)])).toBe(50);
  expect(percentOf([])).toBe(100);
});

describe("the files that the full loop draws", () => {
  const record = new Map(Array.from({ length: 40 }, (_, i) => [`src/core/${i}.ts`, score(9, 10)] as const));

  test("have so many mutants as are asked for, and are not those that are tried anyway", () => {
    const files = drawn(record, new Set(["src/core/0.ts"]), 100);
    expect(files).toHaveLength(10);
    expect(new Set(files).size).toBe(10);
    expect(drawn(record, new Set(record.keys()), 100)).toEqual([]);
    expect(files).not.toContain("src/core/0.ts");
  });

  test("are the same for one state of the sources, and others for the next", () => {
    expect(drawn(record, new Set(), 100)).toEqual(drawn(record, new Set(), 100));
    expect(drawn(new Map(record).set("src/core/1.ts", score(8, 10)), new Set(), 100)).not.toEqual(drawn(record, new Set(), 100));
  });

  test("may be one that has more of them alone", () => {
    expect(drawn(new Map([["src/core/large.ts", score(200, 210)]]), new Set(), 100)).toEqual(["src/core/large.ts"]);
  });

  test("leave out what has no mutants", () => {
    expect(drawn(new Map([["src/core/a.ts", score(0, 0)]]), new Set(), 100)).toEqual([]);
  });
});

test("every file of a room is found in it", () => {
  for (const room of rooms) {
    expect(filesOf(room).length).toBeGreaterThan(0);
    for (const file of filesOf(room)) expect(roomOf(file)).toBe(room);
  }
  expect(roomOf("src/index.ts")).toBeUndefined();
});
