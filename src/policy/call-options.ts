import { HOOK_NAMES, type Hooks } from "../core/events.ts";
import {
  aboveZero,
  aFunction,
  below,
  check,
  checkedByOwner,
  demand,
  type Given,
  type OptionRule,
  type OptionTable,
  type Place,
  report,
  reportUnknown,
  requireOptions,
  text,
  trueOrFalse,
} from "../core/option-rules.ts";
import type { CallOptions, ExecuteOptions, WrapOptions } from "../run/call/options.ts";
import { RetryTimeline } from "../run/call/timeline.ts";

const hookRules = Object.fromEntries(HOOK_NAMES.map((name) => [name, aFunction])) as Record<keyof Hooks, OptionRule>;

const callRules: OptionTable<keyof CallOptions>["rules"] = {
  operation: text,
  signal: { text: "an AbortSignal", type: "object", ok: (value: AbortSignal) => typeof value.addEventListener === "function" },
  deadlineMs: aboveZero,
  abortIf: aFunction,
  sleep: aFunction,
  beforeSleep: aFunction,
  sleeper: aFunction,
  ...hookRules,
};

const executeRules: OptionTable<keyof ExecuteOptions>["rules"] = {
  ...callRules,
  captureTimeline: {
    text: "true, false or a RetryTimeline",
    type: "",
    ok: (value: unknown) => typeof value === "boolean" || value instanceof RetryTimeline,
  },
};

/** Of what is given along with a function: with `wrap`, `context`, `retry` and their synchronous twins. */
export const wrapRules: OptionTable<keyof WrapOptions>["rules"] = { ...callRules, passAttempt: trueOrFalse };

// Made once: they are used with every call that has options.
const callTable: OptionTable = { rules: callRules };
const executeTable: OptionTable = { rules: executeRules };
const wrapTable: OptionTable = { rules: wrapRules };

/** A call and an execution hand their operation the attempt in any case. */
const tables: Readonly<Record<string, OptionTable>> = {
  call: callTable,
  callSync: callTable,
  execute: executeTable,
  executeSync: executeTable,
  wrap: wrapTable,
  wrapSync: wrapTable,
  context: wrapTable,
  contextSync: wrapTable,
};

/** One observer, or an array of them. */
export const hooksRule: OptionRule = {
  ...checkedByOwner,
  owner: "policy",
  inside: (hooks: unknown, place) => {
    if (Array.isArray(hooks)) hooks.forEach((observer, index) => checkObserver(observer, below(place, index)));
    else checkObserver(hooks, place);
  },
};

function checkObserver(observer: unknown, place: Place): void {
  if (typeof observer !== "object" || observer === null) {
    report(place, observer, demand("an object with hooks"));
    return;
  }
  const given = observer as Given;
  const hooks = HOOK_NAMES.filter((name) => given[name] !== undefined);
  for (const name of hooks) check(given[name], aFunction, below(place, name));
  // Observers may be instances with state and helpers of their own, but what is named like a hook and is none would never fire.
  const misnamed: string[] = [];
  for (const name in given) if (/^on[A-Z]/.test(name) && !Object.hasOwn(hookRules, name)) misnamed.push(name);
  for (const name of misnamed) reportUnknown(below(place, name), given[name], HOOK_NAMES);
  if (hooks.length + misnamed.length === 0) report(place, observer, demand(`an object with one of ${HOOK_NAMES.join(", ")}`));
}

/** Options of a call are checked with the call: a mistyped one would otherwise be ignored in silence. */
export function checkCallOptions(method: string, options: (ExecuteOptions & WrapOptions) | undefined): void {
  if (options === undefined) return;
  requireOptions(method, options, tables[method] as OptionTable);
}
