/* The same reads through a policy, with a hedge and without, each way against replicas of its own. */
import { setTimeout as sleep } from "node:timers/promises";
import { Hedge, type HedgeOptions, type HedgeStats, Policy } from "redress";
import type { Counts } from "./counting-server.ts";
import { startReplicas } from "./replicas.ts";

/** What became of the calls that were made one way. */
export interface Reading {
  readonly calls: number;
  /** How long each call took, its body included. */
  readonly elapsedMs: readonly number[];
  readonly wrongAnswers: number;
  /** What the servers had seen when all calls had ended. What is under way then, the client has forgotten to give back. */
  readonly seen: Counts;
  /** `null` without a hedge. */
  readonly hedges: HedgeStats | null;
}

export interface Reads {
  readonly calls: number;
  readonly everyMs: number;
  /** Of the third replica's answers: 1, all are slow; 10, every tenth. */
  readonly slowEvery: number;
}

/** Reads on time, however long the earlier calls take, as real users do. */
export async function read({ calls, everyMs, slowEvery }: Reads, options: HedgeOptions | null): Promise<Reading> {
  const replicas = await startReplicas(slowEvery);
  const hedge = options === null ? null : new Hedge(options);
  const policy = new Policy({ operation: "GET /things", retry: { attemptTimeoutMs: 5_000 }, ...(hedge && { hedge }) });
  const elapsedMs: number[] = [];
  let wrongAnswers = 0;

  const readThing = async (id: number): Promise<void> => {
    const begunAt = performance.now();
    // Each attempt asks another replica, as behind a load balancer.
    const response = await policy.call(({ attempt, signal }) => fetch(`${replicas.url(id + attempt)}/things/${id}`, { signal }));
    const { path } = (await response.json()) as { path: string };
    if (path !== `/things/${id}`) wrongAnswers += 1;
    elapsedMs.push(performance.now() - begunAt);
  };

  const reading: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let id = 0; id < calls; id++) {
    await sleep(Math.max(0, startedAt + id * everyMs - performance.now()));
    reading.push(readThing(id));
  }
  await Promise.all(reading);
  await sleep(50); // the servers hear of the last clients that left
  const seen = { ...replicas.seen };
  await replicas.close();
  return { calls, elapsedMs, wrongAnswers, seen, hedges: hedge?.stats ?? null };
}
