import type { Classification } from "../../core/failure/classification.ts";
import { aboveZero, aFunction, checkedByOwner, checkOptions, trueOrFalse, wholeFrom } from "../../core/option-rules.ts";
import { alarmsOf, type Dependency, type Request, requestCounterOf } from "../driver/index.ts";
import type { Latency } from "./latency.ts";
import { ServerQueue } from "./server-queue.ts";
import { checkedSlowdowns, type Slowdown, slowdownAt } from "./slowdown.ts";

export interface ServerOptions {
  /** Requests that it works on at the same time: an integer >= 1. Its capacity is `workers / serviceMs`. */
  readonly workers: number;
  /** How long it works on one request. */
  readonly serviceMs: Latency;
  /** Requests that wait, first come, first served: an integer >= 0. One that comes when it is full fails at once. @default Infinity */
  readonly queueLimit?: number | undefined;
  /** A request that waits so long fails then, and is not worked on: in milliseconds, > 0. @default Infinity */
  readonly queueTimeoutMs?: number | undefined;
  /** Whether it notices that the caller of a request has given up, and leaves the request out. @default false */
  readonly dropAbandoned?: boolean | undefined;
  /** @default [] */
  readonly slowdowns?: readonly Slowdown[] | undefined;
}

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
  const {
    workers,
    serviceMs,
    queueLimit = Infinity,
    queueTimeoutMs = Infinity,
    dropAbandoned = false,
    slowdowns: givenSlowdowns,
  } = checkOptions(
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
  const slowdowns = checkedSlowdowns(givenSlowdowns);

  return (world) => {
    const countRequest = requestCounterOf(world);
    const queue = new ServerQueue(alarmsOf(world), queueTimeoutMs, (request) => request.respond(OVERLOADED));
    // In a queue without a limit an abandoned request takes no other request's place: it is left out when its turn comes.
    const leavesWhenAbandoned = dropAbandoned && queueLimit < Infinity;
    let busy = 0;
    const work = (request: Request): void => {
      busy++;
      world.after(serviceMs(world.random) * slowdownAt(slowdowns, world.now()), () => {
        busy--;
        // Requests in the queue come before the requests that the answer may bring about.
        workOnQueue();
        request.respond(null);
      });
    };
    const workOnQueue = (): void => {
      while (busy < workers) {
        const next = queue.take();
        if (next === null) return;
        if (!(dropAbandoned && next.abandoned)) work(next);
      }
    };
    return (request) => {
      countRequest();
      if (busy < workers) {
        work(request);
      } else if (queue.length < queueLimit) {
        queue.add(request, leavesWhenAbandoned);
      } else {
        request.respond(OVERLOADED);
      }
    };
  };
}
