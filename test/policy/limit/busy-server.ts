/*
 * Callers that ask a limiter before each request, and a server of so many workers with one first-come, first-served queue without an end: what it gets
 * beyond its workers waits.
 */
import { AdaptiveConcurrency, type AdaptiveConcurrencyOptions, type AttemptEnd, type Clock, type LimitPermit } from "redress";
import type { Latency } from "redress/simulate";
import { EventQueue } from "../../../src/simulate/driver/event-queue.ts";
import { randomStream } from "../../../src/simulate/driver/random-stream.ts";
import { FifoQueue } from "../../../src/simulate/models/fifo-queue.ts";

export interface BusyServerOptions extends Pick<AdaptiveConcurrencyOptions, "min" | "max" | "initial"> {
  /** Requests that it works on at a time; the rest waits. @default 100 */
  readonly workers?: number;
  readonly serviceMs: Latency;
  /** When the client gives up; the server works on. @default Infinity */
  readonly timeoutMs?: number;
  readonly seed?: number;
  /** Processes with a limiter each. @default 1 */
  readonly clients?: number;
}

/** What was seen at an instant. */
export interface Seen {
  readonly atMs: number;
  readonly limit: number;
  readonly inUse: number;
  /** Requests that were answered in time, so far. */
  readonly answered: number;
}

export class BusyServer {
  workers: number;
  serviceMs: Latency;
  /** What the server refuses at once, where it refuses. */
  refusal: AttemptEnd | null = null;
  readonly limiters: readonly AdaptiveConcurrency[];
  readonly random: () => number;
  readonly seen: Seen[] = [];
  answered = 0;
  readonly #timeoutMs: number;
  readonly #events = new EventQueue();
  readonly #waiting = new FifoQueue<() => void>();
  #working = 0;
  #nowMs = 0;

  constructor({ workers = 100, serviceMs, timeoutMs = Infinity, seed = 1, clients = 1, ...options }: BusyServerOptions) {
    this.workers = workers;
    this.serviceMs = serviceMs;
    this.#timeoutMs = timeoutMs;
    this.random = randomStream(seed, "busy server");
    const clock: Clock = { now: () => this.#nowMs, sleep: () => Promise.reject(), alarm: () => () => {} };
    this.limiters = Array.from({ length: clients }, () => new AdaptiveConcurrency({ ...options, clock }));
  }

  get limit(): number {
    return this.limiters.reduce((sum, { limit }) => sum + limit, 0);
  }

  after(ms: number, then: () => void): void {
    this.#events.add(this.#nowMs + ms, then);
  }

  /** Calls come at random, so many per second, whatever becomes of them; until an instant. */
  arrive(callsPerSecond: number, untilMs = Infinity): void {
    const next = (): void => {
      this.call();
      if (this.#nowMs < untilMs) this.after(this.#gapMs(1_000 / callsPerSecond), next);
    };
    this.after(this.#gapMs(1_000 / callsPerSecond), next);
  }

  /** Callers that call again as soon as they are answered, and a while after they were turned away. */
  keepCalling(callers: number, againMs: number): void {
    const call = (): void => {
      if (!this.call(() => this.after(0, call))) this.after(this.#gapMs(againMs), call);
    };
    for (let caller = 0; caller < callers; caller++) this.after(againMs * this.random(), call);
  }

  /** False where the limiter turns it away. */
  call(then: () => void = () => {}): boolean {
    const limiter = this.limiters[Math.floor(this.random() * this.limiters.length)] as AdaptiveConcurrency;
    const permit = limiter.tryAcquire();
    if (permit === null) return false;
    this.#request(limiter, permit, then);
    return true;
  }

  /** Lets time pass, and looks at the limit every now and then. */
  run(forMs: number, lookEveryMs = 50): this {
    const endMs = this.#nowMs + forMs;
    for (let atMs = this.#nowMs + lookEveryMs; atMs <= endMs; atMs += lookEveryMs) {
      for (let first = this.#events.first; first !== undefined && first.atMs <= atMs; first = this.#events.first) {
        this.#events.remove(first);
        this.#nowMs = first.atMs;
        first.ring();
      }
      this.#nowMs = atMs;
      const inUse = this.limiters.reduce((sum, limiter) => sum + limiter.inUse, 0);
      this.seen.push({ atMs, limit: this.limit, inUse, answered: this.answered });
    }
    return this;
  }

  /** What was seen from an instant on, up to another one. */
  between(fromMs: number, toMs = Infinity): readonly Seen[] {
    return this.seen.filter(({ atMs }) => atMs > fromMs && atMs <= toMs);
  }

  /** Answers per second from an instant on, up to another one. */
  goodput(fromMs: number, toMs = Infinity): number {
    const seen = this.between(fromMs, toMs);
    const [first, last] = [seen[0] as Seen, seen.at(-1) as Seen];
    return (1_000 * (last.answered - first.answered)) / (last.atMs - first.atMs);
  }

  #request(limiter: AdaptiveConcurrency, permit: LimitPermit, then: () => void): void {
    let isOver = false;
    const end = (how: AttemptEnd): void => {
      if (isOver) return;
      isOver = true;
      if (how === "success") this.answered++;
      limiter.release(permit, how);
      then();
    };
    if (this.refusal !== null) {
      const { refusal } = this;
      this.after(1, () => end(refusal));
      return;
    }
    if (this.#timeoutMs < Infinity) this.after(this.#timeoutMs, () => end({ errorClass: "TRANSIENT", timeout: true }));
    this.#waiting.push(() => end("success"));
    this.work();
  }

  /** Takes up what waits, as far as there are workers. */
  work(): void {
    while (this.#working < this.workers && this.#waiting.length > 0) {
      const answer = this.#waiting.shift() as () => void;
      this.#working++;
      this.after(this.serviceMs(this.random), () => {
        this.#working--;
        answer();
        this.work();
      });
    }
  }

  #gapMs(meanMs: number): number {
    return -Math.log(1 - this.random()) * meanMs;
  }
}
