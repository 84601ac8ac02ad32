// Makes one text of a folder with index.html, style.css and main.ts: a page that asks for nothing else.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const STYLE = '<link rel="stylesheet" href="style.css">';
const SCRIPT = '<script src="main.ts"></script>';

/** The page, with its one script and its one style sheet, and what a Content-Security-Policy knows them by. `notice` is a comment before the script. */
export async function onePage(folder, { notice = "" } = {}) {
  const { outputFiles } = await build({
    absWorkingDir: folder,
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
  const script = notice + built(".js");
  const style = built(".css");
  if (/<\/(script|style)/i.test(script + style)) throw new Error("The script and the style must not end their own element.");
  const withStyle = replaceOnce(readFileSync(join(folder, "index.html"), "utf8"), STYLE, `<style>${style}</style>`);
  const page = replaceOnce(withStyle, SCRIPT, `<script>${script}</script>`);
  return { page, script, style, scriptHash: hashOf(script), styleHash: hashOf(style) };
}

/** Replaces a text that must occur exactly once. `$` has no meaning in the replacement. */
export function replaceOnce(text, from, to) {
  const parts = text.split(from);
  if (parts.length !== 2) throw new Error(`index.html must contain ${from} once, got ${parts.length - 1} times.`);
  return parts.join(to);
}

function hashOf(text) {
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}
