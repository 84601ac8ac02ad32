import { HedgeLoad } from "../core/hedge/hedge-load.ts";
import { type Hedging, ROUNDS } from "../core/hedge/hedging.ts";
import { MovingQuantile } from "../core/hedge/moving-quantile.ts";
import {
  aboveZero,
  demand,
  finiteFrom,
  type OptionRule,
  type OptionTable,
  ratio,
  report,
  requireOptions,
  wholeFrom,
} from "../core/option-rules.ts";
import { type Description, PART, type Part } from "../core/part.ts";
import { throwRefusal } from "../core/refusal.ts";
import { rounds } from "../run/call/hedging.ts";

/** When hedges are started, and how many of them there may be. Exactly one of `delayMs` and `quantile` is given. */
export interface HedgeOptions {
  /** How long an attempt has to answer before a hedge is started beside it, in milliseconds: >= 0, finite. */
  readonly delayMs?: number | undefined;
  /**
   * The delay is learnt: what this share of the first attempts of calls does not exceed, of those that succeed. A ratio > 0 and < 1: 0.95 starts a
   * hedge beside the slowest 5 %, and so adds up to 5 % of load.
   */
  readonly quantile?: number | undefined;
  /** Durations that must be known before there is a hedge by `quantile`: an integer >= 1. @default 100 */
  readonly minSamples?: number | undefined;
  /** How long a duration counts for `quantile`, in milliseconds, > 0. @default 60_000 */
  readonly windowMs?: number | undefined;
  /** Hedges beside one first attempt, each started when the one before has had its delay too: an integer >= 1. @default 1 */
  readonly maxHedges?: number | undefined;
  /**
   * Hedges of the last minute are at most this share of its calls: a ratio > 0 to 1. Below 1 / `loadRatio` calls a minute there is none.
   *
   * @default 0.05
   */
  readonly loadRatio?: number | undefined;
}

/** What hedges cost, and what they brought. Counts since construction. */
export interface HedgeStats {
  /** Calls that made a first attempt. */
  readonly calls: number;
  /** Hedges that were started: the load that was added. */
  readonly hedges: number;
  /** Hedged rounds that ended with the success of a hedge: what the load has bought. */
  readonly won: number;
  /** Hedged rounds that ended with the success of their first attempt: the hedges of these were for nothing. */
  readonly wonByFirst: number;
  /** Attempts that were cut short because another one of their round had won. */
  readonly cut: number;
  /** Hedges that were due, but not started: for the load, the retry budget or a limiter. */
  readonly refused: number;
  /** How long an attempt now has before a hedge is started, in milliseconds; `null` while too few durations are known for the quantile. */
  readonly delayMs: number | null;
}

/** What a Hedge is, and how it stands. */
export interface HedgeDescription extends Description {
  readonly state: HedgeStats;
}

const MIN_SAMPLES = 100;
const WINDOW_MS = 60_000;

const contradiction = (text: string, advice: string) => ({ ...demand(text), advice, why: "contradiction" }) as const;

/** An option that means nothing beside a delay that is given. */
const ofQuantile = (rule: OptionRule): OptionRule => ({
  ...rule,
  inside: (value: number, place, { delayMs }) => {
    if (delayMs !== undefined)
      report(place, value, contradiction("left out beside delayMs, which is not learnt", "Leave one of the two out."));
  },
});

const table: OptionTable<keyof HedgeOptions> = {
  rules: {
    delayMs: finiteFrom(0),
    quantile: ofQuantile({
      text: "a ratio > 0 and < 1, such as 0.95 for the 95th percentile",
      type: "number",
      ok: (value: number) => value > 0 && value < 1,
    }),
    minSamples: ofQuantile(wholeFrom(1)),
    windowMs: ofQuantile(aboveZero),
    maxHedges: wholeFrom(1),
    loadRatio: ratio,
  },
};

/**
 * Starts a further attempt while one is still in flight, and takes whichever succeeds first: against the few answers that take much longer than the
 * others, for no reason that a second request would meet again. For operations that may run twice at the same time, such as reads.
 *
 * Not a retry, which follows a failure, and no help where everything is slow: there it would only add load. So a hedge takes from the retry budget
 * as a retry does, is counted by `maxAttempts`, goes through the limiters without waiting, and no more than `loadRatio` of the calls
 * of a minute are hedged. Whatever of these refuses, the attempt in flight goes on alone. Share one per dependency between policies.
 *
 * After Dean and Barroso, "The Tail at Scale" (Communications of the ACM, 2013), and
 * [hedging in gRPC](https://github.com/grpc/proposal/blob/master/A6-client-retries.md).
 *
 * @throws TypeError or RangeError for a missing, wrong or unknown option, and where both `delayMs` and `quantile` are given.
 * @example
 * const hedge = new Hedge({ quantile: 0.95 });
 * const policy = new Policy({ retry: { maxAttempts: 3 }, hedge });
 * const user = await policy.call(({ signal }) => fetchUser("7", { signal }));
 */
export class Hedge implements Hedging {
  readonly maxHedges: number;
  /** Part of `Hedging`: for the calls. */
  readonly learns: boolean;
  readonly #delayMs: number;
  readonly #quantile: number;
  readonly #minSamples: number;
  readonly #windowMs: number;
  readonly #loadRatio: number;
  readonly #durations: MovingQuantile | null;
  readonly #load: HedgeLoad;
  #nowMs = 0;
  #calls = 0;
  #hedges = 0;
  #won = 0;
  #wonByFirst = 0;
  #cut = 0;
  #refused = 0;

  constructor(options: HedgeOptions) {
    const {
      delayMs,
      quantile,
      minSamples = MIN_SAMPLES,
      windowMs = WINDOW_MS,
      maxHedges = 1,
      loadRatio = 0.05,
    } = requireOptions("hedge", options, table);
    if (delayMs === undefined && quantile === undefined)
      throwRefusal({
        owner: "hedge",
        path: ["delayMs"],
        rule: { ...demand("given where there is no quantile"), advice: "Give one of the two, such as { quantile: 0.95 }." },
        value: undefined,
        required: true,
      });
    this.maxHedges = maxHedges;
    this.learns = quantile !== undefined;
    this.#delayMs = delayMs ?? Infinity;
    this.#quantile = quantile ?? 0;
    this.#minSamples = minSamples;
    this.#windowMs = windowMs;
    this.#loadRatio = loadRatio;
    this.#durations = quantile === undefined ? null : new MovingQuantile(quantile, windowMs);
    this.#load = new HedgeLoad(loadRatio);
  }

  get stats(): HedgeStats {
    const delayMs = this.#delayAtMs(this.#nowMs);
    return {
      calls: this.#calls,
      hedges: this.#hedges,
      won: this.#won,
      wonByFirst: this.#wonByFirst,
      cut: this.#cut,
      refused: this.#refused,
      delayMs: delayMs === Infinity ? null : delayMs,
    };
  }

  /** Plain JSON: what it is, and how it stands. */
  describe(): HedgeDescription {
    const { name, settings } = this[PART];
    const plain = Object.entries(settings).map(([option, value]) => [option, value === Infinity ? "Infinity" : value]);
    return { name, settings: Object.fromEntries(plain), state: this.stats };
  }

  /** @internal */
  get [PART](): Part<Hedge> {
    const { maxHedges } = this;
    const common = { maxHedges, loadRatio: this.#loadRatio };
    const settings =
      this.#durations === null
        ? { delayMs: this.#delayMs, ...common }
        : { quantile: this.#quantile, minSamples: this.#minSamples, windowMs: this.#windowMs, ...common };
    return { kind: "hedge", name: "Hedge", settings, another: () => new Hedge(settings) };
  }

  /** @internal */
  get [ROUNDS](): object {
    return rounds;
  }

  /** Part of `Hedging`: for the calls. */
  began(nowMs: number): void {
    this.#calls++;
    this.#load.call(nowMs);
  }

  /** Part of `Hedging`: for the calls. */
  delayMs(nowMs: number): number {
    this.#nowMs = nowMs;
    return this.#delayAtMs(nowMs);
  }

  /** Part of `Hedging`: for the calls. */
  allows(nowMs: number): boolean {
    return this.#load.allows(nowMs);
  }

  /** Part of `Hedging`: for the calls. */
  started(nowMs: number): void {
    this.#hedges++;
    this.#load.hedge(nowMs);
  }

  /** Part of `Hedging`: for the calls. */
  refused(): void {
    this.#refused++;
  }

  /** Part of `Hedging`: for the calls. */
  firstTook(nowMs: number, durationMs: number): void {
    this.#nowMs = nowMs;
    this.#durations?.add(nowMs, durationMs);
  }

  /** Part of `Hedging`: for the calls. */
  won(byHedge: boolean, cut: number): void {
    if (byHedge) this.#won++;
    else this.#wonByFirst++;
    this.#cut += cut;
  }

  #delayAtMs(nowMs: number): number {
    return this.#durations === null ? this.#delayMs : this.#durations.valueMs(nowMs, this.#minSamples);
  }
}
