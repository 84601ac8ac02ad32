import type { Breaker } from "../../core/breaker/breaker.ts";
import type { CircuitSettings } from "../../core/breaker/circuit.ts";
import { partOf } from "../../core/part.ts";
import { RETRY_DEFAULTS } from "../../core/retry/defaults.ts";
import type { policyRules } from "../../policy/policy-options.ts";
import { type CallPlan, makePlan, PLAN } from "../../run/call/plan.ts";
import type { RetrySettings } from "../../run/call/retry-settings.ts";
import { defaultClassifier } from "../../run/default-classifiers.ts";
import { systemClock } from "../../run/time/clock.ts";
import { type HedgeLimits, hedgeLimits, type LimiterLimits, limiterLimits, type Worst, worstOf } from "../worst-case/index.ts";
import { type Kind, kindOf, policyOfKey } from "./kind-of.ts";
import { examineOptions, type OptionsKind, type Refused } from "./refused-options.ts";

/** A breaker's settings, as it tells them. */
export type BreakerSettings = Omit<CircuitSettings, "tripOn"> & { readonly name: string; readonly tripOn: readonly string[] };

/** A subject as the rules see it: whatever it was given as, it is a plan. */
export interface View {
  /** A breaker by itself: the calls that it will see are not known. */
  readonly alone: boolean;
  /** The breaker, or the options that one will be made of (`made` tells which); `null` where there is no circuit. */
  readonly circuit: { readonly of: object; readonly made: boolean } | null;
  /** The name it was given under, or has itself. */
  readonly subject: string;
  readonly plan: CallPlan;
  readonly worst: Worst;
  /** `null` for none, and for one that tells nothing of itself. */
  readonly breaker: BreakerSettings | null;
  /** In the order in which they are asked. */
  readonly limiters: readonly LimiterLimits[];
  readonly hedge: HedgeLimits | null;
  /** Whether the value of an option of the retry was chosen. Where the options are not at hand, any value but the default counts as chosen. */
  readonly chosen: (option: keyof typeof RETRY_DEFAULTS) => boolean;
}

/** What there is to say of a subject: what its constructor refuses, and a view of it, or of what is left of it. */
export interface ExaminedSubject {
  readonly refused: readonly Refused[];
  readonly view: View | null;
  readonly subject: string;
}

/** Looks at a subject. Without a name, it gets its operation's or that of its kind. */
export function examineSubject(kind: Kind, value: unknown, name?: string): ExaminedSubject {
  const { refused, plan } = isOptions(kind) ? examineOptions(kind, value) : { refused: [], plan: planOf(kind, value, name) };
  const subject = name ?? plan?.operation ?? ownName[kind];
  if (plan === null) return { refused, view: null, subject };
  const given = isOptions(kind) ? givenOptions(kind, value) : null;
  const limiters = limiterLimits(plan.limiter);
  const hedge = hedgeLimits(plan.hedge);
  const view: View = {
    alone: kind === "breaker" || kind === "breaker options",
    circuit: plan.breaker && circuitOf(kind, value, plan.breaker),
    subject,
    plan,
    worst: worstOf(plan.retry, limiters, hedge),
    breaker: settingsOf(plan.breaker),
    limiters,
    hedge,
    chosen: (option) => (given === null ? plan.retry?.[option] !== RETRY_DEFAULTS[option] : given[option] !== undefined),
  };
  return { refused, subject, view };
}

const ownName: Readonly<Record<Kind, string>> = {
  policy: "policy",
  "keyed policies": "keyed policies",
  "policy options": "policy",
  retry: "retry",
  "retry config": "config",
  breaker: "breaker",
  "breaker options": "breaker",
};

const isOptions = (kind: Kind): kind is OptionsKind => kind.endsWith("config") || kind.endsWith("options");

function planOf(kind: Kind, value: unknown, name = "keyed policies"): CallPlan {
  if (kind === "policy") return (value as { readonly [PLAN]: CallPlan })[PLAN];
  // Their circuits are named after keys: those of other subjects are not the same ones.
  const ofKey = kind === "keyed policies" ? policyOfKey(value, `a key of ${name}`) : null;
  if (ofKey !== null) return ofKey[PLAN];
  const retry = kind === "retry" ? (value as { readonly settings: RetrySettings }).settings : null;
  return makePlan({
    retry,
    classifier: retry?.classifier ?? defaultClassifier,
    breaker: kind === "breaker" ? (value as Breaker) : null,
    limiter: null,
    hedge: null,
    chaos: null,
    fallback: null,
    operation: undefined,
    hooks: [],
    onHookError: undefined,
    resultClassifier: null,
    discard: undefined,
    clock: systemClock,
    random: Math.random,
  });
}

/** The options of the retry as they were written; `null` where a Retry hides them. */
function givenOptions(kind: Kind, value: unknown): Readonly<Record<string, unknown>> | null {
  const { retry, ...own } = value as Readonly<Record<keyof typeof policyRules, unknown>>;
  if (kind === "retry config") return own;
  return typeof retry === "object" && retry !== null && !("settings" in retry)
    ? (retry as Readonly<Record<string, unknown>>)
    : null;
}

function circuitOf(kind: Kind, value: unknown, breaker: Breaker): View["circuit"] {
  if (kind === "breaker options") return { of: value as object, made: false };
  const given = isOptions(kind) ? (value as { readonly circuitBreaker?: object }).circuitBreaker : undefined;
  return given === undefined || kindOf(given) === "breaker" ? { of: breaker, made: true } : { of: given, made: false };
}

function settingsOf(breaker: Breaker | null): BreakerSettings | null {
  const part = partOf(breaker);
  return part?.kind === "circuit-breaker" ? (part.settings as unknown as BreakerSettings) : null;
}
