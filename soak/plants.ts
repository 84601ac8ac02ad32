/* Leaks and mistakes that are planted to show that the soak finds them: `--plant listener`. Each is a kind of call among the others. */
import { EventEmitter } from "node:events";
import { Bulkhead, Policy } from "redress";
import { hang, type Kind, type Soak } from "./soak.ts";

const HOUR_MS = 3_600_000;

type Plant = (soak: Soak) => () => unknown;

/** Does it once, and not with the first call: then it belongs to the warm-up. */
const onceAt = (turn: number, act: () => unknown): (() => unknown) => {
  let turns = 0;
  return () => (turns++ === turn ? act() : undefined);
};

const SOME_TURNS = 20;

const plants: Readonly<Record<string, Plant>> = {
  listener: ({ forever }) => {
    return () => forever.signal.addEventListener("abort", () => {});
  },
  timer: () => {
    let turns = 0;
    return () => (turns++ % 50 === 0 ? setTimeout(() => {}, HOUR_MS) : undefined);
  },
  map: () => {
    const seen = new Map<number, readonly number[]>();
    return () => seen.set(seen.size, new Array<number>(20_000).fill(seen.size));
  },
  call: (soak) => {
    const policy = soak.policy({ operation: "never settles" });
    return onceAt(SOME_TURNS, () => soak.execute(policy, () => hang()));
  },
  permit: (soak) => {
    const bulkhead = new Bulkhead({ name: "planted", maxConcurrent: 10 });
    soak.atRest.push({ name: "places of the planted bulkhead taken", busy: () => bulkhead.inUse });
    return onceAt(SOME_TURNS, () => bulkhead.tryAcquire());
  },
  value: ({ ledger }) => onceAt(SOME_TURNS, () => ledger.value()),
  hook: (soak) => {
    const unobserved = new Policy();
    return onceAt(SOME_TURNS, () => soak.execute(unobserved, () => 1));
  },
  rejection: () => onceAt(SOME_TURNS, () => void Promise.reject(new Error("planted"))),
  warning: () =>
    onceAt(SOME_TURNS, () => {
      const emitter = new EventEmitter();
      for (let i = 0; i < 11; i++) emitter.on("event", () => {});
    }),
};

export const PLANTS: readonly string[] = Object.keys(plants);

/** @throws RangeError for a name that is none of `PLANTS` */
export function plantedKind(soak: Soak, name: string): Kind {
  const plant = Object.hasOwn(plants, name) ? plants[name] : undefined;
  if (plant === undefined) throw new RangeError(`--plant must be one of ${PLANTS.join(", ")}, got ${name}.`);
  return { name: `planted: ${name}`, run: plant(soak) };
}
