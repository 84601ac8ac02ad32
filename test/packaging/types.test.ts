import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";

const { root, folder } = inject("installed");

/** Compiles the consumer, the README's example and every published declaration; gives what the compiler complains of. */
function complaints(name: string, compilerOptions: Record<string, unknown>): string {
  const config = join(folder, `tsconfig.${name}.json`);
  const strict = {
    strict: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    noEmit: true,
    target: "ES2022",
  };
  writeFileSync(
    config,
    JSON.stringify({
      compilerOptions: { ...strict, types: [], ...compilerOptions },
      include: ["*.mts", "node_modules/redress/dist/**/*.d.ts"],
      exclude: [],
    }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  return spawnSync(process.execPath, [tsc, "-p", config], { cwd: folder, encoding: "utf8" }).stdout;
}

test.each([
  ["nodenext", { module: "NodeNext", moduleResolution: "NodeNext" }],
  ["bundler", { module: "ESNext", moduleResolution: "Bundler" }],
])("a consumer without Node's types compiles with moduleResolution %s", (name, options) => {
  expect(complaints(name, options)).toBe("");
});

test("a consumer with Node's types and without the DOM's compiles", () => {
  const typeRoots = [join(root, "node_modules/@types")];

  expect(complaints("node", { module: "NodeNext", lib: ["ES2022"], types: ["node"], typeRoots })).toBe("");
});
