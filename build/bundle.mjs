// Makes what is published: one file per subpath, one per room that several of them need, and their declarations likewise.
// Nothing is minified and no comment is lost, since people read it in their debuggers. The source maps carry the sources.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { rollup } from "rollup";
import { dts } from "rollup-plugin-dts";
import ts from "typescript";
import * as builtPage from "../dashboard/built-page.mjs";
import { markPure } from "./pure.mjs";

const root = resolve(import.meta.dirname, "..");
const src = join(root, "src");
const declarations = join(root, "node_modules/.cache/declarations");
const dist = join(root, "dist");

// One module of each subpath, which the export map names: "extras/index" is dist/extras/index.js, made of src/extras/index.ts.
const { exports } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const moduleOf = (file) => (file ? [file.slice("./dist/".length, -".js".length)] : []);
const subpaths = Object.values(exports).flatMap(({ default: file }) => moduleOf(file));
// What one of them is in browsers, where that differs. Its declarations are the same.
const inBrowsers = Object.values(exports).flatMap(({ browser: file }) => moduleOf(file));

// The rooms that several subpaths need. Imports point down them, so their files need each other in no circle.
// What integrations share is a file for each folder: who talks HTTP loads nothing of databases. Those of options and signals only hand on what is in core/ and run/.
const foldersOf = (room) => readdirSync(join(src, room)).map((folder) => `${room}/${folder}`);
const integrating = [...foldersOf("servers"), ...foldersOf("workers"), ...foldersOf("clients")].filter(
  (folder) => !/^clients.(options|signals)$/.test(folder),
);
const shared = ["testing", "scope", "registry", "doctor", "simulate", "telemetry", ...integrating, "policy", "run", "core"];

// What package.json says too: loading the scope switches it on.
const hasEffects = (file) => file === join(src, "scope/index.ts");

// Of a room with two doors, one for browsers, each stays a file of its own beside the room: neither loads what only the other needs.
const isDoor = (file) => hasEffects(file) || inBrowsers.some((name) => file === join(src, `${name}.ts`));

/** Takes the types away: they have been checked where the declarations were made. */
const withoutTypes = {
  name: "without-types",
  load(file) {
    const { outputText, sourceMapText } = ts.transpileModule(readFileSync(file, "utf8"), {
      fileName: file,
      transformers: { before: hasEffects(file) ? [] : [markPure] },
      compilerOptions: {
        target: ts.ScriptTarget.ES2022,
        module: ts.ModuleKind.ESNext,
        verbatimModuleSyntax: true,
        sourceMap: true,
        inlineSources: true,
      },
    });
    return { code: outputText.replace(/^\/\/# sourceMappingURL=.*$/m, ""), map: sourceMapText };
  },
};

/** The page of the dashboard, made now: what is published reads no file. */
const withPage = {
  name: "with-page",
  load(file) {
    if (file !== join(root, "dashboard/built-page.mjs")) return null;
    const constants = Object.entries(builtPage).map(([name, text]) => `export const ${name} = ${JSON.stringify(text)};\n`);
    return { code: constants.join(""), map: { mappings: "" } };
  },
};

/** Declarations name what they import as the sources do, and a reference to a library of the compiler must come first in its file. */
const declared = {
  name: "declared",
  resolveId: (name, importer) => importer && resolve(dirname(importer), name.replace(/\.ts$/, ".d.ts")),
  renderChunk(code) {
    const references = code.match(/^\/\/\/ <reference .*\n/gm) ?? [];
    return [...new Set(references), references.reduce((rest, reference) => rest.replace(reference, ""), code)].join("");
  },
};

await bundle({
  from: src,
  ending: ".ts",
  to: ".js",
  modules: [...subpaths, ...inBrowsers, "cli/main"],
  plugins: [withPage, withoutTypes],
});
await bundle({ from: declarations, ending: ".d.ts", to: ".d.ts", modules: subpaths, plugins: [declared, dts()] });

async function bundle({ from, ending, to, modules, plugins }) {
  const bundled = await rollup({
    input: Object.fromEntries(modules.map((name) => [name, join(from, `${name}${ending}`)])),
    external: /^node:/,
    plugins,
    // As package.json says: a file that nothing is used of is not loaded for what it might do, but for one.
    treeshake: { moduleSideEffects: (file) => hasEffects(file) },
    onwarn: ({ message }) => {
      throw new Error(message);
    },
  });
  await bundled.write({
    dir: dist,
    format: "es",
    entryFileNames: `[name]${to}`,
    chunkFileNames: `shared/[name]${to}`,
    manualChunks: (file) => (isDoor(file) ? file : shared.find((room) => file.startsWith(join(from, room, "/")))),
    hoistTransitiveImports: false,
    minifyInternalExports: false,
    sourcemap: to === ".js",
  });
  await bundled.close();
}
