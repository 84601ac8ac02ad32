import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, inject, test } from "vitest";
import { readmeExample } from "./install.ts";

const { root, folder } = inject("installed");

test("the README's first example prints what the README says", () => {
  const { outputText } = ts.transpileModule(readFileSync(join(folder, "example.mts"), "utf8"), {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022, verbatimModuleSyntax: true },
  });
  writeFileSync(join(folder, "example.mjs"), outputText);

  const printed = execFileSync(process.execPath, ["example.mjs"], { cwd: folder, encoding: "utf8" });

  expect(printed).toBe(readmeExample(root).prints);
});
