// Makes dist/cli/report.html: the page, its styles, its script and the chart library in one file that needs no network.
// `redress simulate --html` puts the data where the page says `null`.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { onePage, replaceOnce } from "../build/one-page.mjs";

const here = import.meta.dirname;
const HEAD = '<meta charset="utf-8">';

/** The page as one text, without data. */
export async function buildPage() {
  const { page, scriptHash, styleHash } = await onePage(here, { notice: `${notice()}\n` });

  // The policy names this script and this style sheet by their hashes: a script that came in by the data would not run.
  const policy = [
    "default-src 'none'",
    `script-src ${scriptHash}`,
    `style-src ${styleHash}`,
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  const guard = `<meta http-equiv="Content-Security-Policy" content="${policy}">`;
  return replaceOnce(page, HEAD, `${HEAD}\n    ${guard}`);
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
