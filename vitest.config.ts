import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

// Vite stays at 7, whose transformer lowers decorators: the tests decorate methods.
export default defineConfig({
  test: {
    coverage: {
      include: ["src/**/*.ts"],
      reporter: ["text", "html"],
    },
    projects: [
      {
        resolve: {
          // Tests import what users import, and get the sources.
          alias: [
            { find: /^redress$/, replacement: `${src}/index.ts` },
            { find: /^redress\/(.+)$/, replacement: `${src}/$1/index.ts` },
          ],
        },
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/packaging/**"],
          // The leak tests collect garbage by hand.
          execArgv: ["--expose-gc"],
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
