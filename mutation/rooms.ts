import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";

/**
 * A room of the sources whose mutants are tried, the tests that are to kill them, and the share of them in % that must be killed: what was reached,
 * rounded down. It may rise.
 */
export interface Room {
  readonly sources: string;
  readonly tests: readonly string[];
  readonly gatePercent: number;
}

/** Where the tests are that draw thousands of cases. */
export const LAWS = "test/properties";

const tests = [
  "test/core",
  "test/run",
  "test/policy",
  "test/scope",
  "test/testing/retries.test.ts",
  "test/conformance",
  "test/vectors",
  "test/lessons",
  "test/extras",
  // The random laws of what is drawn from chance and time. They are asked last.
  ...[
    "adaptive-concurrency-finds",
    "adaptive-limits",
    "breaker",
    "budgets",
    "classifier",
    "decision",
    "dense-rates",
    "hedged-calls",
    "hedges",
    "keyed",
    "least-since",
    "limited-calls",
    "limits",
    "one-end",
    "quantile",
    "rates-on-bad-clocks",
    "retry-throttle",
    "settling",
    "strategies",
    "thenables",
  ].map((law) => `${LAWS}/${law}.test.ts`),
];

/** Of the classifiers of libraries: each has tests of its own, and errors that were recorded. */
const ofClassifiers = ["test/extras"];

const GATES_PERCENT = {
  "src/core/backoff": 100,
  "src/core/breaker": 99,
  "src/core/budget": 96,
  "src/core/failure": 98,
  "src/core/hedge": 95,
  "src/core/limit": 99,
  "src/core/retry": 100,
  "src/core/window": 95,
  "src/core": 98,
  "src/policy": 97,
  "src/run/time": 98,
  "src/run/perform": 97,
  "src/run/call": 97,
  "src/run": 100,
};

const GATES_OF_CLASSIFIERS_PERCENT = {
  "src/extras/chains": 99,
  "src/extras/clouds": 98,
  "src/extras/net": 99,
  "src/extras/search": 100,
  "src/extras/services": 99,
  "src/extras/sql": 99,
  "src/extras/stores": 99,
  "src/extras/common": 100,
  "src/extras/shared": 98,
  "src/extras/describe": 100,
  "src/extras/http": 99,
  "src/extras/browsers": 98,
  "src/extras/identity": 100,
  "src/extras/rpc": 99,
  "src/extras/runtimes": 100,
  "src/extras/workers": 100,
  "src/extras": 93,
};

/** A file belongs to the first that holds it. */
export const rooms: readonly Room[] = [
  ...Object.entries(GATES_PERCENT).map(([sources, gatePercent]) => ({ sources, tests, gatePercent })),
  ...Object.entries(GATES_OF_CLASSIFIERS_PERCENT).map(([sources, gatePercent]) => ({
    sources,
    tests: ofClassifiers,
    gatePercent,
  })),
];

export const roomOf = (file: string): Room | undefined => rooms.find(({ sources }) => file.startsWith(`${sources}/`));

export function filesOf(room: Room): string[] {
  return readdirSync(room.sources, { recursive: true, encoding: "utf8" })
    .map((name) => `${room.sources}/${name.replaceAll("\\", "/")}`)
    .filter((name) => name.endsWith(".ts") && roomOf(name) === room)
    .sort();
}

export const hashOf = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
