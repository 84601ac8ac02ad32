// From 20 to 40 bytes a call, where there are 50,000 or more: less than anything that could be kept of one.
export const NOISE_BYTES = 2_000_000;

function heapUsed(): number {
  const { gc } = globalThis as { gc?: () => void };
  if (gc === undefined) throw new Error("run with --expose-gc");
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

/** How many bytes of the heap stay in use by having made many calls. What a policy needs once is there before. */
export async function growth(calls: number, call: (i: number) => unknown, first = 5_000): Promise<number> {
  for (let i = 0; i < first; i++) await call(i);
  await new Promise(setImmediate);
  const before = heapUsed();
  for (let i = 0; i < calls; i++) await call(i);
  await new Promise(setImmediate);
  return heapUsed() - before;
}
