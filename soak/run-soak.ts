/*
 * Mixed calls at the full rate of the machine, on the platform's own clock, in rounds. At the end of each, the callers stop, their calls come to their ends, and at rest
 * everything is counted and measured: who then still holds a place, a listener, a timer or a value has kept it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { grown, listenedTo } from "./judge.ts";
import { plantedKind } from "./plants.ts";
import { type Sample, takeSample } from "./samples.ts";
import { type Kind, Soak, turn } from "./soak.ts";
import { cutCalls, plainCalls, resumedCalls, scopedCalls, synchronousCalls } from "./traffic/calls.ts";
import { guardedCalls, hedgedCalls, limitedCalls, passingPolicies } from "./traffic/parts.ts";

export interface SoakOptions {
  /** How long calls are made; looking at what they leave comes on top. */
  readonly durationMs: number;
  /** A leak to plant, of `PLANTS`. */
  readonly plant: string | null;
  readonly onSample: (sample: Sample) => void;
}

export interface Soaked {
  readonly samples: readonly Sample[];
  /** What was not as it must be; empty where all was. */
  readonly problems: readonly string[];
  readonly endings: ReadonlyMap<string, number>;
  readonly kinds: number;
}

const CALLERS = 200;
/** So many rounds, or one in ten seconds: whichever are more. */
const FEWEST_ROUNDS = 16;
const LONGEST_ROUND_MS = 10_000;
/** No call takes longer than some 60 ms on an idle machine. */
const PATIENCE_MS = 5_000;

export async function runSoak({ durationMs, plant, onSample }: SoakOptions): Promise<Soaked> {
  const soak = new Soak();
  const { ledger } = soak;
  const kinds: Kind[] = [
    ...plainCalls(soak),
    ...cutCalls(soak),
    ...scopedCalls(soak),
    ...resumedCalls(soak),
    ...synchronousCalls(soak),
    ...hedgedCalls(soak),
    ...limitedCalls(soak),
    ...guardedCalls(soak),
    ...passingPolicies(soak),
  ];
  if (plant !== null) kinds.push(plantedKind(soak, plant));

  const problems: string[] = [];
  const stopListening = listen(problems);
  const open = new Map<string, number>();
  let turns = 0;
  const caller = async (untilMs: number): Promise<void> => {
    while (performance.now() < untilMs) {
      const { name, run, oneIn = 1 } = kinds[turns++ % kinds.length] as Kind;
      if (oneIn > 1 && Math.random() * oneIn >= 1) continue;
      open.set(name, (open.get(name) ?? 0) + 1);
      await run();
      open.set(name, (open.get(name) ?? 0) - 1);
    }
  };

  const startMs = performance.now();
  const rounds = Math.max(FEWEST_ROUNDS, Math.ceil(durationMs / LONGEST_ROUND_MS));
  const samples: Sample[] = [];
  for (let round = 1; round <= rounds && problems.length === 0; round++) {
    const untilMs = performance.now() + durationMs / rounds;
    const callers = Promise.all(Array.from({ length: CALLERS }, () => caller(untilMs)));
    await sleep(Math.max(0, untilMs - performance.now()));
    const isOver = await inTime(async () => {
      await callers;
      await soak.idle();
      while (ledger.late > 0) await turn();
    });
    if (!isOver)
      problems.push(
        ...[...open].filter(([, count]) => count > 0).map(([name, count]) => `${count} calls have not settled: ${name}`),
      );
    problems.push(...ledger.imbalances());
    for (const { name, busy } of soak.atRest) if (busy() !== 0) problems.push(`${busy()} ${name}, with no call under way`);
    const sample = await takeSample(startMs, ledger.settled, soak.forever.signal);
    problems.push(...listenedTo(sample));
    samples.push(sample);
    onSample(sample);
  }
  if (samples.length === rounds) problems.push(...grown(samples));
  stopListening();
  soak.end();
  return { samples, problems, endings: ledger.endings, kinds: kinds.length };
}

/** Whether it is over within the patience. */
async function inTime(act: () => Promise<void>): Promise<boolean> {
  const patience = new AbortController();
  const over = Promise.race([act().then(() => true), sleep(PATIENCE_MS, false, { signal: patience.signal }).catch(() => false)]);
  return over.finally(() => patience.abort());
}

/** Hears what a process says of rejections that nobody handles, and of listeners that pile up. */
function listen(problems: string[]): () => void {
  const rejected = (reason: unknown): unknown => problems.push(`an unhandled rejection: ${String(reason)}`);
  const warned = (warning: Error): unknown => problems.push(`a warning of the process: ${warning.name}: ${warning.message}`);
  process.on("unhandledRejection", rejected).on("warning", warned);
  return () => process.off("unhandledRejection", rejected).off("warning", warned);
}
