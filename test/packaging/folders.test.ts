import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, inject, test } from "vitest";
import { foldersIn, publicFolders } from "./rooms.ts";

const { root, folder } = inject("installed");
const budgets: readonly { path: string; import: string }[] = JSON.parse(readFileSync(join(root, ".size-limit.json"), "utf8"));

test("every subpath has its report of the public surface, and every report its subpath", () => {
  const reports = publicFolders().map((room) => `${basename(room)}.api.md`);

  expect(readdirSync(join(root, "api")).filter((file) => file.endsWith(".api.md"))).toEqual(
    [...reports, "redress.api.md"].sort(),
  );
});

test("every subpath has its size budget", () => {
  const files = publicFolders().map((room) => `dist/${room}/index.js`);

  expect([...new Set(budgets.map(({ path }) => path))].sort()).toEqual([...files, "dist/index.js"].sort());
});

test("every classifier that is exported has its size budget", async () => {
  const extras: object = await import(pathToFileURL(join(folder, "node_modules/redress/dist/extras/index.js")).href);
  const exported = Object.keys(extras).filter((name) => name.endsWith("Classifier"));
  const imported = budgets.filter(({ path }) => path === "dist/extras/index.js").map((budget) => budget.import);

  expect(imported.sort()).toEqual(exported.map((name) => `{ ${name} }`).sort());
});

test("every room has its tests in the folder of its name", () => {
  // What users need for their own tests is used by nearly all tests here.
  const rooms = foldersIn("src").filter((room) => room !== "testing");

  expect(foldersIn("test")).toEqual(expect.arrayContaining(rooms));
});
