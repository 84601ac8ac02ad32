/*
 * What a constructor would refuse of plain options: the rules of its table are asked directly, so all of it is known at once. The rest of
 * the options is what the rules of the doctor can still judge.
 */
import { isErrorClass } from "../../core/failure/error-class.ts";
import { isPlain } from "../../core/is-object.ts";
import { checkTable, type Given, type OptionTable } from "../../core/option-rules.ts";
import { copyOfOptions, optionKeys, ownMembers } from "../../core/read-options.ts";
import { messageOf, type OptionPath, type Refusal, written } from "../../core/refusal.ts";
import { breakerTable } from "../../policy/circuit-breaker-options.ts";
import { Policy } from "../../policy/policy.ts";
import { type PolicyOptions, policyRules, policyTable } from "../../policy/policy-options.ts";
import { retryRules } from "../../policy/retry.ts";
import { RetryPolicy, retryPolicyTable } from "../../policy/retry-policy.ts";
import { type CallPlan, PLAN } from "../../run/call/plan.ts";
import { fixOf, meantOption } from "./fix.ts";
import { kindOf } from "./kind-of.ts";

/** Something that a constructor refuses. */
export interface Refused {
  readonly option: string | null;
  readonly value: unknown;
  readonly message: string;
  readonly fix: string;
  /** The option of the config that it is in, or was probably meant to be; `null` where that may be any. */
  readonly within: string | null;
}

/** Plain options as their constructor sees them. */
interface ExaminedOptions {
  readonly refused: readonly Refused[];
  /** What the rest of the options makes; `null` where nothing can be made of it. */
  readonly plan: CallPlan | null;
}

/** The kinds of plain options. */
export type OptionsKind = "retry config" | "policy options" | "breaker options";

/** More mistakes than a person reads at once. */
const MOST = 200;

/** Whose options they are, and what is made of them. */
interface Form {
  readonly owner: string;
  readonly table: OptionTable;
  /** Where the options of each other owner stand in them. */
  readonly inner: Readonly<Record<string, OptionPath>>;
  readonly make: (options: object) => Policy;
}

const forRetry: Form = {
  owner: "retry",
  table: { rules: retryRules },
  inner: {},
  make: (retry) => new Policy({ retry }),
};

const forRetryPolicy: Form = {
  owner: "retryPolicy",
  table: retryPolicyTable,
  inner: { circuitBreaker: ["circuitBreaker"] },
  make: (options) => new RetryPolicy(options),
};

const forPolicy: Form = {
  owner: "policy",
  table: policyTable,
  inner: { retry: ["retry"], circuitBreaker: ["circuitBreaker"] },
  make: (options) => new Policy(options),
};

const forBreaker: Form = {
  owner: "circuitBreaker",
  table: breakerTable,
  inner: {},
  make: (circuitBreaker) => new Policy({ circuitBreaker }),
};

/** All that the constructor refuses, and what can be made of the rest. */
export function examineOptions(kind: OptionsKind, config: unknown): ExaminedOptions {
  const refused: Refused[] = [];
  try {
    const { owner, table, inner, make } = formOf(kind, config);
    const options = copyOfOptions(kind === "policy options" ? withOwnRetry(config as PolicyOptions) : config, table);
    const refusals = collect(owner, options, table);
    refused.push(...refusals.slice(0, MOST).map(toRefused));
    if (!isPlain(options) || refusals.length > MOST) return { refused, plan: null };
    const places = refusals.map(({ owner, path }) => [...(inner[owner] ?? []), ...path]);
    return { refused, plan: make(sound(options, places))[PLAN] };
  } catch (error) {
    return { refused: [...refused, unreadable(error)], plan: null };
  }
}

/** All that a table refuses. What is missing is told once what is there is right. */
function collect(owner: string, options: unknown, table: OptionTable): readonly Refusal[] {
  const refusals: Refusal[] = [];
  checkTable(options, table, { owner, path: [], refusals });
  const around = ({ owner, path }: Refusal): string => owner + written(path.slice(0, -1));
  const wrong = new Set(refusals.filter(({ required, value }) => required && value !== undefined).map(around));
  return refusals.filter((refusal) => refusal.value !== undefined || !wrong.has(around(refusal)));
}

function formOf(kind: OptionsKind, config: unknown): Form {
  if (kind === "policy options") return forPolicy;
  if (kind === "breaker options") return forBreaker;
  const isOuter = (key: string): boolean => Object.hasOwn(policyRules, key) && !Object.hasOwn(retryRules, key);
  return optionKeys(config as object).some(isOuter) ? forRetryPolicy : forRetry;
}

/** Another copy's Retry is none to this one's Policy, but its settings are good options. */
function withOwnRetry(options: PolicyOptions): PolicyOptions {
  const { retry } = options as { readonly retry?: { readonly settings: object } };
  return kindOf(retry) === "retry" ? ownMembers<PolicyOptions>(options, { retry: { ...retry?.settings } }) : options;
}

/** Options that have entries of their own, each of which can be right or wrong. */
const withEntries: ReadonlySet<string> = new Set(["retry", "strategies", "maxRetriesPerClass"]);

/** Takes the place of a refused strategy: it is not known which was meant, but a class without one is not retried at all. */
const someStrategy = (): number => 0;

/** A copy of the options without what was refused. */
function sound(options: object, refused: readonly OptionPath[], areStrategies = false): object {
  const copy: [string, unknown][] = [];
  for (const key of optionKeys(options)) {
    const value = (options as Given)[key];
    const within = refused.filter(([first]) => first === key).map(([, ...rest]) => rest);
    const isWhole = within.some((rest) => rest.length === 0);
    if (within.length === 0) copy.push([key, value]);
    else if (withEntries.has(key) && !isWhole) copy.push([key, sound(value as object, within, key === "strategies")]);
    // Without it, the options around would be those of a policy that makes one attempt.
    else if (key === "retry") copy.push([key, {}]);
    else if (areStrategies && isErrorClass(key)) copy.push([key, someStrategy]);
  }
  return Object.fromEntries(copy);
}

/** What there is to say about a refused option. */
export function toRefused(refusal: Refusal): Refused {
  const { owner, path, element, value } = refusal;
  const option = owner + written(element === undefined ? path : [...path, element]);
  return {
    option,
    value,
    message: messageOf(refusal),
    fix: fixOf(refusal),
    within: owner === "circuitBreaker" ? "circuitBreaker" : meantOption(path[0]),
  };
}

const unreadable = (error: unknown): Refused => ({
  option: null,
  value: null,
  message: `The options cannot be read: ${error instanceof Error ? error.message : String(error)}`,
  fix: "Give plain values: no getters or proxies that throw.",
  within: null,
});
