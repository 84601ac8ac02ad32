import {
  aboveZero,
  aFunction,
  checkOptions,
  checkValue,
  finiteAboveZero,
  finiteFrom,
  refuse,
  wholeFrom,
} from "../../core/option-rules.ts";
import type { Latency } from "../models/index.ts";

/** The clients, as arrivals see them: how many there are, when they call, and what ends. */
export interface Callers {
  /** How many clients there are. */
  readonly clients: number;
  /** Random numbers for arrivals alone: the same for every policy that is simulated with the seed. */
  random(): number;
  /** Calls `then` after simulated milliseconds. */
  after(ms: number, then: () => void): void;
  /** Makes a call as one of the clients, 0 to `clients - 1`. */
  call(client: number, ended?: () => void): void;
}

/** Makes clients call: an arrival process. */
export interface Arrivals {
  (callers: Callers): void;
  /** Whether the arrivals never end by themselves: then the simulation must have an end. */
  readonly endless?: boolean;
  /** How long a recording is, in milliseconds. */
  readonly lastsMs?: number;
}

/**
 * An open arrival process: calls come at random and independently, at a rate, whether earlier calls have ended or not. Each comes from any of the
 * clients.
 *
 * @param options.callsPerSecond > 0, of all clients together
 * @param options.fromMs when it begins @default 0
 * @param options.toMs when it ends @default Infinity
 */
export function poisson(options: {
  readonly callsPerSecond: number;
  readonly fromMs?: number | undefined;
  readonly toMs?: number | undefined;
}): Arrivals {
  const {
    callsPerSecond,
    fromMs = 0,
    toMs = Infinity,
  } = checkOptions("poisson", options, { callsPerSecond: finiteAboveZero, fromMs: finiteFrom(0), toMs: aboveZero }, [
    "callsPerSecond",
  ]);
  if (toMs <= fromMs) refuse("poisson.toMs", `a number > fromMs (${fromMs})`, toMs, RangeError);
  const start = (callers: Callers): void => {
    let atMs = fromMs;
    const gap = (): number => (-Math.log(1 - callers.random()) * 1000) / callsPerSecond;
    const scheduleNext = (): void => {
      const ms = gap();
      atMs += ms;
      if (atMs < toMs) callers.after(ms, arrive);
    };
    const arrive = (): void => {
      callers.call(Math.floor(callers.random() * callers.clients));
      scheduleNext();
    };
    callers.after(fromMs, scheduleNext);
  };
  return Object.assign(start, { endless: toMs === Infinity });
}

/**
 * A closed arrival process: each client makes one call, waits for its end, thinks, and makes the next. A slow dependency slows its callers down.
 * The clients begin at random within their first thinking time.
 */
export function closed(options: { readonly thinkMs: Latency }): Arrivals {
  const { thinkMs } = checkOptions("closed", options, { thinkMs: aFunction }, ["thinkMs"]);
  const start = (callers: Callers): void => {
    const random = (): number => callers.random();
    for (let client = 0; client < callers.clients; client++) {
      const think = (): void => callers.after(thinkMs(random), call);
      const call = (): void => callers.call(client, think);
      callers.after(thinkMs(random) * random(), call);
    }
  };
  return Object.assign(start, { endless: true });
}

/**
 * Many calls at one instant, from the clients in turn.
 *
 * @param options.calls an integer >= 1
 * @param options.atMs @default 0
 */
export function burst(options: { readonly calls: number; readonly atMs?: number | undefined }): Arrivals {
  const { calls, atMs = 0 } = checkOptions("burst", options, { calls: wholeFrom(1), atMs: finiteFrom(0) }, ["calls"]);
  checkValue("burst.calls", calls, finiteAboveZero);
  return (callers) => {
    callers.after(atMs, () => {
      for (let call = 0; call < calls; call++) callers.call(call % callers.clients);
    });
  };
}

/** Several arrival processes at once. */
export function together(...arrivals: readonly Arrivals[]): Arrivals {
  for (const [index, one] of arrivals.entries()) checkValue(`together[${index}]`, one, aFunction);
  const start = (callers: Callers): void => {
    for (const one of arrivals) one(callers);
  };
  return Object.assign(start, { endless: arrivals.some(({ endless }) => endless) });
}
