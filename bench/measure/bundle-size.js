/** Bytes of what a browser downloads for an import: bundled and minified by esbuild, then gzip -9. */

import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";

/** @param {string} source the module to bundle */
export async function bundleSize(source) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir: fileURLToPath(new URL("..", import.meta.url)), loader: "js" },
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2022",
    mainFields: ["module", "main"], // cockatiel's ESM build, which tree shaking can work on
    platform: "node", // opossum needs node:events; whatever Node has built in is not counted
    logLevel: "silent",
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}
