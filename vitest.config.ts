import { readdirSync } from "node:fs";
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

// Thousands of random runs, compilers, child processes and collected garbage: the part of the tests that takes longer.
const laws = ["test/{compilers,docs,figures,leaks,lint,properties}/**/*.test.ts", "test/cli/process.test.ts"];

// These need servers, or the installed package.
const services = ["test/services/**/*.test.ts"];
const packaging = ["test/packaging/**/*.test.ts"];

// Where no earlier run is known, the largest files go first. These are small, and take longest: none should be left alone at the end.
const long = /gauntlet|test\/(figures|leaks)\//;

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return [...sorted.filter(({ moduleId }) => long.test(moduleId)), ...sorted.filter(({ moduleId }) => !long.test(moduleId))];
  }
}

// Vite stays at 7, whose transformer lowers decorators: the tests decorate methods.
export default defineConfig({
  test: {
    // By default one core is left free, which on two is half of the machine.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    sequence: { sequencer: LongFirst },
    coverage: {
      include: ["src/**/*.ts"],
      reporter: ["text", "html"],
    },
    projects: [
      {
        resolve: fromSources,
        test: {
          name: "unit",
          // All tests but the ones named above: the tests of a new room run without an entry here.
          include: ["test/**/*.test.ts"],
          exclude: [...laws, ...services, ...packaging, "**/node_modules/**"],
          // None of them waits, but a busy machine is slow.
          testTimeout: 30_000,
        },
      },
      {
        resolve: fromSources,
        test: {
          name: "laws",
          include: laws,
          testTimeout: 60_000,
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
