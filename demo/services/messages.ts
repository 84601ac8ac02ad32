/* What the demo and its three processes tell each other. Every order is answered by one report. */

export const LAYERS = ["front", "middle", "last"] as const;
export type Layer = (typeof LAYERS)[number];

/** How the three services behave in one run. */
export interface Behaviour {
  /** By `handleRequests`, each request in a scope; or by a plain listener of `node:http`, which hears nothing of clients and deadlines. */
  readonly handlers: "scoped" | "plain";
  /** A plain listener says by itself that it has retried: `x-should-retry: false`. `handleRequests` always does. */
  readonly tellsRetried: boolean;
  /** Front and middle pass on how much time is left, by `x-request-timeout-ms`. */
  readonly passesDeadline: boolean;
  /** How long the last one works on a request before it answers 503. */
  readonly failsAfterMs: number;
}

/** One request, as the service that got it has seen it. All times by `Date.now()`: the processes share one machine, and one clock. */
export interface Visit {
  readonly atMs: number;
  /** When the handler was through with it, whether anybody still waited or not; `null` while it works. */
  endedAtMs: number | null;
  /** The time that the caller has said it waits; `null` where it has said nothing. */
  readonly toldMs: number | null;
}

export type Order =
  /** Forget the last run, and behave like this. `next` is the address of the service to call, `null` for the last one. */
  | { readonly type: "begin"; readonly next: string | null; readonly behaviour: Behaviour }
  /** Say what you have seen. */
  | { readonly type: "report" };

export interface Report {
  readonly port: number;
  readonly visits: readonly Visit[];
}
