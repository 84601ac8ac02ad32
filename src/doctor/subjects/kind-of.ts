import { isBreaker } from "../../core/breaker/breaker.ts";
import { closestWord } from "../../core/closest-word.ts";
import { isPlain } from "../../core/is-object.ts";
import type { OptionRule } from "../../core/option-rules.ts";
import { breakerRules } from "../../policy/circuit-breaker-options.ts";
import { KEYED, type KeyedPolicies } from "../../policy/keyed/keyed-policies.ts";
import type { Policy } from "../../policy/policy.ts";
import { policyRules } from "../../policy/policy-options.ts";
import { retryRules } from "../../policy/retry.ts";
import { PLAN } from "../../run/call/plan.ts";

/** What the doctor can judge. */
export type Kind = "policy" | "keyed policies" | "retry" | "breaker" | "retry config" | "policy options" | "breaker options";

export const SUBJECTS = "a Policy, the policies of keyed(), a Retry, CircuitBreaker, or the options of one";

const optionNames = [...Object.keys(retryRules), ...Object.keys(policyRules)];
// What only a breaker has. A name, a window or a clock may be those of anything.
const common: ReadonlySet<string> = new Set([...optionNames, "name", "windowMs"]);
const breakerNames = Object.keys(breakerRules).filter((name) => !common.has(name));

/**
 * What kind of subject a value is, by its shape, so that another copy of this package may have made it; `null` for what is none. A plain
 * object is taken for options when it has at least one of a retry, a policy or a breaker, when all its keys are misspelled ones, or when it has
 * none. It never throws.
 *
 * @example
 * import { kindOf } from "redress/doctor";
 *
 * console.log(kindOf(new Policy()), kindOf({ maxAttempts: 3 }), kindOf(3)); // policy, retry config, null
 */
export function kindOf(value: unknown): Kind | null {
  try {
    return instanceKind(value) ?? (isPlain(value) && !isModule(value) ? configKind(value as Options) : null);
  } catch {
    // A getter or a proxy that throws: the value cannot be looked at.
    return null;
  }
}

/** Whether these are named subjects. A module always is, whatever its exports are called. */
export function isSubjectRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (kindOf(value) !== null || !isPlain(value)) return false;
  return isModule(value) || Object.keys(value).some((key) => kindOf(memberOf(value, key)) !== null);
}

/**
 * What a value is, or was probably meant to be: a plain object without a single option, in which a key is nearly one and holds what that
 * one would, is a config with mistakes in it.
 */
export function meantKind(value: unknown): Kind | null {
  const kind = kindOf(value);
  if (kind !== null || !isPlain(value) || isModule(value)) return kind;
  const keys = Object.keys(value);
  const isNear = (names: readonly string[]): boolean => keys.some((key) => misspelledOption(value, key, names) !== null);
  if (isNear(optionNames)) return "retry config";
  return isNear(breakerNames) ? "breaker options" : null;
}

/** The kind of options that all of the keys are misspelled ones of; `null` where one of them is something else. */
function misspelledKind(options: Options): "retry config" | "policy options" | "breaker options" | null {
  const meant = Object.keys(options).map((key) => misspelledOption(options, key, [...optionNames, ...breakerNames]));
  // Two keys are not one option: `retryA` and `retryB` are names.
  if (meant.includes(null) || new Set(meant).size < meant.length) return null;
  const names = meant as readonly string[];
  if (names.every((name) => breakerNames.includes(name))) return "breaker options";
  return names.some((name) => breakerNames.includes(name)) ? null : kindOfOptions(names);
}

/** The option that a key nearly is, where it holds what that one would. What goes on after an option's name is a name of its own. */
function misspelledOption(options: object, key: string, names: readonly string[]): string | null {
  const name = closestWord(key, names);
  if (name === null || shared.has(name) || key.toLowerCase().startsWith(name.toLowerCase())) return null;
  return fits(memberOf(options, key), allRules[name] as OptionRule) ? name : null;
}

/** What is made once for several policies, and exported under whatever name: `{ limit: new Bulkhead(...) }` is a record of limiters. */
const shared: ReadonlySet<string> = new Set(["limiter", "hedge"]);

const allRules: Readonly<Record<string, OptionRule>> = { ...breakerRules, ...policyRules, ...retryRules };

/** Whether a value is of the kind that an option takes, if not one that it takes. */
function fits(value: unknown, { type, ok }: OptionRule): boolean {
  if (type === "") return isPlain(value) || Array.isArray(value);
  return typeof value === type && (type !== "object" || (value !== null && ok(value as never)));
}

/** A member of a record. A module's export may not be there yet, and a getter may throw: that is none. */
export function memberOf(record: object, key: string): unknown {
  try {
    return (record as Options)[key];
  } catch {
    return undefined;
  }
}

type Options = Readonly<Record<string, unknown>>;

const isModule = (value: object): boolean => Object.prototype.toString.call(value) === "[object Module]";

/** A policy as those of keyed policies are; `null` where that is not known: a function makes them, and has made none yet. */
export function policyOfKey(value: unknown, key: string): Policy<never, never> | null {
  const { [KEYED]: policyOf } = value as { readonly [KEYED]?: KeyedPolicies[typeof KEYED] };
  return typeof policyOf === "function" ? policyOf(key) : null;
}

function instanceKind(value: unknown): "policy" | "keyed policies" | "retry" | "breaker" | null {
  if (typeof value !== "object" || value === null) return null;
  const { [PLAN]: plan, settings } = value as { readonly [PLAN]?: unknown; readonly settings?: unknown };
  if (typeof plan === "object" && plan !== null) return "policy";
  if (policyOfKey(value, "key") !== null) return "keyed policies";
  if (isBreaker(value)) return "breaker";
  return !isPlain(value) && areRetrySettings(settings) ? "retry" : null;
}

function areRetrySettings(settings: unknown): boolean {
  if (typeof settings !== "object" || settings === null) return false;
  const { classifier, maxAttempts, strategies } = settings as Options;
  return typeof classifier === "function" && typeof maxAttempts === "number" && typeof strategies === "object";
}

function configKind(options: Options): "retry config" | "policy options" | "breaker options" | null {
  const keys = Object.keys(options);
  if (keys.some((key) => isElsewhere(key, options[key]))) return null;
  const known = keys.filter((key) => optionNames.includes(key));
  const shared = known.filter((key) => Object.hasOwn(breakerRules, key));
  if (known.length === shared.length && keys.some((key) => breakerNames.includes(key))) return "breaker options";
  return keys.length > 0 && known.length === 0 ? misspelledKind(options) : kindOfOptions(known);
}

/** What takes options of these names. */
function kindOfOptions(names: readonly string[]): "retry config" | "policy options" {
  // With options of both, it is for a RetryPolicy.
  const outer = names.filter((name) => !Object.hasOwn(retryRules, name));
  return outer.includes("retry") || (outer.length > 0 && outer.length === names.length) ? "policy options" : "retry config";
}

/** A subject where no option takes one: then the key is a name, not an option. */
function isElsewhere(key: string, value: unknown): boolean {
  const kind = instanceKind(value);
  return kind !== null && !(key === "retry" && kind === "retry") && !(key === "circuitBreaker" && kind === "breaker");
}
