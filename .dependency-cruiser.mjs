import { existsSync, readdirSync } from "node:fs";

// The rooms of src/, top to bottom. Imports point down this list only.
const rooms = [
  "cli",
  "doctor",
  "simulate",
  "contrib",
  "telemetry",
  "servers",
  "workers",
  "clients",
  "testing",
  "scope",
  "registry",
  "index.ts",
  "extras",
  "policy",
  "run",
  "core",
];

// The folders inside the rooms that have an index.ts.
const foldersWithIndex = readdirSync("src", { recursive: true })
  .map((path) => path.replaceAll("\\", "/"))
  .filter((path) => path.includes("/") && existsSync(`src/${path}/index.ts`));

const inside = (names) => `^src/(${names.map((name) => name.replace(".", "\\.")).join("|")})(/|$)`;

/** @type {import("dependency-cruiser").IConfiguration} */
export default {
  forbidden: [
    {
      name: "no-unknown-room",
      comment: "Every source belongs to a room.",
      severity: "error",
      from: { path: "^src/", pathNot: inside(rooms) },
      to: {},
    },
    {
      name: "no-import-from-unknown-room",
      comment: "Every source belongs to a room.",
      severity: "error",
      from: {},
      to: { path: "^src/", pathNot: inside(rooms) },
    },
    ...rooms.slice(1).map((room, index) => ({
      name: `${room}-imports-down-only`,
      comment: `Imports point down: ${rooms.join(" > ")}.`,
      severity: "error",
      from: { path: inside([room]) },
      to: { path: inside(rooms.slice(0, index + 1)) },
    })),
    ...foldersWithIndex.map((folder) => ({
      name: `${folder.replaceAll("/", "-")}-by-its-index-only`,
      comment: "A folder with an index.ts says there what other folders may use: nothing else of it is imported from outside.",
      severity: "error",
      from: { path: "^src/", pathNot: `^src/${folder}/` },
      to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/index\\.ts$` },
    })),
    {
      name: "no-contrib-to-contrib",
      comment: "One third-party library each: integrations do not know each other, but for what is the platform's own.",
      severity: "error",
      from: { path: "^src/contrib/([^/]+)/" },
      to: { path: "^src/contrib/", pathNot: ["^src/contrib/$1/", "^src/contrib/(fetch|stream)/index\\.ts$"] },
    },
    {
      name: "integrations-stand-on-the-public-lists",
      comment:
        "What an integration needs of the rooms below, users need too: it is in the list of redress or redress/extras, or it is not public yet.",
      severity: "error",
      // But for the rules of options and the one listener on a signal, which users have no use for: a file for each hands them on.
      from: {
        path: inside(["contrib", "telemetry", "servers", "workers", "clients"]),
        pathNot: "^src/clients/(options|signals)/index\\.ts$",
      },
      to: { path: inside(["policy", "run", "core"]) },
    },
    {
      name: "no-circles",
      comment: "Types count: two files that need each other are one file, or a third is missing.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-dynamic-import",
      comment: "Imports stand at the top of a file.",
      severity: "error",
      // But for the user's own module, which the commands are told of when they run.
      from: { path: "^src/", pathNot: "^src/cli/load/load-module\\.ts$" },
      to: { dynamic: true },
    },
    {
      name: "no-import-from-outside",
      comment: "No package, not even this one by its own name: integrations take the client as an argument, or type it by shape.",
      severity: "error",
      // But for the declarations that add to those of a test runner.
      from: { path: "^src/", pathNot: "^src/contrib/(jest|vitest)/" },
      // But for the page of the dashboard, whose text stands in what is published.
      to: { pathNot: ["^src/", "^dashboard/built-page\\.mjs$"], dependencyTypesNot: ["core"] },
    },
    {
      name: "no-code-of-test-runners",
      comment: "They are there in tests alone: what is imported of them is types.",
      severity: "error",
      from: { path: "^src/contrib/(jest|vitest)/" },
      to: { pathNot: ["^src/"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-platform-builtin",
      comment: "What a browser runs imports no platform's own modules.",
      severity: "error",
      from: { path: "^src/", pathNot: inside(["cli", "contrib", "scope"]) },
      to: { dependencyTypes: ["core"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsConfig: { fileName: "tsconfig.build.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ["types", "import", "default"], exportsFields: ["exports"] },
  },
};
