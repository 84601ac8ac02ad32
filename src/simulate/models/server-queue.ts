import { alarmsOn } from "../../run/time/alarms.ts";
import type { Clock } from "../../run/time/clock.ts";
import type { InstantClock } from "../../run/time/instant-alarms.ts";
import type { Alarms, Waiter } from "../../run/time/waiter.ts";
import type { Request } from "../driver/index.ts";
import { FifoQueue } from "./fifo-queue.ts";

/** The entries of requests that left early are removed once there are more of them than this and one for each request that waits. */
const MOST_LEFT = 1024;

type QueueClock = InstantClock | Pick<Clock, "now" | "alarm">;

/** The requests that wait for a server. A request leaves when it is taken, when it has waited too long, or when its caller has given up. */
export class ServerQueue {
  readonly #entries = new FifoQueue<QueuedRequest>();
  readonly #clock: QueueClock;
  readonly #timeoutMs: number;
  readonly #timeouts: Alarms | null;
  readonly #expired: (request: Request) => void;
  /** Requests that wait. */
  length = 0;

  /**
   * @param timeoutMs how long a request waits at most; `Infinity` for no limit
   * @param timedOut told of a request that has waited so long
   */
  constructor(clock: QueueClock, timeoutMs: number, timedOut: (request: Request) => void) {
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#timeouts = timeoutMs === Infinity ? null : alarmsOn(clock);
    this.#expired = (request) => {
      this.#leftEarly();
      timedOut(request);
    };
  }

  /** @param leavesWhenAbandoned whether it gives up its place as soon as its caller gives up; otherwise it stays until it is taken */
  add(request: Request, leavesWhenAbandoned: boolean): void {
    this.length++;
    const entry = new QueuedRequest(request, this.#timeouts, this.#clock.now() + this.#timeoutMs, this.#expired);
    this.#entries.push(entry);
    if (leavesWhenAbandoned) request.whenAbandoned?.(() => entry.leave() !== null && this.#leftEarly());
  }

  /** Takes the request that has waited longest; `null` where none waits. */
  take(): Request | null {
    for (let entry = this.#entries.shift(); entry !== undefined; entry = this.#entries.shift()) {
      const request = entry.leave();
      if (request === null) continue;
      this.length--;
      return request;
    }
    return null;
  }

  /** A request has left from the middle of the queue: its entry goes once it is the first, or once there are too many such entries. */
  #leftEarly(): void {
    this.length--;
    while (this.#entries.first?.hasLeft) this.#entries.shift();
    if (this.#entries.length > 2 * this.length + MOST_LEFT) this.#entries.filter((entry) => !entry.hasLeft);
  }
}

/** The place of a request in the queue. */
class QueuedRequest implements Waiter {
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

  get hasLeft(): boolean {
    return this.#request === null;
  }

  /** Ends the waiting and returns the request; `null` where it had left before. */
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
