import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

// Tests import what users import, and get the sources.
const fromSources = {
  alias: [
    { find: /^redress$/, replacement: `${src}/index.ts` },
    { find: /^redress\/(.+)$/, replacement: `${src}/$1/index.ts` },
  ],
};

// Each of them starts processes of its own.
const processes = ["test/cli/process.test.ts"];

// Vite stays at 7, whose transformer lowers decorators: the tests decorate methods.
export default defineConfig({
  test: {
    coverage: {
      include: ["src/**/*.ts"],
      reporter: ["text", "html"],
    },
    projects: [
      {
        resolve: fromSources,
        test: {
          name: "unit",
          include: ["test/{cli,conformance,core,doctor,drivers,extras,legacy-decorators,lessons,policy,simulate}/**/*.test.ts"],
          exclude: processes,
        },
      },
      {
        resolve: fromSources,
        test: {
          // Thousands of random runs, compilers and child processes: the part of the tests that takes longer.
          name: "laws",
          include: ["test/{docs,figures,leaks,properties}/**/*.test.ts", ...processes],
          // The leak tests collect garbage by hand.
          execArgv: ["--expose-gc"],
        },
      },
      {
        resolve: fromSources,
        test: {
          // Real libraries against real servers: apart from `npm test`, which needs none.
          name: "services",
          include: ["test/services/**/*.test.ts"],
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
          include: ["test/packaging/**/*.test.ts"],
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
