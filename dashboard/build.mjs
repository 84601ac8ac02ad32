// Makes src/contrib/dashboard/built-page.ts of this folder: the page with its style and its script in one text, and their hashes for its
// Content-Security-Policy. It is kept in the repository, since a handler that runs everywhere can read no file. It is not minified, so that changes can be read.
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const target = resolve(here, "../src/contrib/dashboard/built-page.ts");
const STYLE = '<link rel="stylesheet" href="style.css">';
const SCRIPT = '<script src="main.ts"></script>';

/** The text of the module. */
export async function buildModule() {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ["main.ts", "style.css"],
    outdir: "out",
    write: false,
    bundle: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
  });
  const built = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
  const script = `\n${built(".js")}\n`;
  const style = `\n${built(".css")}\n`;
  if (/\{\{[A-Z_]+\}\}/.test(script + style)) throw new Error("{{NAME}} is for the head of the page.");
  if (/<\/(script|style)/i.test(script + style)) throw new Error("The script and the style must not end their own element.");
  const page = [
    [STYLE, `<style>${style}</style>`],
    [SCRIPT, `<script>${script}</script>`],
  ].reduce(replaceOnce, readFileSync(join(here, "index.html"), "utf8"));
  return [
    "/* Made of dashboard/ by `node dashboard/build.mjs`: change it there. */",
    "",
    `export const SCRIPT_HASH = "${hashOf(script)}";`,
    "",
    `export const STYLE_HASH = "${hashOf(style)}";`,
    "",
    `export const PAGE = \`${page.replace(/[\\`]|\$\{/g, "\\$&")}\`;`,
    "",
  ].join("\n");
}

/** Replaces a text that must occur exactly once. `$` has no meaning in the replacement. */
function replaceOnce(text, [from, to]) {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`index.html must contain ${from} once, got ${parts.length - 1} times.`);
  return parts.join(to);
}

function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(target, await buildModule());
