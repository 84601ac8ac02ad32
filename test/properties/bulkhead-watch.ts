/* A bulkhead under watch: everybody who asks it is remembered, and everything that it does is held against what it promises. */
import { Bulkhead, type LimitPermit } from "redress";
import { Asking } from "./asking.ts";
import type { HandClock } from "./hand-clock.ts";
import { law } from "./law.ts";

export type Then = "nothing" | "release" | "ask" | "make way" | "cancel" | "reset";

export type BulkheadStep =
  | { readonly do: "ask"; readonly waits: boolean; readonly then: Then }
  // Of those who have a place, wait, or are gone: the one that many places from the oldest.
  | { readonly do: "release" | "cancel" | "misuse"; readonly which: number }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "reset" };

export interface BulkheadSettings {
  readonly maxConcurrent: number;
  readonly maxQueue: number;
  readonly queueTimeoutMs: number;
}

export class BulkheadWatch {
  readonly #settings: BulkheadSettings;
  readonly #clock: HandClock;
  readonly #bulkhead: Bulkhead;
  #inside: Asking[] = [];
  #waiting: Asking[] = [];
  readonly #gone: LimitPermit[] = [];
  readonly #queuedAtMs = new Map<Asking, number>();
  #asked = 0;
  #counts = { admitted: 0, rejected: 0, queued: 0, timedOut: 0 };

  constructor(settings: BulkheadSettings, clock: HandClock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#bulkhead = new Bulkhead({ ...settings, clock });
  }

  take(step: BulkheadStep): void {
    if (step.do === "ask") this.#ask(step.waits, step.then);
    else if (step.do === "release") this.#release(pick(this.#inside, step.which));
    else if (step.do === "cancel") this.#cancel(pick(this.#waiting, step.which));
    else if (step.do === "misuse") this.#giveBackTwice(pick(this.#gone, step.which));
    else if (step.do === "wait") this.#clock.advance(step.ms);
    else this.#reset();
    this.#look();
  }

  /** Everybody who has a place gives it back, until nobody waits any more. */
  end(): void {
    while (this.#inside.length > 0) this.#release(this.#inside[0]);
    law(this.#waiting.length === 0, "nobody waits where all places are free", this.#waiting.length);
    law(this.#clock.pending === 0, "nothing is left behind", this.#clock.pending);
    this.#look();
  }

  #ask(waits: boolean, then: Then): void {
    if (this.#asked > 200) return;
    const asking = new Asking(this.#asked++, undefined, waits ? Infinity : 0, (self) => this.#told(self, then));
    const { maxConcurrent, maxQueue } = this.#settings;
    const [free, before] = [maxConcurrent - this.#inside.length, this.#waiting.length];
    const { kind } = asking.ask(this.#bulkhead);
    if (kind === "admitted") {
      law(free > 0 && before === 0, "a place is given at once where one is free that nobody waits for", free, before);
      this.#enters(asking);
    } else if (kind === "queued") {
      law(waits && before < maxQueue, "only who waits is queued, and where there is room", waits, before);
      this.#counts.queued++;
      this.#waiting.push(asking);
      this.#queuedAtMs.set(asking, this.#clock.now());
    } else {
      law(free === 0 || before > 0, "nobody is turned away while a place is free", free, before);
      law(!waits || before >= maxQueue, "nobody is turned away while the queue has room", waits, before);
      law(asking.rejection?.reason === "full", "it is full", asking.rejection);
      this.#counts.rejected++;
    }
  }

  #enters(asking: Asking): void {
    this.#inside.push(asking);
    this.#counts.admitted++;
    law(this.#inside.length <= this.#settings.maxConcurrent, "never more than its places", this.#inside.length);
  }

  /** It has waited, and is told how that ended. */
  #told(asking: Asking, then: Then): void {
    const { rejection } = asking;
    if (rejection === null) {
      law(this.#waiting[0] === asking, "first come, first served", asking.number, this.#waiting[0]?.number);
      this.#waiting.shift();
      this.#enters(asking);
    } else if (rejection.reason === "queue_timeout") {
      const waitedMs = this.#clock.now() - (this.#queuedAtMs.get(asking) as number);
      law(waitedMs === this.#settings.queueTimeoutMs, "it has waited as long as the queue lets it", waitedMs);
      this.#waiting = this.#waiting.filter((each) => each !== asking);
      this.#counts.rejected++;
      this.#counts.timedOut++;
    }
    if ((then === "release" || then === "make way") && rejection === null) this.#release(asking);
    if (then === "ask" || then === "make way") this.#ask(true, "nothing");
    else if (then === "cancel") this.#cancel(this.#waiting[0]);
    else if (then === "reset") this.#reset();
  }

  #release(asking: Asking | undefined): void {
    if (asking?.permit == null) return;
    this.#inside = this.#inside.filter((each) => each !== asking);
    this.#gone.push(asking.permit);
    this.#bulkhead.release(asking.permit, "success");
  }

  #cancel(asking: Asking | undefined): void {
    this.#waiting = this.#waiting.filter((each) => each !== asking);
    asking?.cancel();
    asking?.cancel();
  }

  #giveBackTwice(permit: LimitPermit | undefined): void {
    if (permit === undefined) return;
    const before = this.#bulkhead.inUse;
    let error: unknown;
    try {
      this.#bulkhead.release(permit, "success");
    } catch (thrown) {
      error = thrown;
    }
    law(error instanceof TypeError, "a permit that is given back twice is a mistake", error);
    law(this.#bulkhead.inUse === before, "and frees no place", before, this.#bulkhead.inUse);
  }

  #reset(): void {
    const all = this.#waiting;
    this.#waiting = [];
    this.#counts = { admitted: 0, rejected: 0, queued: 0, timedOut: 0 };
    this.#bulkhead.reset();
    law(
      all.every(({ state }) => state === "rejected"),
      "a reset turns away all who wait",
      all.map(({ state }) => state),
    );
  }

  #look(): void {
    const [inUse, waiting] = [this.#inside.length, this.#waiting.length];
    const { maxConcurrent, queueTimeoutMs } = this.#settings;
    law(waiting === 0 || inUse === maxConcurrent, "nobody waits for a place that is free", waiting, inUse);
    for (const each of this.#waiting) {
      const waitedMs = this.#clock.now() - (this.#queuedAtMs.get(each) as number);
      law(waitedMs < queueTimeoutMs, "nobody waits longer than the queue lets them", waitedMs);
    }
    const { stats } = this.#bulkhead;
    const expected = { ...this.#counts, inUse, waiting };
    law(JSON.stringify(stats) === JSON.stringify(expected), "its stats say what has happened", stats, expected);
  }
}

const pick = <T>(from: readonly T[], which: number): T | undefined => from[which % Math.max(1, from.length)];
