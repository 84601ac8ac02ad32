/* How many places there are, and how many of them are taken. A place that is given back goes to the head of the line. */
import type { LimitPermit } from "./limiter.ts";
import type { Waiting, WaitingLine } from "./waiting-line.ts";

/** How many of a number of places a share of them is: at least one. */
export const partOf = (places: number, share: number): number => Math.max(1, Math.ceil(places * share));

export class Places<Waiter extends Waiting> {
  readonly most: number;
  readonly #line: WaitingLine<Waiter>;
  readonly #permitFor: (waiter: Waiter) => LimitPermit | null;
  #taken = 0;

  /** @param permit makes a permit for the place that was taken */
  constructor(most: number, line: WaitingLine<Waiter>, permit: () => LimitPermit) {
    this.most = most;
    this.#line = line;
    this.#permitFor = () => (this.#take() ? permit() : null);
  }

  get taken(): number {
    return this.#taken;
  }

  /** Takes a place, where one is free that nobody waits for. */
  take(): boolean {
    return this.#line.length === 0 && this.#take();
  }

  giveBack(): void {
    this.#taken--;
    this.#line.serve(this.#permitFor);
  }

  #take(): boolean {
    if (this.#taken >= this.most) return false;
    this.#taken++;
    return true;
  }
}
