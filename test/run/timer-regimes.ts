/* Whose timers the global functions set: the platform's, or those of a test that fakes them. */
import { mock } from "node:test";
import FakeTimers, { type Clock } from "@sinonjs/fake-timers";
import { vi } from "vitest";

export interface TimerRegime {
  readonly name: string;
  /** Puts these timers in place. */
  install(): void;
  /** Lets so much time pass that whatever waits for fewer milliseconds is due, and what follows from it. */
  pass(ms: number): Promise<void>;
  /** Takes all pending timers away, where that can be done. */
  clear(): void;
  /** Puts the platform's timers back. */
  uninstall(): void;
}

// As they are before any of the fakes stands in their place.
const { setTimeout: realSetTimeout, setImmediate: realSetImmediate } = globalThis;

/** A turn of the event loop, whatever timers are in place. */
export const turn = (): Promise<void> => new Promise((resolve) => void realSetImmediate(resolve));

export const realDelay = (ms: number): Promise<void> => new Promise((resolve) => void realSetTimeout(resolve, ms));

/** Steps of one millisecond, so that timers that are set on the way ring too. */
async function step(ms: number, tick: () => void): Promise<void> {
  for (let passed = 0; passed < ms; passed++) {
    tick();
    await turn();
  }
}

let sinonClock: Clock | null = null;

const real: TimerRegime = {
  name: "the platform's timers",
  install: () => {},
  pass: realDelay,
  clear: () => {},
  uninstall: () => {},
};

const vitest: TimerRegime = {
  name: "vitest's fake timers",
  install: () => void vi.useFakeTimers(),
  pass: (ms) => step(ms, () => void vi.advanceTimersByTime(1)),
  clear: () => void vi.clearAllTimers(),
  uninstall: () => void vi.useRealTimers(),
};

const vitestTimersOnly: TimerRegime = {
  ...vitest,
  name: "vitest's fake timers beside the platform's performance.now",
  install: () => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }),
};

const sinon: TimerRegime = {
  name: "sinon's fake timers",
  install: () => {
    sinonClock = FakeTimers.install({
      toFake: ["setTimeout", "clearTimeout", "setImmediate", "clearImmediate", "Date", "performance"],
    });
  },
  pass: (ms) => step(ms, () => void sinonClock?.tick(1)),
  clear: () => void sinonClock?.reset(),
  uninstall: () => void sinonClock?.uninstall(),
};

const nodeTest: TimerRegime = {
  name: "node:test's mock.timers",
  install: () => void mock.timers.enable({ apis: ["setTimeout", "Date"] }),
  pass: (ms) => step(ms, () => void mock.timers.tick(1)),
  clear: () => {},
  uninstall: () => void mock.timers.reset(),
};

export const REGIMES: readonly TimerRegime[] = [real, vitest, vitestTimersOnly, sinon, nodeTest];
export const FAKES: readonly TimerRegime[] = REGIMES.slice(1);
