/*
 * Which requests count: those to the last dependency of a chain. The requests of a process (a client, or a layer) count, unless a layer is
 * downstream of it. Then the requests of that layer count instead, and of the process only those that end elsewhere, beside the layer: the
 * model that answers such a request counts it, because the process that sent it cannot know where it ends.
 */

/** All that one process sends its requests to. */
export interface Downstream {
  /** Whether a layer is part of it. */
  hasLayers: boolean;
}

/** Counts the requests of one simulation: while its models are built, it learns where they end; while they answer, it counts. */
export class RequestCount {
  total = 0;
  /** Downstream of the process whose dependency is being built: of the clients, unless a layer is. */
  downstream: Downstream = { hasLayers: false };
  /** Layers that have been built. */
  #layers = 0;

  /** Builds what a layer calls, and returns it with its downstream. */
  behindLayer<T>(build: () => T): { readonly built: T; readonly downstream: Downstream } {
    this.#layers++;
    const outer = this.downstream;
    outer.hasLayers = true;
    const downstream: Downstream = { hasLayers: false };
    this.downstream = downstream;
    const built = build();
    this.downstream = outer;
    return { built, downstream };
  }

  /** Builds what a model wraps, and says whether that is the last dependency: no layer is part of it. */
  wrapping<T>(build: () => T): { readonly built: T; readonly isLast: boolean } {
    const before = this.#layers;
    const built = build();
    return { built, isLast: this.#layers === before };
  }

  /** A process has sent a request downstream. */
  sent({ hasLayers }: Downstream): void {
    if (!hasLayers) this.total++;
  }

  /** Returns the function that counts a request which ends in the model that is being built. */
  counter(): () => void {
    const { downstream } = this;
    return () => {
      if (downstream.hasLayers) this.total++;
    };
  }
}
