// From 20 to 40 bytes a call, where there are 50,000 or more: less than anything that could be kept of one.
export const NOISE_BYTES = 2_000_000;

function heapUsed(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("run with --expose-gc");
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

async function grownBy(calls: number, call: (i: number) => unknown): Promise<number> {
  await new Promise(setImmediate);
  const before = heapUsed();
  for (let i = 0; i < calls; i++) await call(i);
  await new Promise(setImmediate);
  return heapUsed() - before;
}

/**
 * How many bytes of the heap stay in use by having made many calls. What a policy needs once is there before. The engine's own memory (compiled
 * code, finalizers that had no turn yet) comes and goes, while a leak is there again with every round: the least of up to three rounds counts.
 */
export async function growth(calls: number, call: (i: number) => unknown, first = 5_000): Promise<number> {
  for (let i = 0; i < first; i++) await call(i);
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3 && least >= NOISE_BYTES; round++) least = Math.min(least, await grownBy(calls, call));
  return least;
}
