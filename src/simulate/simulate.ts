import { isPlain } from "../core/is-object.ts";
import { aboveZero, aFunction, checkOptions, refuse } from "../core/option-rules.ts";
import type { Progress } from "../core/retry/progress.ts";
import {
  ClientProcess,
  type Ending,
  isSimulable,
  randomStream,
  type Simulable,
  SimulatedCall,
  SimulatedWorld,
  serviceOf,
} from "./driver/index.ts";
import { INTERVAL_MS, Recorder, type SimulationReport } from "./record/index.ts";
import { checkScenario, clientsRule, type Scenario } from "./scenarios/index.ts";

/** How far a simulation has come. */
export interface SimulationProgress {
  /** The name of the policy, "policy" where only one is simulated. */
  readonly policy: string;
  readonly simulatedMs: number;
  /** `Infinity` where the simulation goes on until nothing is left to happen. */
  readonly durationMs: number;
  readonly calls: number;
}

export interface SimulationOptions {
  /** Clients, each with circuits, budgets, limiters and a hedge of its own: an integer from 1 to 100,000. @default the scenario's, else 1 */
  readonly clients?: number | undefined;
  /** The same seed gives the same report: a finite number. @default 1 */
  readonly seed?: number | undefined;
  /** Simulated time, in milliseconds, > 0. @default the scenario's */
  readonly durationMs?: number | undefined;
  /** Called after each simulated second but the last. */
  readonly onProgress?: ((progress: SimulationProgress) => void) | undefined;
}

/**
 * Runs a policy, or several named ones, through a scenario on a simulated clock: the decisions, circuits, budgets, limiters and hedges of
 * production, against a modelled dependency. Each client gets new ones; the policies themselves and their parts stay untouched, and their hooks
 * and fallbacks are not called. Several policies meet the same arrivals. It computes until it is done, without waiting.
 *
 * Not a load test: nothing real is called. A sleep handler is called, and must return its decision at once; a `sleeper` is not used.
 *
 * @throws TypeError or RangeError for a wrong or unknown option; and any error that a strategy, classifier or budget of yours throws.
 * @example
 * import { scenarios, simulate } from "redress/simulate";
 *
 * const reports = simulate(
 *   { now: new Policy({ retry: {} }), next: new Policy({ retry: {}, budget: new TokenBudget() }) },
 *   scenarios.outage(),
 *   { clients: 10, durationMs: 20_000 },
 * );
 * console.log(reports.now.amplification, reports.next.amplification);
 */
export function simulate(policy: Simulable, scenario: Scenario, options?: SimulationOptions): SimulationReport;
export function simulate<Name extends string>(
  policies: Readonly<Record<Name, Simulable>>,
  scenario: Scenario,
  options?: SimulationOptions,
): Record<Name, SimulationReport>;
export function simulate(
  policies: Simulable | Readonly<Record<string, Simulable>>,
  givenScenario: Scenario,
  givenOptions: SimulationOptions = {},
): SimulationReport | Record<string, SimulationReport> {
  const options = checkOptions("simulate", givenOptions, {
    clients: clientsRule,
    seed: finite,
    durationMs: aboveZero,
    onProgress: aFunction,
  });
  const scenario = checkScenario(givenScenario);
  if ((options.durationMs ?? scenario.durationMs) === Infinity && scenario.arrivals.endless)
    refuse("simulate.durationMs", "a finite number > 0, since the arrivals never end", Infinity, RangeError);
  if (isSimulable(policies)) return simulateOne("policy", "simulate.policy", policies, scenario, options);
  if (!isPlain(policies) || Object.keys(policies).length === 0)
    refuse("simulate.policies", "a Policy, a function that makes one, or an object of them by name", policies);
  for (const [name, policy] of Object.entries(policies))
    if (!isSimulable(policy)) refuse(`simulate.policies.${name}`, "a Policy, or a function that makes one", policy);
  return Object.fromEntries(
    Object.entries(policies).map(([name, policy]) => [
      name,
      simulateOne(name, `simulate.policies.${name}`, policy, scenario, options),
    ]),
  );
}

function simulateOne(
  name: string,
  owner: string,
  policy: Simulable,
  scenario: Scenario,
  options: SimulationOptions,
): SimulationReport {
  const { seed = 1, durationMs = scenario.durationMs, clients: clientCount = scenario.clients ?? 1, onProgress } = options;
  const world = new SimulatedWorld(seed, policy, owner);
  const { clock } = world;
  const service = serviceOf("scenario.dependency", scenario.dependency, world);
  const clients: ClientProcess[] = [];
  const recorder = new Recorder(clients, world.requests);
  const { queue } = scenario;
  const anyWorker = randomStream(seed, "workers");
  for (let index = 0; index < clientCount; index++)
    clients.push(new ClientProcess(world, world.planFor(policy), service, index, recorder));
  recorder.begin();

  scenario.arrivals({
    clients: clientCount,
    random: randomStream(seed, "arrivals"),
    after: (ms, then) => void clock.after(ms, then),
    call(client, ended) {
      const startMs = clock.now();
      recorder.started();
      const deliver = (index: number, progress: Progress | null): void => {
        recorder.delivered();
        const end: Ending = (failure, fellBack) => {
          const again = failure === null || fellBack ? null : (queue?.after(failure, clock.now(), anyWorker) ?? null);
          if (again !== null) {
            clock.after(again.afterMs, () => deliver(Math.floor(anyWorker() * clientCount), again.progress));
            return;
          }
          const elapsedMs = clock.now() - startMs;
          if (failure === null) recorder.succeeded(startMs, elapsedMs);
          else recorder.failed(failure, startMs, elapsedMs, fellBack);
          ended?.();
        };
        new SimulatedCall(clients[index] as ClientProcess, end, queue?.settingsOf(progress)).start();
      };
      deliver(client, null);
    },
  });

  clock.run(durationMs, INTERVAL_MS, (nowMs) => {
    recorder.completeInterval(nowMs);
    onProgress?.({ policy: name, simulatedMs: nowMs, durationMs, calls: recorder.calls });
  });
  return recorder.report({
    scenario: scenario.name,
    clients: clientCount,
    seed,
    durationMs: durationMs === Infinity ? clock.now() : durationMs,
    disturbance: scenario.disturbance ?? null,
  });
}

const finite = { text: "a finite number", type: "number", ok: Number.isFinite };
