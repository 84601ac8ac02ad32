/* A rate limiter beside its model: both are asked the same, and must answer the same. */
import { type LimitPermit, RateLimiter } from "redress";
import { Asking } from "./asking.ts";
import type { HandClock } from "./hand-clock.ts";
import { law } from "./law.ts";
import { type Dimension, RateModel } from "./rate-model.ts";

export type RateStep =
  // What it costs in each dimension; `undefined`: nothing is said.
  | { readonly do: "ask"; readonly costs: readonly number[] | undefined; readonly maxWaitMs: number }
  // Of those who are admitted, or wait: the one that many places from the oldest. `used`: what it has really cost.
  | { readonly do: "succeed"; readonly which: number; readonly used: readonly number[] | undefined }
  | { readonly do: "pause"; readonly which: number; readonly ms: number }
  | { readonly do: "fail" | "cut" | "unused" | "leave"; readonly which: number }
  | { readonly do: "spend"; readonly costs: readonly number[] }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "reset" };

interface Held {
  readonly asking: Asking;
  readonly costs: readonly number[];
  readonly indexes: readonly number[];
  readonly resets: number;
}

export class RateWatch {
  readonly #dimensions: readonly Dimension[];
  readonly #maxQueue: number;
  readonly #clock: HandClock;
  readonly #limiter: RateLimiter<string>;
  readonly #model: RateModel;
  readonly #askings = new Map<number, { readonly asking: Asking; readonly costs: readonly number[] }>();
  #held: Held[] = [];
  #heard = 0;
  #resets = 0;

  constructor(dimensions: readonly Dimension[], maxQueue: number, clock: HandClock) {
    this.#dimensions = dimensions;
    this.#maxQueue = maxQueue;
    this.#clock = clock;
    this.#model = new RateModel(dimensions, clock.now());
    const limits = Object.fromEntries(dimensions.map((each, index) => [`d${index}`, { ...each, cost: 1 }]));
    const used = (value: readonly number[] | undefined) => value && this.#named(value);
    this.#limiter = new RateLimiter<string>({ limits, maxQueue, used, clock });
  }

  take(step: RateStep): void {
    if (step.do === "ask") this.#ask(step.costs, step.maxWaitMs);
    else if (step.do === "leave") this.#leave(step.which);
    else if (step.do === "spend") {
      this.#limiter.spend(this.#named(step.costs));
      this.#model.take(this.#ours(step.costs));
    } else if (step.do === "wait") {
      this.#model.advance(step.ms);
      this.#clock.advance(step.ms);
    } else if (step.do === "reset") this.#reset();
    else this.#end(step);
    this.#look();
  }

  /** All that wait are admitted in the end, and then nothing is left behind. */
  end(): void {
    for (let rounds = 0; this.#model.waiting.length > 0; rounds++) {
      law(rounds < 2_000, "nobody waits for ever", this.#model.waiting.length);
      this.take({ do: "wait", ms: 10 });
    }
    law(this.#clock.pending === 0, "nothing is left behind", this.#clock.pending);
  }

  /** Scripts have more costs than there may be dimensions. */
  #ours(costs: readonly number[]): readonly number[] {
    return costs.slice(0, this.#dimensions.length);
  }

  #named(costs: readonly number[]): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#dimensions.map((_, index) => [`d${index}`, costs[index] as number]));
  }

  #ask(given: readonly number[] | undefined, maxWaitMs: number): void {
    const costs = this.#ours(given ?? [1, 1, 1]);
    const number = this.#askings.size;
    const asking = new Asking(number, given && this.#named(given), maxWaitMs);
    this.#askings.set(number, { asking, costs });
    const model = this.#model;
    const [hasRoom, before] = [model.waiting.length === 0 && model.hasRoom(costs), model.waiting.length];
    const waitMs = model.waitMs(costs, 400);
    const { kind } = asking.ask(this.#limiter);
    law((kind === "admitted") === hasRoom, "it is admitted where there is room that nobody waits for", kind, hasRoom, costs);
    if (hasRoom) this.#held.push({ asking, costs, indexes: model.take(costs), resets: this.#resets });
    else if (kind === "queued") {
      law(
        before < this.#maxQueue && model.canEver(costs),
        "it waits where the queue has room, and its turn can come",
        before,
        costs,
      );
      law(before > 0 || waitMs < maxWaitMs, "nobody waits for what comes too late", waitMs, maxWaitMs);
      model.waiting.push({ number, costs });
    } else {
      const retryAfterMs = asking.rejection?.retryAfterMs as number;
      if (!model.canEver(costs)) law(retryAfterMs === Infinity, "what costs too much is never admitted", retryAfterMs);
      else if (before === 0)
        law(Math.min(retryAfterMs, 401) === Math.min(waitMs, 401), "the first is told when its turn comes", retryAfterMs, waitMs);
      else law(retryAfterMs <= waitMs, "nobody is told to come later than their turn", retryAfterMs, waitMs);
      if (before < this.#maxQueue)
        law(
          retryAfterMs >= maxWaitMs && waitMs >= maxWaitMs,
          "only what is sure to wait too long is turned away",
          retryAfterMs,
          waitMs,
          maxWaitMs,
        );
    }
  }

  #leave(which: number): void {
    const { waiting } = this.#model;
    const queued = waiting[which % Math.max(1, waiting.length)];
    if (queued === undefined) return;
    this.#model.waiting = waiting.filter((each) => each !== queued);
    this.#model.serve();
    this.#askings.get(queued.number)?.asking.cancel();
  }

  #end(step: Extract<RateStep, { readonly which: number }>): void {
    const held = this.#held[step.which % Math.max(1, this.#held.length)];
    if (held === undefined) return;
    this.#held = this.#held.filter((each) => each !== held);
    const { costs, indexes, resets } = held;
    const permit = held.asking.permit as LimitPermit;
    const used = step.do === "succeed" ? step.used : step.do === "unused" ? costs.map(() => 0) : undefined;
    // What was taken before a reset is forgotten.
    if (used !== undefined && resets === this.#resets)
      this.#model.correct(
        indexes,
        costs.map((cost, index) => cost - (used[index] as number)),
      );
    if (step.do === "pause") this.#model.pause(step.ms);
    this.#model.serve();
    if (step.do === "succeed") this.#limiter.release(permit, "success", step.used);
    else if (step.do === "unused") this.#limiter.release(permit, "unused");
    else if (step.do === "cut") this.#limiter.release(permit, "cancel");
    else if (step.do === "fail") this.#limiter.release(permit, { errorClass: "TRANSIENT", retryAfterMs: 1_000 });
    else this.#limiter.release(permit, { errorClass: "RATE_LIMIT", retryAfterMs: (step as { readonly ms: number }).ms });
  }

  #reset(): void {
    this.#resets++;
    this.#model.reset();
    this.#model.serve();
    this.#limiter.reset();
  }

  /** Whoever the model has admitted from the queue meanwhile was admitted, and nobody else. */
  #look(): void {
    const model = this.#model;
    for (; this.#heard < model.admitted.length; this.#heard++) {
      const { number, indexes } = model.admitted[this.#heard] as (typeof model.admitted)[number];
      const { asking, costs } = this.#askings.get(number) as { asking: Asking; costs: readonly number[] };
      law(asking.state === "admitted", "whose turn has come is admitted", number, asking.state, model.nowMs);
      this.#held.push({ asking, costs, indexes, resets: this.#resets });
    }
    for (const { number } of model.waiting) {
      const state = this.#askings.get(number)?.asking.state;
      law(state === "waits", "nobody is admitted before their turn", number, state, model.nowMs);
    }
    law(this.#limiter.waiting === model.waiting.length, "so many wait", this.#limiter.waiting, model.waiting.length);
    law(this.#limiter.pausedMs === model.pausedMs, "it pauses for so long", this.#limiter.pausedMs, model.pausedMs);
    const remaining = this.#limiter.remaining();
    model.remaining().forEach((left, index) => {
      const said = remaining[`d${index}`] as number;
      law(Math.abs(said - Math.max(0, left)) < 1e-6, "so much is left", `d${index}`, said, left, model.nowMs);
    });
  }
}
