import type { Classification } from "../core/failure/classification.ts";
import {
  aboveZero,
  aFunction,
  checkedByOwner,
  checkOptions,
  finiteAboveZero,
  finiteFrom,
  refuse,
  trueOrFalse,
  wholeFrom,
} from "../core/option-rules.ts";
import { type Alarms, alarmsOn, type Waiter } from "../run/time/alarms.ts";
import type { Dependency, Request } from "./dependency.ts";
import { Fifo } from "./fifo.ts";
import type { Latency } from "./latency.ts";
import { alarmsOf, arrivalIn } from "./universe.ts";

/** A stretch of time in which a server takes longer: a brownout, or, with a factor that falls to 1, a slow start. */
export interface Slowdown {
  readonly fromMs: number;
  readonly toMs: number;
  /** What service times are multiplied by, > 0. */
  readonly factor: number;
  /** What they are multiplied by at its end, approached in a straight line. @default factor */
  readonly toFactor?: number | undefined;
}

export interface ServerOptions {
  /** Requests that it works on at the same time: an integer >= 1. Its capacity is `workers / serviceMs`. */
  readonly workers: number;
  /** How long it works on one. */
  readonly serviceMs: Latency;
  /** Requests that wait, first come, first served: an integer >= 0. One that comes when it is full fails at once. @default Infinity */
  readonly queueLimit?: number | undefined;
  /** A request that waits so long fails then, and is not worked on: in milliseconds, > 0. @default Infinity */
  readonly queueTimeoutMs?: number | undefined;
  /** Whether it notices that nobody waits for a request any more, and leaves it out. @default false */
  readonly dropAbandoned?: boolean | undefined;
  /** @default [] */
  readonly slowdowns?: readonly Slowdown[] | undefined;
}

/** Places in a queue that may be kept for those who wait no more. */
const MOST_GONE = 1024;
const OVERLOADED: Classification = Object.freeze({ errorClass: "SERVER_ERROR" });

/**
 * A server with a capacity and a queue. By default the queue has no end, and requests whose caller has given up are served like all others:
 * that is what many servers do, and how overload sustains itself. What it refuses, it refuses as SERVER_ERROR.
 *
 * @throws TypeError or RangeError for a missing, wrong or unknown option.
 * @example
 * import { latency, server } from "redress/simulate";
 *
 * const api = server({ workers: 24, serviceMs: latency.constant(80), queueLimit: 100, dropAbandoned: true }); // 300 requests per second
 */
export function server(options: ServerOptions): Dependency {
  checkOptions(
    "server",
    options,
    {
      workers: wholeFrom(1),
      serviceMs: aFunction,
      queueLimit: wholeFrom(0),
      queueTimeoutMs: aboveZero,
      dropAbandoned: trueOrFalse,
      slowdowns: checkedByOwner,
    },
    ["workers", "serviceMs"],
  );
  const { workers, serviceMs, queueLimit = Infinity, queueTimeoutMs = Infinity, dropAbandoned = false } = options;
  const slowdowns = checkedSlowdowns(options.slowdowns);

  return (world) => {
    const queue = new Fifo<Waiting>();
    const timeouts = queueTimeoutMs === Infinity ? null : alarmsOn(alarmsOf(world));
    const arrived = arrivalIn(world);
    let busy = 0;
    let waiting = 0;
    const work = (request: Request): void => {
      busy++;
      world.after(serviceMs(world.random) * slowness(slowdowns, world.now()), () => {
        busy--;
        // Who waits comes before whatever the answer brings about.
        takeNext();
        request.respond(null);
      });
    };
    const takeNext = (): void => {
      while (busy < workers) {
        const next = queue.shift();
        if (next === undefined) return;
        const request = next.leave();
        if (request === null) continue;
        waiting--;
        if (!(dropAbandoned && request.abandoned)) work(request);
      }
    };
    /** Somebody waits no more: who is first in line need not stay for it, nor may the others pile up. */
    const left = (): void => {
      waiting--;
      while (queue.first?.isGone) queue.shift();
      if (queue.length > 2 * waiting + MOST_GONE) queue.keep((one) => !one.isGone);
    };
    const expired = (request: Request): void => {
      left();
      request.respond(OVERLOADED);
    };
    const wait = (request: Request): void => {
      waiting++;
      const one = new Waiting(request, timeouts, world.now() + queueTimeoutMs, expired);
      queue.push(one);
      if (dropAbandoned && queueLimit < Infinity) request.whenAbandoned?.(() => one.leave() !== null && left());
    };
    return (request) => {
      arrived();
      if (busy < workers) {
        work(request);
      } else if (waiting < queueLimit) {
        wait(request);
      } else {
        request.respond(OVERLOADED);
      }
    };
  };
}

/** A request in the queue, until somebody works on it or it has waited too long. */
class Waiting implements Waiter {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;
  readonly dueAtMs: number;
  readonly #timeouts: Alarms | null;
  readonly #expired: (request: Request) => void;
  #request: Request | null;

  constructor(request: Request, timeouts: Alarms | null, dueAtMs: number, expired: (request: Request) => void) {
    this.#request = request;
    this.#timeouts = timeouts;
    this.dueAtMs = dueAtMs;
    this.#expired = expired;
    timeouts?.add(this);
  }

  get isGone(): boolean {
    return this.#request === null;
  }

  /** It waits no more; `null` where it did not wait any longer. */
  leave(): Request | null {
    const request = this.#request;
    this.#request = null;
    if (request !== null) this.#timeouts?.remove(this);
    return request;
  }

  ring(): void {
    const request = this.leave();
    if (request !== null) this.#expired(request);
  }
}

/** How much longer than usual things take now. */
function slowness(slowdowns: readonly Slowdown[], nowMs: number): number {
  let factor = 1;
  for (const { fromMs, toMs, factor: from, toFactor = from } of slowdowns)
    if (nowMs >= fromMs && nowMs < toMs) factor *= from + ((toFactor - from) * (nowMs - fromMs)) / (toMs - fromMs);
  return factor;
}

function checkedSlowdowns(slowdowns: unknown = []): readonly Slowdown[] {
  if (!Array.isArray(slowdowns)) refuse("server.slowdowns", "an array", slowdowns);
  return slowdowns.map((slowdown: Slowdown, index) => {
    const owner = `server.slowdowns[${index}]`;
    const rules = { fromMs: finiteFrom(0), toMs: aboveZero, factor: finiteAboveZero, toFactor: finiteAboveZero };
    checkOptions(owner, slowdown, rules, ["fromMs", "toMs", "factor"]);
    if (slowdown.toMs <= slowdown.fromMs)
      refuse(`${owner}.toMs`, `a number > fromMs (${slowdown.fromMs})`, slowdown.toMs, RangeError);
    return { ...slowdown };
  });
}
