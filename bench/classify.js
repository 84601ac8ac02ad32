/**
 * `npm run classify`: how long the classifiers of `redress/extras` take, over the errors recorded from real libraries in test/fixtures, and at
 * worst, over values made to take long. Best of several rounds, in microseconds.
 */
import { readdirSync, readFileSync } from "node:fs";
import * as extras from "../dist/extras/index.js";
import { defaultClassifier } from "../dist/index.js";
import { revive } from "../test/fixtures/revive.mjs";

const ROUNDS = 9;
const fixtures = new URL("../test/fixtures/", import.meta.url);
const load = (/** @type {string} */ file) => JSON.parse(readFileSync(new URL(file, fixtures), "utf8"));
const expected = load("expected.json");

/** Only those that somebody has judged: they are errors that a library is known by. The rest of the field is judged case by case. */
const recorded = [
  ...filesIn("").flatMap((library) => casesOf(library).filter(({ id, error }) => error && expected[library]?.[id])),
  ...filesIn("field/").flatMap(casesOf),
].map(({ library, id, error }) => ({ library, id, error: revive(error) }));

/** @param {string} folder */
function filesIn(folder) {
  return readdirSync(new URL(folder, fixtures))
    .filter((file) => file.endsWith(".json") && file !== "expected.json")
    .map((file) => folder + file.slice(0, -".json".length));
}

/**
 * @param {string} library
 * @returns {{ library: string, id: string, error: any }[]}
 */
function casesOf(library) {
  return load(`${library}.json`).cases.map((/** @type {object} */ one) => ({ ...one, library }));
}

const raise = () => {
  throw new Error("do not touch");
};

function deep() {
  let error = new Error("innermost");
  for (let i = 0; i < 10_000; i++) error = new Error(`${i}`, { cause: error });
  return error;
}

/** @type {Record<string, unknown>} */
const hostile = {
  "10,000 causes": deep(),
  "throwing getters": new Proxy({}, { get: raise }),
  "a proxy of an error": new Proxy(new Error("inside"), {}),
  "a message of 16 MB": new Error("connection lost ".repeat(1e6)),
  "100,000 errors in one": new AggregateError(
    Array.from({ length: 1e5 }, () => new Error("one")),
    "many",
  ),
};

/**
 * @param {(error: unknown) => unknown} classifier
 * @param {unknown} error
 * @param {number} calls
 */
function microseconds(classifier, error, calls) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.hrtime.bigint();
    for (let i = 0; i < calls; i++) classifier(error);
    best = Math.min(best, Number(process.hrtime.bigint() - start) / calls / 1000);
  }
  return best;
}

const { universalClassifier } = extras;
for (let i = 0; i < 200; i++) for (const { error } of recorded) universalClassifier(error);
const times = recorded
  .map(({ library, id, error }) => ({ library, id, us: microseconds(universalClassifier, error, 300) }))
  .sort((a, b) => a.us - b.us);
const at = (/** @type {number} */ share) => times[Math.floor((times.length - 1) * share)]?.us.toFixed(1);
const refused = Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });

console.log(
  `universalClassifier over ${times.length} recorded errors: median ${at(0.5)}, 90 % below ${at(0.9)}, longest ${at(1)}`,
);
for (const { library, id, us } of times.slice(-5)) console.log(`  ${us.toFixed(1)}  ${library} ${id}`);
console.log(
  `defaultClassifier over a refused connection, to compare: ${microseconds(defaultClassifier, refused, 20_000).toFixed(2)}`,
);
console.log(`networkClassifier over the same: ${microseconds(extras.networkClassifier, refused, 20_000).toFixed(2)}\n`);

console.log(`at worst: ${Object.keys(hostile).join(", ")}`);
for (const [name, classifier] of Object.entries(extras)) {
  if (!name.endsWith("Classifier")) continue;
  const worst = Object.values(hostile).map((error) => {
    microseconds(/** @type {any} */ (classifier), error, 100);
    return microseconds(/** @type {any} */ (classifier), error, 20).toFixed(1);
  });
  console.log(`  ${name}: ${worst.join(", ")}`);
}
