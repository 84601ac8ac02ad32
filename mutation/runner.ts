// Stryker's door to the tests: a process loads sources and tests once, and runs for each mutant the tests that reach it, those first that have
// killed its neighbours.
import { INSTRUMENTER_CONSTANTS, type InstrumenterContext, type MutantCoverage } from "@stryker-mutator/api/core";
import { declareFactoryPlugin, PluginKind } from "@stryker-mutator/api/plugin";
import {
  type CompleteDryRunResult,
  type DryRunResult,
  DryRunStatus,
  determineHitLimitReached,
  type MutantRunOptions,
  type MutantRunResult,
  MutantRunStatus,
  type TestResult,
  type TestRunner,
  TestStatus,
} from "@stryker-mutator/api/test-runner";
import { type Choices, fileOf, idOf, loadShared, type Ran, runFile } from "./in-process.ts";
import { Kills } from "./kills.ts";
import { buildsOnce, lasts, runsOnce } from "./lasting.ts";
import type { Bundle } from "./manifest.ts";

/** What the mutated sources read and write. */
const instrumented: InstrumenterContext = {};
Object.assign(globalThis, { [INSTRUMENTER_CONSTANTS.NAMESPACE]: instrumented });

const ALL: Choices = { wants: () => true, onTestStart: () => {}, onTestEnd: () => {} };

const only = (ids: ReadonlySet<string>): Choices => ({ ...ALL, wants: (test) => ids.has(idOf(test)) });

/** The tests of a file also reach what the file did before them and between them. */
function sharedAmong(tests: readonly TestResult[], coverage: MutantCoverage): void {
  for (const { id } of tests) {
    const ofTest = { ...coverage.perTest[id] };
    for (const [mutant, hits] of Object.entries(coverage.perTest[fileOf(id)] ?? {}))
      ofTest[mutant] = (ofTest[mutant] ?? 0) + hits;
    coverage.perTest[id] = ofTest;
  }
  for (const { id } of tests) delete coverage.perTest[fileOf(id)];
}

/** Below the root of the project, of which Stryker runs a copy. */
const sourceOf = (fileName: string): string => fileName.slice(fileName.lastIndexOf("/src/") + 1);

/** What is loaded stays in memory: after so many test files that share nothing, another process goes on. */
const MOST_ALONE = 150;

class InProcessRunner implements TestRunner {
  private testFiles: string[] | undefined;
  private readonly kills = new Kills();
  private isClean = true;
  private runs = 0;
  private alone = 0;

  /** What is done when a module is loaded is done anew for a mutant that is in it. */
  capabilities(): { reloadEnvironment: boolean } {
    return { reloadEnvironment: true };
  }

  async dryRun(): Promise<DryRunResult> {
    instrumented.activeMutant = undefined as unknown as string;
    const coverage: MutantCoverage = { static: {}, perTest: {} };
    instrumented.mutantCoverage = coverage;
    const tests: TestResult[] = [];
    for (const file of await loadShared("counting")) {
      instrumented.currentTestId = file;
      const choices: Choices = {
        ...ALL,
        onTestStart: (test) => {
          instrumented.currentTestId = idOf(test);
        },
        onTestEnd: () => {
          instrumented.currentTestId = file;
        },
      };
      tests.push(...(await runFile(file, choices, "all", "counting")).map(resultOf));
    }
    delete instrumented.currentTestId;
    sharedAmong(tests, coverage);
    return { status: DryRunStatus.Complete, tests, mutantCoverage: coverage } satisfies CompleteDryRunResult;
  }

  async mutantRun({ testFilter, hitLimit, activeMutant, mutantActivation }: MutantRunOptions): Promise<MutantRunResult> {
    const source = sourceOf(activeMutant.fileName);
    // Stryker starts another process for a run that rejects.
    if (!this.isClean || this.alone > MOST_ALONE || (this.runs > 0 && lasts(source)))
      throw new Error("This mutant needs a process that none was tried in before.");
    this.runs++;
    instrumented.activeMutant = undefined as unknown as string;
    this.testFiles ??= await loadShared("fast");
    instrumented.hitCount = 0;
    (instrumented as { hitLimit: number | undefined }).hitLimit = hitLimit;
    instrumented.activeMutant = activeMutant.id;
    const bundle = mutantActivation === "static" || buildsOnce(source) ? "alone" : "fast";
    const filter = testFilter === undefined || buildsOnce(source) ? undefined : new Set(testFilter);
    const isFresh = this.runs === 1;
    const choices: Choices = {
      ...ALL,
      wants: (test) => (filter === undefined || filter.has(idOf(test))) && (isFresh || !runsOnce(idOf(test))),
    };
    let nrOfTests = 0;
    for (const file of this.kills.inOrder(
      filter === undefined ? this.testFiles : [...new Set([...filter].map(fileOf))],
      source,
    )) {
      if (bundle === "alone") this.alone++;
      const ran = await runFile(file, choices, "mutant", bundle);
      nrOfTests += ran.length;
      const timeout = determineHitLimitReached(instrumented.hitCount, hitLimit);
      if (timeout !== undefined) {
        this.isClean = false;
        return { ...timeout, status: MutantRunStatus.Timeout };
      }
      const killer = ran.find(({ failure }) => failure !== null);
      if (killer === undefined) continue;
      if (!isFresh) await this.confirm(killer, activeMutant.id, bundle);
      else if (lasts(source)) this.isClean = false;
      this.kills.add(source, file);
      return { status: MutantRunStatus.Killed, killedBy: [killer.id], failureMessage: killer.failure as string, nrOfTests };
    }
    return { status: MutantRunStatus.Survived, nrOfTests };
  }

  /**
   * The killer passes without the mutant, and fails with it once more: else something was left behind by this mutant or by one before it, or it
   * was chance, and the mutant is tried anew in another process.
   */
  private async confirm({ id }: Ran, mutant: string, bundle: Bundle): Promise<void> {
    const choices = id.endsWith("(outside of its tests)") ? ALL : only(new Set([id]));
    const again = async (active: string): Promise<readonly Ran[]> => {
      instrumented.activeMutant = active;
      instrumented.hitCount = 0;
      return await runFile(fileOf(id), choices, "mutant", bundle);
    };
    const without = await again("");
    const isKiller = without.length > 0 && without.every(({ failure }) => failure === null);
    if (isKiller && (await again(mutant)).some(({ failure }) => failure !== null)) return;
    this.isClean = false;
    throw new Error(`The process was changed by a mutant, or chance has failed ${id}.`);
  }
}

function resultOf({ test, id, failure }: Ran): TestResult {
  const base = { id, name: id, timeSpentMs: test.result?.duration ?? 0, fileName: fileOf(id) };
  return failure === null
    ? { ...base, status: TestStatus.Success }
    : { ...base, status: TestStatus.Failed, failureMessage: failure };
}

const inProcess = Object.assign(() => new InProcessRunner(), { inject: [] as const });

export const strykerPlugins = [declareFactoryPlugin(PluginKind.TestRunner, "in-process", inProcess)];
