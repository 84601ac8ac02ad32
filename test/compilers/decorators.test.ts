/*
 * The same decorated methods, compiled by every compiler, as standard decorators and as legacy ones, and run. `jiti` brings Babel along, with legacy
 * decorators.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { transformSync } from "esbuild";
import { createJiti } from "jiti";
import * as redress from "redress";
import ts from "typescript";
import { describe, expect, test } from "vitest";
import { expected as methods } from "./decorated/methods.ts";
import { expected as privateMethods } from "./decorated/private-methods.ts";

interface Compiled {
  run(): Promise<Record<string, unknown>>;
}

/** Compiles TypeScript to CommonJS. */
type Compiler = (source: string) => string;

const byTsc =
  (target: ts.ScriptTarget, experimentalDecorators: boolean): Compiler =>
  (source) =>
    ts.transpileModule(source, { compilerOptions: { target, module: ts.ModuleKind.CommonJS, experimentalDecorators } })
      .outputText;

const byEsbuild =
  (target: string, experimentalDecorators: boolean): Compiler =>
  (source) =>
    transformSync(source, { loader: "ts", format: "cjs", target, tsconfigRaw: { compilerOptions: { experimentalDecorators } } })
      .code;

const byBabel: Compiler = (source) => createJiti(import.meta.url).transform({ source, ts: true });

/** Babel's output asks for `Reflect.metadata` of the package "reflect-metadata", where there is one, and decorates with it too. */
const byBabelWithMetadata: Compiler = (source) => `const Reflect = { metadata: () => () => {} };\n${byBabel(source)}`;

/** Compiles one of the files beside, and evaluates it with the sources of redress. */
function compiled(file: string, compile: Compiler): Compiled {
  const source = readFileSync(new URL(file, import.meta.url), "utf8");
  return evaluated(compile(source)) as Compiled;
}

function evaluated(code: string): unknown {
  const module = { exports: {} };
  new Function("require", "module", "exports", code)(() => redress, module, module.exports);
  return module.exports;
}

const standard: [compiler: string, compile: Compiler][] = [
  ["tsc for ES2022", byTsc(ts.ScriptTarget.ES2022, false)],
  ["tsc for ES2017", byTsc(ts.ScriptTarget.ES2017, false)],
  ["esbuild for ES2022", byEsbuild("es2022", false)],
  ["esbuild for ES2018", byEsbuild("es2018", false)],
];

const legacy: [compiler: string, compile: Compiler][] = [
  ["tsc for ES2022", byTsc(ts.ScriptTarget.ES2022, true)],
  ["tsc for ES2017", byTsc(ts.ScriptTarget.ES2017, true)],
  ["esbuild for ES2022", byEsbuild("es2022", true)],
  ["esbuild for ES2018", byEsbuild("es2018", true)],
  ["Babel in jiti", byBabel],
  ["Babel with metadata", byBabelWithMetadata],
];

describe("standard decorators", () => {
  test.each(standard)("work on public and static methods by %s", async (_compiler, compile) => {
    expect(await compiled("./decorated/methods.ts", compile).run()).toEqual(methods);
  });

  test.each(standard)("work on private methods by %s", async (_compiler, compile) => {
    expect(await compiled("./decorated/private-methods.ts", compile).run()).toEqual(privateMethods);
  });
});

describe("legacy decorators", () => {
  test.each(legacy)("work on public and static methods by %s", async (_compiler, compile) => {
    expect(await compiled("./decorated/methods.ts", compile).run()).toEqual(methods);
  });
});

describe("tsx", () => {
  const root = new URL("../../", import.meta.url);

  test.each([
    ["standard", "tsconfig.json"],
    ["legacy", "test/legacy-decorators/tsconfig.json"],
  ])("runs %s decorators", async (_kind, tsconfig) => {
    const args = ["--import", "tsx", "test/compilers/run.ts"];
    const env = { ...process.env, TSX_TSCONFIG_PATH: tsconfig };
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env });
    expect(JSON.parse(stdout)).toEqual(methods);
  });
});

describe("what is no method is refused when the class is made", () => {
  const refused = (kind: string, name: string) =>
    new RegExp(`^retry must be applied to a function or method, got the ${kind} ${JSON.stringify(name)}\\.`);

  const members: [what: string, member: string, kinds: RegExp][] = [
    ["a getter", "@retry get url() { return ''; }", refused("(getter|accessor)", "url")],
    ["a setter", "@retry set url(value) {}", refused("(setter|accessor)", "url")],
    ["a field", "@retry url = async () => {};", refused("field", "url")],
    ["a static field", "@retry static url = async () => {};", refused("field", "url")],
  ];
  const classOf = (member: string): string => `import { retry } from "redress"; class Users { ${member} }`;
  const both = [
    ...standard.map(([name, compile]) => [`standard, ${name}`, compile] as const),
    ...legacy.map(([name, compile]) => [`legacy, ${name}`, compile] as const),
  ];

  describe.each(both)("%s", (_name, compile) => {
    const make = (source: string) => () => evaluated(compile(source));

    test.each(members)("%s", (_what, member, message) => {
      expect(make(classOf(member))).toThrow(message);
    });

    test("a class", () => {
      expect(make('import { retry } from "redress"; @retry class Users {}')).toThrow(refused("class", "Users"));
    });
  });

  // Before ES2018 there were no async generators: a compiler makes a function like any other of them.
  const withGenerators = both.filter(([name]) => !name.endsWith("ES2017"));
  test.each(withGenerators)("a generator, as %s", (_name, compile) => {
    expect(() => evaluated(compile(classOf("@retry async *list() {}")))).toThrow(
      /^retry\.fn must be no generator function, got "list": /,
    );
  });

  test.each(standard)("an auto-accessor, by %s", (_name, compile) => {
    expect(() => evaluated(compile(classOf("@retry accessor url = 1;")))).toThrow(refused("accessor", "url"));
  });
});
