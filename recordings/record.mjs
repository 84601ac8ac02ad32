/*
 * node record.mjs FILE... [--out FOLDER]
 *
 * Runs what the files say and writes what was thrown, one recording for each library. Each file is one library's:
 *
 *   export default {
 *     library: "slack-web-api",                  // the name of the recording
 *     packages: ["@slack/web-api"],               // the first one's version is the recording's
 *     cases: [{
 *       id: "429.retry-after",
 *       provoked: "chat.postMessage, answered 429 with Retry-After: 30",
 *       how: "provoked",                          // or "constructed": the package's own class, made by hand; or "read": from its source
 *       expected: "RATE_LIMIT",                   // the class it should get
 *       retryAfterMs: 30_000, timeout: true,      // and what else should be known of it, if anything
 *       because: "the service limits this method", // why that class
 *       run: async () => { ... },                 // throws, or rejects, with the error
 *     }],
 *   };
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { toFixture } from "./to-fixture.mjs";

const LONGEST_MS = 30_000;
const CLASSES = ["AUTH", "PERMISSION", "PERMANENT", "CONCURRENCY", "RATE_LIMIT", "SERVER_ERROR", "TRANSIENT", "UNKNOWN"];
const TOO_LONG = Symbol("too long");
const HOW = ["provoked", "constructed", "read"];

const { values, positionals } = parseArgs({ options: { out: { type: "string", default: "." } }, allowPositionals: true });
// What a library throws in the background is none of the recording's business.
process.on("uncaughtException", (error) => console.error(`  in the background: ${error}`));
process.on("unhandledRejection", (error) => console.error(`  in the background: ${error}`));

let failed = false;
for (const file of positionals) await record(resolve(file));
process.exit(failed ? 1 : 0);

async function record(file) {
  const { default: recording } = await import(pathToFileURL(file));
  const { library, packages, cases } = recording;
  const done = [];
  for (const one of cases) {
    const { run, ...facts } = one;
    if (!CLASSES.includes(facts.expected) || !HOW.includes(facts.how) || !facts.because || !facts.provoked)
      fail(`${basename(file)}: ${facts.id} needs provoked, how, expected and because`);
    try {
      const value = await within(run());
      fail(`${library}: ${facts.id} threw nothing, but gave ${String(value).slice(0, 100)}`);
    } catch (error) {
      if (error === TOO_LONG) fail(`${library}: ${facts.id} took too long`);
      else {
        done.push({ ...facts, error: toFixture(error) });
        console.log(`${library}: ${facts.id} -> ${error?.constructor?.name}: ${String(error?.message).slice(0, 100)}`);
      }
    }
  }
  await recording.close?.();
  mkdirSync(values.out, { recursive: true });
  const facts = {
    library,
    packages: versions(file, packages),
    node: process.version,
    recordedAt: new Date().toISOString().slice(0, 10),
  };
  writeFileSync(join(values.out, `${library}.json`), `${JSON.stringify({ ...facts, cases: done }, null, 1)}\n`);
}

/** The version of each package that the file's folder has installed. */
function versions(file, packages) {
  return Object.fromEntries(packages.map((name) => [name, versionOf(name, dirname(file))]));
}

function versionOf(name, folder) {
  const manifest = join(folder, "node_modules", name, "package.json");
  if (!existsSync(manifest)) throw new Error(`${name} is not installed: npm ci in ${folder}`);
  return JSON.parse(readFileSync(manifest, "utf8")).version;
}

function fail(sentence) {
  failed = true;
  console.error(`! ${sentence}`);
}

function within(promise) {
  let timer;
  const limit = new Promise((_, reject) => {
    timer = setTimeout(() => reject(TOO_LONG), LONGEST_MS);
  });
  return Promise.race([promise, limit]).finally(() => clearTimeout(timer));
}
