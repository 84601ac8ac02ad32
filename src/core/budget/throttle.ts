import { exact } from "./exact.ts";

/**
 * How a throttle counts. It starts full; each failure that a retry would follow takes a token, whether the retry is made or not. One that came at
 * once cost the dependency nothing, so its retry is refused only where no token is left; a timeout is the mark of overload, and its retry makes the
 * queue longer, so it is refused as soon as more than `timeoutCapacity` tokens are missing.
 */
export class Throttle {
  readonly capacity: number;
  readonly timeoutCapacity: number;
  #missing = 0;

  constructor(capacity: number, timeoutCapacity: number) {
    this.capacity = capacity;
    this.timeoutCapacity = timeoutCapacity;
  }

  get tokens(): number {
    return exact(this.capacity - this.#missing);
  }

  take(tokens: number, afterTimeout: boolean): boolean {
    const missing = exact(this.#missing + tokens);
    this.#missing = Math.min(this.capacity, missing);
    return missing <= (afterTimeout ? this.timeoutCapacity : this.capacity);
  }

  give(tokens: number): void {
    if (this.#missing > 0) this.#missing = Math.max(0, exact(this.#missing - tokens));
  }
}
