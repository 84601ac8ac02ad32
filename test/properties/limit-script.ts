/* The limiters and the hedge of a world's policy, written down, and what else wants a place at the same limiters. */
import fc from "fast-check";
import type { ErrorClass } from "redress";

export type LimiterScript =
  /** One of a user's own: so many places, and a queue without end. It admits within the release of another permit, or some time after. */
  | { readonly kind: "own"; readonly places: number; readonly admitsAfterMs: number }
  | { readonly kind: "bulkhead"; readonly maxConcurrent: number; readonly maxQueue: number; readonly queueTimeoutMs: number }
  | {
      readonly kind: "rate";
      readonly limit: number;
      readonly intervalMs: number;
      readonly burst: number | undefined;
      readonly maxQueue: number;
    }
  | { readonly kind: "adaptive"; readonly min: number; readonly max: number; readonly initial: number }
  | { readonly kind: "throttle"; readonly multiplier: number; readonly windowMs: number };

export interface HedgeScript {
  readonly delay: { readonly delayMs: number } | { readonly quantile: number; readonly minSamples: number };
  readonly maxHedges: number;
  /** `null`: the load allows every hedge. */
  readonly loadRatio: number | null;
}

/** Somebody else who wants a place at the limiters: through a policy that shares them, or by a permit alone. */
export interface RivalScript {
  readonly startAtMs: number;
  readonly takesMs: number;
  readonly via: "policy" | "permit";
  readonly failsAs: ErrorClass | null;
}

/** What a world has above the ground floor. */
export interface Storey {
  readonly limiters: readonly LimiterScript[];
  readonly hedge: HedgeScript | null;
  readonly rivals: readonly RivalScript[];
  /** All limiters are reset then. */
  readonly resetAtMs: number | null;
}

export const GROUND_FLOOR: Storey = { limiters: [], hedge: null, rivals: [], resetAtMs: null };

const ms: fc.Arbitrary<number> = fc.integer({ min: 0, max: 12 });
const queueLength = fc.constantFrom(0, 1, 2, 10);

const limiters: Readonly<Record<LimiterScript["kind"], fc.Arbitrary<LimiterScript>>> = {
  own: fc.record({
    kind: fc.constant("own"),
    places: fc.constantFrom(1, 1, 2, 3, 8),
    admitsAfterMs: fc.constantFrom(0, 0, 1, 5),
  }),
  bulkhead: fc.record({
    kind: fc.constant("bulkhead"),
    maxConcurrent: fc.constantFrom(1, 1, 2, 3, 8),
    maxQueue: queueLength,
    queueTimeoutMs: fc.constantFrom(Infinity, Infinity, 1, 5, 20),
  }),
  rate: fc.record({
    kind: fc.constant("rate"),
    limit: fc.constantFrom(1, 2, 3),
    intervalMs: fc.constantFrom(1, 5, 10, 20),
    burst: fc.constantFrom(undefined, undefined, 1, 2, 3),
    maxQueue: queueLength,
  }),
  adaptive: fc.record({
    kind: fc.constant("adaptive"),
    min: fc.constantFrom(1, 2),
    max: fc.constantFrom(2, 3, 10),
    initial: fc.constant(2),
  }),
  throttle: fc.record({
    kind: fc.constant("throttle"),
    multiplier: fc.constantFrom(1, 1.5, 2),
    windowMs: fc.constantFrom(20, 120_000),
  }),
};

/** One limiter, or several that are asked in order. */
export const someLimiters = (...kinds: LimiterScript["kind"][]): fc.Arbitrary<readonly LimiterScript[]> =>
  fc.array(fc.oneof(...kinds.map((kind) => limiters[kind])), { minLength: 1, maxLength: 3 });

export const anyLimiters = someLimiters("own", "bulkhead", "rate", "adaptive", "throttle");

export const someHedge: fc.Arbitrary<HedgeScript> = fc.record({
  delay: fc.oneof(
    { weight: 3, arbitrary: fc.record({ delayMs: fc.integer({ min: 0, max: 8 }) }) },
    { weight: 1, arbitrary: fc.record({ quantile: fc.constantFrom(0.1, 0.5, 0.9), minSamples: fc.constantFrom(1, 2) }) },
  ),
  maxHedges: fc.constantFrom(1, 1, 2, 3),
  loadRatio: fc.constantFrom(null, null, 1, 0.5, 0.2),
});

const rival: fc.Arbitrary<RivalScript> = fc.record({
  startAtMs: ms,
  takesMs: fc.oneof(ms, fc.constantFrom(30, 100)),
  via: fc.constantFrom("policy", "permit"),
  failsAs: fc.constantFrom(null, null, "RATE_LIMIT", "TRANSIENT", "PERMANENT"),
});

/** Worlds with hedges, with limiters, or with both. */
export const storeys = (
  limiters: fc.Arbitrary<readonly LimiterScript[]>,
  hedge: fc.Arbitrary<HedgeScript | null>,
): fc.Arbitrary<Storey> =>
  fc.record({
    limiters,
    hedge,
    rivals: fc.array(rival, { maxLength: 3 }),
    resetAtMs: fc.oneof({ weight: 4, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: ms }),
  });
