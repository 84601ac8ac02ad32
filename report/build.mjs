// Makes dist/cli/report.html: the page, its styles, its script and the chart library in one file that needs no network.
// `redress simulate --html` puts the data where the page says `null`.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
const STYLE = '<link rel="stylesheet" href="style.css">';
const SCRIPT = '<script src="main.ts"></script>';
const HEAD = '<meta charset="utf-8">';

/** The page as one text, without data. */
export async function buildPage() {
  const { outputFiles } = await build({
    absWorkingDir: here,
    entryPoints: ["main.ts", "style.css"],
    outdir: "out",
    write: false,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    logLevel: "silent",
  });
  const built = (ending) => outputFiles.find(({ path }) => path.endsWith(ending)).text.trim();
  const script = `${notice()}\n${built(".js")}`;
  const style = built(".css");

  // The policy names this script and this style sheet by their hashes: a script that came in by the data would not run.
  const policy = [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const guard = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;

  const page = readFileSync(join(here, "index.html"), "utf8");
  return [
    [HEAD, `${HEAD}\n    ${guard}`],
    [STYLE, `<style>${style}</style>`],
    [SCRIPT, `<script>${script}</script>`],
  ].reduce(replaceOnce, page);
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

/** The licence of the chart library, which must go with its code. */
function notice() {
  const manifest = createRequire(import.meta.url).resolve("uplot/package.json");
  const { name, version } = JSON.parse(readFileSync(manifest, "utf8"));
  const licence = readFileSync(resolve(manifest, "../LICENSE"), "utf8").trim();
  return `/*! Contains ${name} ${version}.\n\n${licence}\n*/`;
}

if (process.argv[1] === import.meta.filename) {
  const target = resolve(here, "../dist/cli/report.html");
  mkdirSync(resolve(target, ".."), { recursive: true });
  writeFileSync(target, await buildPage());
}
