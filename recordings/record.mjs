/*
 * node record.mjs FILE|FOLDER... [--out FOLDER]
 *
 * Runs what the files say and writes what was thrown, one recording for each library. Each file is one library's, and called by its name:
 *
 *   export default {
 *     library: "slack-web-api",                  // the name of the recording
 *     packages: ["@slack/web-api"],               // whose versions the recording tells
 *     runtime: "Bun 1.4.5",                       // where it was thrown, if not in Node
 *     close: async () => { ... },                 // ends what the cases have left open, if anything
 *     cases: [{
 *       id: "429.retry-after",
 *       provoked: "chat.postMessage, answered 429 with Retry-After: 30",
 *       how: "provoked",                          // or "constructed": the package's own class, made by hand; or "read": from its source
 *       expected: "RATE_LIMIT",                   // the class it should get
 *       retryAfterMs: 30_000, timeout: true,      // and what else should be known of it, if anything
 *       because: "the service limits this method", // why that class
 *       run: async () => { ... },                 // throws, or rejects, with the error; or with { $fixture }, of another runtime
 *     }],
 *   };
 *
 * A library of which a case threw nothing, or took too long, is not written: its recording stays as it was.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import "./loopback.mjs";
import { hideThisMachine, withoutThisMachine } from "./this-machine.mjs";
import { toFixture } from "./to-fixture.mjs";

const LONGEST_MS = 30_000;
const CLASSES = ["AUTH", "PERMISSION", "PERMANENT", "CONCURRENCY", "RATE_LIMIT", "SERVER_ERROR", "TRANSIENT", "UNKNOWN"];
const HOW = ["provoked", "constructed", "read"];
const FIXTURES = fileURLToPath(new URL("../test/fixtures/field", import.meta.url));
const TOO_LONG = Symbol("too long");

const { values, positionals } = parseArgs({
  options: { out: { type: "string", default: FIXTURES } },
  allowPositionals: true,
});
const files = positionals.flatMap((path) => (statSync(path).isDirectory() ? librariesIn(path) : [path]));
if (files.length === 0) fail("node record.mjs FILE|FOLDER... [--out FOLDER]");
else if (files.length === 1) await record(resolve(files[0])).catch((error) => fail(`${files[0]}: ${error.stack}`));
// One process for each: what a package sets up, or breaks, is not the next one's.
else for (const file of files) recordAlone(file);
process.exit();

function librariesIn(folder) {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".mjs"))
    .map((name) => join(folder, name));
}

function recordAlone(file) {
  const { status } = spawnSync(process.execPath, [import.meta.filename, file, "--out", values.out], { stdio: "inherit" });
  if (status !== 0) process.exitCode = 1;
}

async function record(file) {
  const out = resolve(values.out);
  process.chdir(dirname(file));
  hideThisMachine(process.cwd());
  // What a library throws in the background is none of the recording's business.
  process.on("uncaughtException", (error) => console.error(`  in the background: ${error}`));
  process.on("unhandledRejection", (error) => console.error(`  in the background: ${error}`));

  const { default: recording } = await import(pathToFileURL(file));
  const { library, packages, runtime, cases } = recording;
  if (basename(file) !== `${library}.mjs`) fail(`${basename(file)} records ${library}, and should be called so`);
  const done = [];
  for (const one of cases) done.push(await thrownBy(one, library));
  await recording.close?.();
  if (done.includes(undefined)) return;

  mkdirSync(out, { recursive: true });
  const facts = {
    library,
    packages: Object.fromEntries(packages.map(installed)),
    node: process.version,
    ...(runtime && { runtime }),
    recordedAt: new Date().toISOString().slice(0, 10),
  };
  writeFileSync(join(out, `${library}.json`), `${JSON.stringify({ ...facts, cases: done }, null, 1)}\n`);
}

/** The case with its error, or undefined where it gave none. */
async function thrownBy({ run, ...facts }, library) {
  const { id, provoked, how, expected, because } = facts;
  if (!CLASSES.includes(expected) || !HOW.includes(how) || !because || !provoked)
    return fail(`${library}: ${id} needs provoked, how, expected and because`);
  try {
    return fail(`${library}: ${id} threw nothing, but gave ${String(await within(run())).slice(0, 100)}`);
  } catch (thrown) {
    if (thrown === TOO_LONG) return fail(`${library}: ${id} took too long`);
    const error = withoutThisMachine(thrown?.$fixture ?? toFixture(thrown));
    console.log(`${library}: ${id} -> ${String(error?.message ?? JSON.stringify(error)).slice(0, 100)}`);
    return { ...facts, error };
  }
}

/** A package and its version; with its own name, where it is installed under another. */
function installed(alias) {
  const { name, version } = JSON.parse(readFileSync(join("node_modules", alias, "package.json"), "utf8"));
  return [alias, name === alias ? version : `${name}@${version}`];
}

function fail(sentence) {
  process.exitCode = 1;
  console.error(`! ${sentence}`);
}

function within(promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(TOO_LONG), LONGEST_MS);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
