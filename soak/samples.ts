/* What is measured when no call is under way. */
import { getEventListeners } from "node:events";
import { turn } from "./soak.ts";

export interface Sample {
  /** Since the soak began, in milliseconds. */
  readonly atMs: number;
  /** Calls that have settled until then. */
  readonly calls: number;
  /** The heap in use, after a collection. */
  readonly heapBytes: number;
  /** What keeps the event loop alive, by kind: timers, sockets, pipes. */
  readonly resources: Readonly<Record<string, number>>;
  /** Listeners on the signal that outlives the calls. */
  readonly listeners: number;
}

/** Garbage that waits for finalizers and weak references to be told of goes a turn later. */
async function collect(): Promise<void> {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("The soak needs node --expose-gc: it measures the heap after a collection.");
  for (let round = 0; round < 3; round++) {
    gc();
    await turn();
  }
  gc();
}

export async function takeSample(startMs: number, calls: number, signal: AbortSignal): Promise<Sample> {
  await collect();
  const resources: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
  return {
    atMs: performance.now() - startMs,
    calls,
    heapBytes: process.memoryUsage().heapUsed,
    resources,
    listeners: getEventListeners(signal, "abort").length,
  };
}
