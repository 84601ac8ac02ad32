import { exact } from "../../budget/exact.ts";
import type { Allowance } from "./allowance.ts";
import { LeastSince } from "./least-since.ts";

/**
 * A bucket of `burst` tokens, full at first, into which `limit` come back per interval, evenly: so at most `limit + burst` within any interval.
 *
 * A correction must not be worth more than it would have been: had less been taken, the bucket might have been full meanwhile, and what comes into a full
 * bucket is lost. So of what is given back, only so much counts as has been missing ever since.
 */
export class BucketAllowance implements Allowance {
  readonly most: number;
  /** How long it takes for one to come back. */
  readonly #oneMs: number;
  /** What was missing at an instant. */
  #missing = 0;
  #atMs = 0;
  /** What was missing before each time that something was taken: the least of it in between. */
  readonly #missingBefore = new LeastSince();

  constructor(limit: number, intervalMs: number, burst: number) {
    this.most = burst;
    this.#oneMs = intervalMs / limit;
  }

  readyAtMs(nowMs: number, total: number): number {
    const missing = this.#missingAt(nowMs);
    const lacking = exact(missing + total - this.most);
    if (!(lacking > 0)) return nowMs;
    if (missing === 0) return nowMs + exact(lacking * this.#oneMs);
    // From the instant that is kept, so that whoever asks again at the instant that is answered here gets no other answer by a rounding.
    return Math.max(nowMs, this.#atMs + exact((this.#missing + total - this.most) * this.#oneMs));
  }

  take(nowMs: number, cost: number): number {
    const missing = this.#missingAt(nowMs);
    this.#setMissing(nowMs, exact(missing + cost));
    return this.#missingBefore.note(missing);
  }

  giveBack(nowMs: number, taken: number, amount: number): void {
    const missing = this.#missingAt(nowMs);
    const worth = Math.min(amount, this.#missingBefore.leastSince(taken));
    this.#missingBefore.lowerSince(taken, worth);
    this.#setMissing(nowMs, exact(missing - Math.min(worth, missing)));
  }

  remaining(nowMs: number): number {
    return exact(this.most - this.#missingAt(nowMs));
  }

  #missingAt(nowMs: number): number {
    // On a clock that was set back, what comes back is counted from there.
    if (nowMs < this.#atMs) this.#atMs = nowMs;
    return Math.max(0, this.#missing - Math.max(0, nowMs - this.#atMs) / this.#oneMs);
  }

  #setMissing(nowMs: number, missing: number): void {
    this.#missing = missing;
    this.#atMs = Math.max(nowMs, this.#atMs);
  }
}
