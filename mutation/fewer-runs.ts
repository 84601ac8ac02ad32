// What the random laws import as fast-check when mutants are tried: a hundredth of the runs, the same each time, and no search for a smaller example.
import fc, { type Arbitrary, type IAsyncProperty, type IProperty, type Parameters } from "fast-check";

const SHARE = 100;
const FEWEST = 20;

const fewer = <T>(given: Parameters<T> = {}): Parameters<T> => {
  const { numRuns = 100, seed = 1 } = given;
  return { ...given, numRuns: Math.max(FEWEST, Math.ceil(numRuns / SHARE)), seed, endOnFailure: true };
};

type Law = IProperty<unknown> & IAsyncProperty<unknown>;

export * from "fast-check";
export default {
  ...fc,
  assert: (law: Law, given?: Parameters<unknown>) => fc.assert(law, fewer(given)),
  sample: <T>(arbitrary: Arbitrary<T>, given?: Parameters<T>) => fc.sample(arbitrary, fewer(given)),
};
