// vitest's own runner of tests, without its workers: test files are run one after the other in this process, as often as one likes.
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { type File, startTests, type Task, type Test, type VitestRunner } from "@vitest/runner";
import { expect } from "vitest";
import { goesFirst } from "./lasting.ts";
import { BUNDLES, type Bundle, type Manifest } from "./manifest.ts";

const FAKE_TIMERS = [
  "setTimeout",
  "clearTimeout",
  "setInterval",
  "clearInterval",
  "setImmediate",
  "clearImmediate",
  "Date",
  "performance",
];

/** How long one test may take with a mutant in it: they wait for no real time to speak of, so one that does is caught. Without one, on a machine that does other things, too. */
const CAUGHT_AFTER_MS = 5_000;
const TEST_TIMEOUT_MS = 60_000;

const config = {
  root: "/",
  name: "",
  setupFiles: [],
  testTimeout: TEST_TIMEOUT_MS,
  hookTimeout: TEST_TIMEOUT_MS,
  sequence: { hooks: "stack", setupFiles: "parallel", shuffle: false, concurrent: false },
  retry: 0,
  passWithNoTests: true,
  allowOnly: false,
  includeTaskLocation: false,
  tags: [],
  maxConcurrency: 1,
  chaiConfig: undefined,
  diffOptions: undefined,
  expect: {},
  fakeTimers: { toFake: FAKE_TIMERS, loopLimit: 10_000, shouldClearNativeTimers: true },
} as unknown as VitestRunner["config"];

// What `vi` asks its worker for.
Object.assign(globalThis, { __vitest_worker__: { config, ctx: {}, environment: { name: "node" }, providedContext: {} } });

/** What hears of a run, and chooses. */
export interface Choices {
  /** Which tests run: all of those that are not left out. */
  readonly wants: (test: Test) => boolean;
  readonly onTestStart: (test: Test) => void;
  readonly onTestEnd: (test: Test) => void;
}

export interface Ran {
  readonly test: Test;
  readonly id: string;
  readonly failure: string | null;
}

/** The name of a test that Stryker knows it by. */
export function idOf(test: Test): string {
  const names = [test.name];
  for (let { suite } = test; suite !== undefined; { suite } = suite) names.unshift(suite.name);
  return `${path.relative(process.cwd(), test.file.filepath)}#${names.join(" ")}`;
}

export const fileOf = (id: string): string => id.slice(0, id.indexOf("#"));

function* testsIn(tasks: readonly Task[]): Generator<Test> {
  for (const task of tasks) {
    if (task.type === "test") yield task;
    else yield* testsIn(task.tasks);
  }
}

const messageOf = (errors: readonly { readonly message: string }[] | undefined): string =>
  errors?.[0]?.message ?? "failed without an error";

// A test may have put others in their place.
const immediately = setImmediate;

let generation = 0;
const manifests: Partial<Record<Bundle, Manifest>> = {};

function manifestOf(bundle: Bundle): Manifest {
  manifests[bundle] ??= JSON.parse(readFileSync(`${BUNDLES[bundle]}/manifest.json`, "utf8")) as Manifest;
  return manifests[bundle];
}

const load = (output: string, query = ""): Promise<unknown> => import(`${pathToFileURL(path.resolve(output)).href}${query}`);

/** Evaluates what the test files of a bundle share, mutants at the top of modules included. Gives their names. */
export async function loadShared(bundle: Bundle): Promise<string[]> {
  const { shared, tests } = manifestOf(bundle);
  for (const chunk of shared) await load(chunk);
  const names = Object.keys(tests);
  return [...names.filter(goesFirst), ...names.filter((name) => !goesFirst(name))];
}

/** Runs a test file: all of it, or until a test fails, as one should with a mutant. Its module is evaluated anew. */
export async function runFile(
  name: string,
  { wants, onTestStart, onTestEnd }: Choices,
  purpose: "all" | "mutant",
  bundle: Bundle,
): Promise<Ran[]> {
  const stray: unknown[] = [];
  const onStray = (error: unknown): unknown => stray.push(error);
  process.on("unhandledRejection", onStray).on("uncaughtException", onStray);
  let failed = false;
  const runner = {
    config: { ...config, testTimeout: purpose === "mutant" ? CAUGHT_AFTER_MS : TEST_TIMEOUT_MS },
    pool: "forks",
    viteEnvironment: "node",
    importFile: () => load(manifestOf(bundle).tests[name] as string, `?v=${generation++}`),
    onCollected: (files: File[]) => {
      for (const test of testsIn(files)) if (!wants(test)) test.mode = "skip";
    },
    extendTaskContext: (context) => Object.assign(context, { expect }),
    onBeforeRunTask: (test) => {
      if (failed && purpose === "mutant") test.mode = "skip";
      else if (test.mode === "run") onTestStart(test as Test);
    },
    onBeforeTryTask: (test) => {
      expect.setState({
        assertionCalls: 0,
        isExpectingAssertions: false,
        isExpectingAssertionsError: null,
        expectedAssertionsNumber: null,
        expectedAssertionsNumberErrorGen: null,
        currentTestName: test.name,
        testPath: test.file.filepath,
      });
    },
    onAfterTryTask: () => {
      const { assertionCalls, expectedAssertionsNumber, expectedAssertionsNumberErrorGen } = expect.getState();
      if (expectedAssertionsNumber !== null && assertionCalls !== expectedAssertionsNumber)
        throw expectedAssertionsNumberErrorGen?.();
    },
    onAfterRunTask: (test) => {
      failed ||= test.result?.state === "fail";
      onTestEnd(test as Test);
    },
  } as VitestRunner;
  const [file] = (await startTests([path.resolve(name)], runner)) as [File];
  // What nobody has awaited is told of in a turn of its own.
  await new Promise<void>((resolve) => immediately(resolve));
  process.off("unhandledRejection", onStray).off("uncaughtException", onStray);
  const ran = [...testsIn([file])]
    .filter(({ result }) => result?.state === "pass" || result?.state === "fail")
    .map((test) => ({ test, id: idOf(test), failure: test.result?.state === "fail" ? messageOf(test.result.errors) : null }));
  const broken =
    file.result?.state === "fail" && ran.every(({ failure }) => failure === null) ? messageOf(file.result.errors) : null;
  const outside = broken ?? (stray.length > 0 ? String(stray[0]) : null);
  if (outside === null) return ran;
  // Not by a test: the file itself could not be read, or something was thrown where nobody listens.
  const test = { name: "(outside of its tests)", file } as unknown as Test;
  return [...ran, { test, id: `${name}#${test.name}`, failure: outside }];
}
