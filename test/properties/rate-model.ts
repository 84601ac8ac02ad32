/*
 * A rate limiter as naively as it can be told: it keeps everything that was ever taken, recounts it whenever it is asked, and looks whose turn it is
 * at every millisecond. All numbers are integers, and buckets get a token every so many milliseconds, so that nothing happens in between.
 */
export interface Dimension {
  readonly limit: number;
  readonly intervalMs: number;
  readonly burst: number | undefined;
}

interface Taken {
  readonly atMs: number;
  /** What it cost, as far as is known now. */
  cost: number;
}

/** What one dimension has given. */
class Ledger {
  readonly dimension: Dimension;
  readonly #taken: Taken[];

  constructor(dimension: Dimension, taken: readonly Taken[] = []) {
    this.dimension = dimension;
    this.#taken = taken.map((each) => ({ ...each }));
  }

  get most(): number {
    return this.dimension.burst ?? this.dimension.limit;
  }

  take(atMs: number, cost: number): number {
    return this.#taken.push({ atMs, cost }) - 1;
  }

  /** It has cost so much less. */
  correct(index: number, less: number): void {
    (this.#taken[index] as Taken).cost -= less;
  }

  remaining(nowMs: number): number {
    const { limit, intervalMs, burst } = this.dimension;
    if (burst === undefined) {
      const inside = this.#taken.filter(({ atMs }) => atMs > nowMs - intervalMs);
      return inside.reduce((left, { cost }) => left - cost, limit);
    }
    // From the beginning, in milliseconds until it is full: they pass, and each token that is taken adds some.
    const everyMs = intervalMs / limit;
    let missingMs = 0;
    let lastMs = 0;
    for (const { atMs, cost } of this.#taken) {
      missingMs = Math.max(0, missingMs - (atMs - lastMs)) + cost * everyMs;
      lastMs = atMs;
    }
    return burst - Math.max(0, missingMs - (nowMs - lastMs)) / everyMs;
  }

  copy(): Ledger {
    return new Ledger(this.dimension, this.#taken);
  }
}

export interface Queued {
  readonly number: number;
  readonly costs: readonly number[];
}

export class RateModel {
  nowMs: number;
  readonly #dimensions: readonly Dimension[];
  #ledgers: readonly Ledger[];
  #pausedUntilMs = 0;
  waiting: Queued[] = [];
  /** Who was admitted from the queue, when, and where its costs stand in the ledgers. */
  readonly admitted: { readonly number: number; readonly atMs: number; readonly indexes: readonly number[] }[] = [];

  constructor(dimensions: readonly Dimension[], nowMs: number) {
    this.#dimensions = dimensions;
    this.nowMs = nowMs;
    this.#ledgers = dimensions.map((each) => new Ledger(each));
  }

  remaining(): readonly number[] {
    return this.#ledgers.map((ledger) => ledger.remaining(this.nowMs));
  }

  get pausedMs(): number {
    return Math.max(0, this.#pausedUntilMs - this.nowMs);
  }

  canEver(costs: readonly number[]): boolean {
    return costs.every((cost, index) => cost <= (this.#ledgers[index] as Ledger).most);
  }

  hasRoom(costs: readonly number[]): boolean {
    return this.pausedMs === 0 && costs.every((cost, index) => cost <= (this.remaining()[index] as number));
  }

  take(costs: readonly number[]): readonly number[] {
    return costs.map((cost, index) => (this.#ledgers[index] as Ledger).take(this.nowMs, cost));
  }

  correct(indexes: readonly number[], less: readonly number[]): void {
    this.#ledgers.forEach((ledger, index) => {
      const amount = less[index] as number;
      if (amount < 0) ledger.take(this.nowMs, -amount);
      else ledger.correct(indexes[index] as number, amount);
    });
  }

  pause(ms: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, this.nowMs + ms);
  }

  reset(): void {
    this.#ledgers = this.#dimensions.map((each) => new Ledger(each));
    this.#pausedUntilMs = 0;
  }

  /** Admits from the head on. */
  serve(): void {
    for (let first = this.waiting[0]; first !== undefined && this.hasRoom(first.costs); first = this.waiting[0]) {
      this.waiting.shift();
      this.admitted.push({ number: first.number, atMs: this.nowMs, indexes: this.take(first.costs) });
    }
  }

  advance(ms: number): void {
    for (let passed = 0; passed < ms; passed++) {
      this.nowMs++;
      this.serve();
    }
  }

  /** How long one that joins now waits if nothing else happens; `Infinity` where that is longer than `mostMs`. */
  waitMs(costs: readonly number[], mostMs: number): number {
    const copy = new RateModel(this.#dimensions, this.nowMs);
    copy.#ledgers = this.#ledgers.map((ledger) => ledger.copy());
    copy.#pausedUntilMs = this.#pausedUntilMs;
    copy.waiting = [...this.waiting, { number: -1, costs }];
    for (let ms = 0; ms <= mostMs; ms++) {
      copy.serve();
      if (copy.waiting.length === 0) return ms;
      copy.nowMs++;
    }
    return Infinity;
  }
}
