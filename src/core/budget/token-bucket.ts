import { exact } from "./exact.ts";

/** How tokens count: never below zero, never above the capacity, taken whole or not at all. */
export class TokenBucket {
  readonly capacity: number;
  #tokens: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#tokens = capacity;
  }

  get tokens(): number {
    return this.#tokens;
  }

  take(tokens: number): boolean {
    if (tokens > this.#tokens) return false;
    this.#tokens = exact(this.#tokens - tokens);
    return true;
  }

  give(tokens: number): void {
    this.#tokens = Math.min(this.capacity, exact(this.#tokens + tokens));
  }
}
