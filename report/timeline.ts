/* What all charts share: the period that they show, and the point in time under the cursor. In seconds. */

interface Follower {
  /** Another period is shown. */
  zoomed(): void;
  /** The cursor has moved; `null`: it is on no chart. */
  pointed(at: number | null): void;
}

/** The shortest period that is shown: a hundredth of a second. */
const NARROWEST = 0.01;

class Timeline {
  readonly end: number;
  #from = 0;
  #to: number;
  #at: number | null = null;
  readonly #followers: Follower[] = [];

  constructor(end: number) {
    this.end = end;
    this.#to = end;
  }

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  get at(): number | null {
    return this.#at;
  }

  get whole(): boolean {
    return this.#from === 0 && this.#to === this.end;
  }

  follow(follower: Follower): void {
    this.#followers.push(follower);
  }

  show(from: number, to: number): void {
    const start = Math.max(0, from);
    const stop = Math.min(this.end, to);
    if (stop - start < NARROWEST) return;
    this.#from = start;
    this.#to = stop;
    for (const follower of this.#followers) follower.zoomed();
  }

  showAll(): void {
    this.show(0, this.end);
  }

  /** Shows a period that is `factor` times as long, around the cursor if it is in the period, else around the middle. */
  zoom(factor: number): void {
    const at = this.#at;
    const pivot = at !== null && at >= this.#from && at <= this.#to ? at : (this.#from + this.#to) / 2;
    this.show(pivot - (pivot - this.#from) * factor, pivot + (this.#to - pivot) * factor);
  }

  point(at: number | null): void {
    if (at === this.#at) return;
    this.#at = at;
    for (const follower of this.#followers) follower.pointed(at);
  }
}

export { Timeline };
