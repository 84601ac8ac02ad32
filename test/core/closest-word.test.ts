/* Which of the words that are known was probably meant by one that is not. */
import { expect, test } from "vitest";
import { closestWord } from "../../src/core/closest-word.ts";

test.each<[what: string, word: string, known: readonly string[], meant: string | null]>([
  ["with a letter too many", "colour", ["color"], "color"],
  ["with a letter missing", "colr", ["color"], "color"],
  ["with another letter", "calor", ["color"], "color"],
  ["with two letters swapped", "acb", ["abc"], "abc"],
  ["with its first two letters swapped", "bac", ["abc"], "abc"],
  ["with a letter that has moved on, and no swap", "axb", ["abc"], null],
  ["with two letters swapped and two more wrong", "hafllxypn", ["halfopenn"], null],
  ["of other case", "MAXMS", ["maxMs"], "maxMs"],
  ["with underscores", "__m_a_x__", ["max"], "max"],
  ["of which a third is wrong", "max", ["min", "mix"], "mix"],
  ["of which more than a third is wrong", "mox", ["min"], null],
  ["that is near to two: the nearest, be it first", "colour", ["color", "colons"], "color"],
  ["that is near to two: the nearest, be it last", "colour", ["colons", "color"], "color"],
  ["that is as near to one as to another: the first", "cat", ["bat", "car"], "bat"],
  ["as long as a name may be", "m".repeat(64), ["m".repeat(63)], "m".repeat(63)],
  ["longer than any name", "m".repeat(65), ["m".repeat(64)], null],
])("a word %s", (_what, word, known, meant) => {
  expect(closestWord(word, known)).toBe(meant);
});
