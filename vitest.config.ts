import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

const src = fileURLToPath(new URL("./src", import.meta.url));

// Tests import what users import, and get the sources. An integration's folder is its subpath.
const integrations = readdirSync(`${src}/contrib`).join("|");
const fromSources = {
  alias: [
    { find: /^redress$/, replacement: `${src}/index.ts` },
    { find: new RegExp(`^redress/(${integrations})$`), replacement: `${src}/contrib/$1/index.ts` },
    { find: /^redress\/(.+)$/, replacement: `${src}/$1/index.ts` },
  ],
};

// A recipe in examples/ imports what only the services have installed.
const sqs = fileURLToPath(new URL("./test/services/node_modules/@aws-sdk/client-sqs/dist-cjs/index.js", import.meta.url));

// Where no branch may be left untested.
const gated = ["src/core/**/*.ts", "src/run/**/*.ts"];

// Thousands of random runs, compilers, child processes and collected garbage: the part of the tests that takes longer.
const laws = ["test/{compilers,docs,figures,fuzz,leaks,lint,model,platform,properties}/**/*.test.ts"];

// These need servers, or the installed package.
const services = ["test/services/**/*.test.ts"];
const packaging = ["test/packaging/**/*.test.ts"];

// Where no earlier run is known, the largest files go first. These are small, and take longest: none should be left alone at the end.
const long = /gauntlet|test\/(figures|leaks)\/|backtracking/;

// On Node 20, promises cost their worker several times as much from the first context on: what uses one comes last.
const usesContext = /AsyncLocalStorage|runInScope|noRetries/;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): number =>
      usesContext.test(readFileSync(moduleId, "utf8")) ? 2 : long.test(moduleId) ? 0 : 1;
    return (await super.sort(files)).sort((one, other) => place(one) - place(other));
  }
}

// Vite stays at 7, whose transformer lowers decorators: the tests decorate methods.
export default defineConfig({
  test: {
    // By default one core is left free, which on two is half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongFirst },
    // What was transformed once is read from node_modules, until its text changes.
    experimental: { fsModuleCache: true },
    // The rules and the drivers: every branch is taken by a unit test. `npm run coverage` runs those that it takes, and fails below.
    coverage: {
      include: gated,
      reporter: [["text", { skipFull: true }], "html"],
      thresholds: Object.fromEntries(gated.map((glob) => [glob, { branches: 100, functions: 100, lines: 100, statements: 100 }])),
    },
    projects: [
      {
        resolve: fromSources,
        test: {
          name: "unit",
          // All tests but the ones named above: the tests of a new room run without an entry here.
          include: ["test/**/*.test.ts"],
          exclude: [...laws, ...services, ...packaging, "**/node_modules/**"],
          // Each worker loads a module once for all its files: what changes the platform for a whole file is in test/platform.
          isolate: false,
          // None of them waits, but a busy machine is slow.
          testTimeout: 30_000,
          hookTimeout: 30_000,
          // Tests of what is warned of read the events of the process, or the output of a child.
          execArgv: ["--no-warnings"],
        },
      },
      {
        resolve: fromSources,
        test: {
          name: "laws",
          include: laws,
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // The leak tests collect garbage by hand.
          execArgv: ["--expose-gc"],
        },
      },
      {
        resolve: { alias: [...fromSources.alias, { find: /^@aws-sdk\/client-sqs$/, replacement: sqs }] },
        test: {
          // Real libraries against real servers: apart from `npm test`, which needs none.
          name: "services",
          include: services,
          globalSetup: "test/services/prisma/generate.mjs",
          // They wait more than they work. A number of their own needs a place of its own in the order.
          maxWorkers: 2 * Math.max(2, availableParallelism()),
          sequence: { groupOrder: 1 },
          testTimeout: 30_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "types",
          include: [],
          typecheck: { enabled: true, only: true, include: ["test/**/*.test-d.ts"] },
        },
      },
      {
        test: {
          name: "packaging",
          include: packaging,
          globalSetup: "test/packaging/install.ts",
          // They build, pack, install and compile: one after the other, at npm's pace.
          fileParallelism: false,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
