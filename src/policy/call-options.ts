import { HOOK_NAMES, type Hooks } from "../core/events.ts";
import { aFunction, checkOptions, checkValue, type OptionRule, refuse, text } from "../core/option-rules.ts";
import type { CallOptions, ExecuteOptions } from "../run/call/options.ts";
import { RetryTimeline } from "../run/call/timeline.ts";

const hookRules = Object.fromEntries(HOOK_NAMES.map((name) => [name, aFunction])) as Record<keyof Hooks, OptionRule>;

const callRules: Readonly<Record<keyof CallOptions, OptionRule>> = {
  operation: text,
  signal: { text: "an AbortSignal", type: "object", ok: (value: AbortSignal) => typeof value.addEventListener === "function" },
  abortIf: aFunction,
  sleep: aFunction,
  beforeSleep: aFunction,
  sleeper: aFunction,
  ...hookRules,
};

const executeRules: Readonly<Record<keyof ExecuteOptions, OptionRule>> = {
  ...callRules,
  captureTimeline: {
    text: "true, false or a RetryTimeline",
    type: "",
    ok: (value: unknown) => typeof value === "boolean" || value instanceof RetryTimeline,
  },
};

export function checkHooks(owner: string, hooks: unknown): void {
  if (typeof hooks !== "object" || hooks === null) refuse(owner, "an object with hooks", hooks);
  const given = hooks as Readonly<Record<string, unknown>>;
  for (const name of HOOK_NAMES) if (given[name] !== undefined) checkValue(`${owner}.${name}`, given[name], aFunction);
  // Observers may be instances with state and helpers of their own, but what is named like a hook and is none would never fire.
  for (const name in given) {
    if (/^on[A-Z]/.test(name) && !Object.hasOwn(hookRules, name))
      refuse(`${owner}.${name}`, `left out (known: ${HOOK_NAMES.join(", ")})`, given[name]);
  }
  if (HOOK_NAMES.every((name) => given[name] === undefined))
    refuse(owner, `an object with one of ${HOOK_NAMES.join(", ")}`, hooks);
}

/** Options of a call are checked with the call: a mistyped one would otherwise be ignored in silence. */
export function checkCallOptions(method: string, options: ExecuteOptions | undefined): void {
  if (options === undefined) return;
  checkOptions(method, options, method.startsWith("execute") ? executeRules : callRules);
}
