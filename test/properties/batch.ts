/* Virtual time takes real turns of the event loop. Worlds that are lived through side by side share them. */
import fc from "fast-check";

const ABREAST = 50;

/** Holds a law against `numRuns` scripts. One that breaks it is shrunk by itself. */
export async function holdsFor<T>(
  numRuns: number,
  arbitrary: fc.Arbitrary<T>,
  check: (script: T) => Promise<void>,
): Promise<void> {
  const seed = fc.readConfigureGlobal().seed ?? Math.floor(Math.random() * 2 ** 31);
  const scripts = fc.sample(arbitrary, { seed, numRuns });
  for (let from = 0; from < numRuns; from += ABREAST) {
    const results = await Promise.allSettled(scripts.slice(from, from + ABREAST).map(check));
    const broken = results.findIndex(({ status }) => status === "rejected");
    if (broken !== -1) await fc.assert(fc.asyncProperty(arbitrary, check), { seed, path: `${from + broken}`, numRuns });
    if (broken !== -1) throw (results[broken] as PromiseRejectedResult).reason;
  }
}
