/* What a code means is what users' policies do: it changes on purpose, and is seen in a diff of tables.txt. */
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { MODULES } from "./modules.ts";
import { tables, written } from "./tables.ts";

const TABLE =
  /^(?:export )?const [A-Z][A-Z0-9_]*: (?:Codes|Beginnings|Patterns|readonly (?:string|number)\[\]|ReadonlySet<string>)/gm;

test("the tables are what was written down", () => {
  expect(tables()).toEqual(written());
});

test("all of them are: those of every module, none hidden in it", () => {
  const sources = fileURLToPath(new URL("../../src/extras/", import.meta.url));
  const found = readdirSync(sources, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => ({ name: name.slice(0, -".ts".length), heads: readFileSync(`${sources}${name}`, "utf8").match(TABLE) ?? [] }))
    .filter(({ heads }) => heads.length > 0);
  expect(found.filter(({ name }) => !(name in MODULES))).toEqual([]);
  expect(found.flatMap(({ heads }) => heads.filter((head) => !head.startsWith("export")))).toEqual([]);
});
