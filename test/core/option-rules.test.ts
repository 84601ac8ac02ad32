/* How a table of options is checked. */
import { expect, test } from "vitest";
import { aboveZero, checkTable, notBelow, type OptionTable, type Place, text } from "../../src/core/option-rules.ts";
import { written } from "../../src/core/refusal.ts";

const table: OptionTable = {
  rules: { least: aboveZero, most: notBelow(aboveZero, "least", 1), name: text },
  required: ["least", "name"],
};

test.each<[string, object, readonly string[]]>([
  ["nothing is wrong", { least: 1, most: 2, name: "a" }, []],
  ["what must be there is wrong", { name: "", least: 0 }, [".name", ".least"]],
  ["what must be there is missing", {}, [".least", ".name"]],
  ["two do not fit each other, and a third is wrong", { most: 1, least: 2, name: "" }, [".name", ".most"]],
  ["what the other must fit is no number", { most: 1, least: "2", name: "a" }, [".least"]],
  ["one is not known", { more: 1, least: 0, name: "a" }, [".more", ".least"]],
])("all that is wrong is told once, in the order in which it was given: %s", (_what, given, paths) => {
  const place: Place = { owner: "owner", path: [], refusals: [] };
  checkTable(given, table, place);

  expect(place.refusals.map(({ path }) => written(path))).toEqual(paths);
});
