/* Reads a config file that another process is about to write, without async. Run it: npx tsx examples/sync-config.ts */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { constant, defaultClassifier, firstKnown, outcomeOf, retrySync } from "redress";

const folder = mkdtempSync(join(tmpdir(), "redress-example-"));
const file = join(folder, "config.json");

// By default a missing file is PERMANENT. Here it is only late; and half a file is no JSON yet.
const classifier = firstKnown(
  (error) => ((error as NodeJS.ErrnoException).code === "ENOENT" || error instanceof SyntaxError ? "TRANSIENT" : "UNKNOWN"),
  defaultClassifier,
);

// What the other process does meanwhile.
const writes = ["", '{ "port": ', '{ "port": 8080 }'];

const readConfig = retrySync({
  classifier,
  strategy: constant(10),
  maxAttempts: 5,
  beforeSleep: ({ attempt, errorClass }) => {
    console.log(`attempt ${attempt}: ${errorClass}`);
    writeFileSync(file, writes[attempt - 1] ?? "");
  },
})((path: string) => JSON.parse(readFileSync(path, "utf8")) as { port: number });

console.log("port", readConfig(file).port);

try {
  readConfig(folder); // a directory is no file, now or later
} catch (error) {
  console.log((error as NodeJS.ErrnoException).code, outcomeOf(error)?.stopReason);
}
rmSync(folder, { recursive: true });

/* Prints:
attempt 1: TRANSIENT
attempt 2: TRANSIENT
attempt 3: TRANSIENT
port 8080
EISDIR NON_RETRYABLE_CLASS
*/
