import { isPlain, objectWith } from "../core/option-rules.ts";
import { policyRules } from "../policy/policy.ts";
import { retryRules } from "../policy/retry.ts";
import { PLAN } from "../run/plan.ts";
import { nearest } from "./nearest.ts";

/** What the doctor can judge. */
export type Kind = "policy" | "retry" | "breaker" | "retry config" | "policy options";

export const SUBJECTS = "a Policy, Retry, CircuitBreaker, RetryConfig or PolicyOptions";

const optionNames = [...Object.keys(retryRules), ...Object.keys(policyRules)];

const breakerShape = objectWith("a circuit breaker", ["allow", "recordSuccess", "recordFailure", "recordCancel"]);

/**
 * What kind of subject a value is, by its shape, so that another copy of this package may have made it; `null` for what is none. A plain
 * object is a config when it has at least one option of a retry or a policy, or nothing at all. It never throws.
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
    // A getter or a proxy that throws: nobody can look at it.
    return null;
  }
}

/** Whether these are named subjects. A module always is, whatever its exports are called. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (kindOf(value) !== null || !isPlain(value)) return false;
  return isModule(value) || Object.keys(value).some((key) => kindOf(read(value, key)) !== null);
}

/** Whether a plain object without a single option was probably meant to be a config: one of its keys is nearly an option. */
export function isMisspelled(value: unknown): boolean {
  if (kindOf(value) !== null || !isPlain(value) || isModule(value)) return false;
  return Object.keys(value).some((key) => nearest(key, optionNames) !== null);
}

/** A member of a record. A module's export may not be there yet, and a getter may throw: that is none. */
export function read(record: object, key: string): unknown {
  try {
    return (record as Options)[key];
  } catch {
    return undefined;
  }
}

type Options = Readonly<Record<string, unknown>>;

const isModule = (value: object): boolean => Object.prototype.toString.call(value) === "[object Module]";

function instanceKind(value: unknown): "policy" | "retry" | "breaker" | null {
  if (typeof value !== "object" || value === null) return null;
  const { [PLAN]: plan, settings } = value as { readonly [PLAN]?: unknown; readonly settings?: unknown };
  if (typeof plan === "object" && plan !== null) return "policy";
  if (breakerShape.ok(value as never)) return "breaker";
  return !isPlain(value) && areRetrySettings(settings) ? "retry" : null;
}

function areRetrySettings(settings: unknown): boolean {
  if (typeof settings !== "object" || settings === null) return false;
  const { classifier, maxAttempts, strategies } = settings as Options;
  return typeof classifier === "function" && typeof maxAttempts === "number" && typeof strategies === "object";
}

function configKind(options: Options): "retry config" | "policy options" | null {
  const keys = Object.keys(options);
  const known = keys.filter((key) => Object.hasOwn(policyRules, key) || Object.hasOwn(retryRules, key));
  if ((keys.length > 0 && known.length === 0) || keys.some((key) => isElsewhere(key, options[key]))) return null;
  // With options of both, it is for a RetryPolicy.
  const outer = known.filter((key) => !Object.hasOwn(retryRules, key));
  return outer.includes("retry") || (outer.length > 0 && outer.length === known.length) ? "policy options" : "retry config";
}

/** A subject where no option takes one: then the key is a name, not an option. */
function isElsewhere(key: string, value: unknown): boolean {
  const kind = instanceKind(value);
  return kind !== null && !(key === "retry" && kind === "retry") && !(key === "circuitBreaker" && kind === "breaker");
}
