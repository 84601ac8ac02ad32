/*
 * Which requests count: those to what stands last. A caller's requests do, unless a service in between (a layer) is among what it calls: then
 * that one's requests count instead, and of the caller's only those that end elsewhere, which whoever answers them has to tell.
 */

/** All that one caller sends its requests to. */
export interface Reach {
  /** A service in between is among it. */
  layered: boolean;
}

/** Counts the requests of one simulation, while its models are built and while they answer. */
export class Requests {
  count = 0;
  /** Of the caller whose dependency is being built: the clients, unless a service in between is. */
  reach: Reach = { layered: false };
  /** Services in between that have been built. */
  #layers = 0;

  /** Builds what a service in between calls, and says what that reaches. */
  behind<T>(build: () => T): { readonly built: T; readonly reach: Reach } {
    this.#layers++;
    const outer = this.reach;
    outer.layered = true;
    const reach: Reach = { layered: false };
    this.reach = reach;
    const built = build();
    this.reach = outer;
    return { built, reach };
  }

  /** Builds what a model wraps, and says whether that is last: no service in between is among it. */
  within<T>(build: () => T): { readonly built: T; readonly isLast: boolean } {
    const before = this.#layers;
    const built = build();
    return { built, isLast: this.#layers === before };
  }

  /** A caller has sent one. */
  sent(reach: Reach): void {
    if (!reach.layered) this.count++;
  }

  /** What tells of a request that ends where this is called: its caller could not know. */
  arrival(): () => void {
    const { reach } = this;
    return () => {
      if (reach.layered) this.count++;
    };
  }
}
