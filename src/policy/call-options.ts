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
  readAtOnce,
  report,
  reportUnknown,
  requireOptions,
  text,
  trueOrFalse,
} from "../core/option-rules.ts";
import { copyOfArray, optionKeys } from "../core/read-options.ts";
import type { CallOptions, ExecuteOptions, WrapOptions } from "../run/call/options.ts";
import { RetryTimeline } from "../run/call/timeline.ts";

const hookRules = Object.fromEntries(HOOK_NAMES.map((name) => [name, aFunction])) as Record<keyof Hooks, OptionRule>;

const hookTable: OptionTable = { rules: hookRules };

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

/** A table that is used with every call that has options. */
interface ReadTable extends OptionTable {
  /** Every option, `undefined`. */
  readonly blank: object;
}

function readTable(rules: OptionTable["rules"]): ReadTable {
  return { rules, flat: true, blank: Object.fromEntries(Object.keys(rules).map((option) => [option, undefined])) };
}

const callTable = readTable(callRules);
const executeTable = readTable(executeRules);
const wrapTable = readTable(wrapRules);

/** A call and an execution hand their operation the attempt in any case. */
const tables: Readonly<Record<string, ReadTable>> = {
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
  copy: copyOfArray,
  inside: (hooks: unknown, place) => {
    if (Array.isArray(hooks)) hooks.forEach((observer, index) => checkObserver(observer, below(place, index)));
    else checkObserver(hooks, place);
  },
};

function checkObserver(observer: unknown, place: Place): void {
  if (typeof observer !== "object" || observer === null || Array.isArray(observer)) {
    report(place, observer, demand("an object with hooks"));
    return;
  }
  const given = observer as Given;
  for (const name of HOOK_NAMES) if (given[name] !== undefined) check(given[name], aFunction, below(place, name));
  // Observers may be instances with state and helpers of their own, but what is named like a hook and is none would never fire.
  const misnamed: string[] = [];
  for (const name of optionKeys(given))
    if (/^(on|around)[A-Z]/.test(name) && !Object.hasOwn(hookRules, name)) misnamed.push(name);
  for (const name of misnamed) reportUnknown(below(place, name), given[name], hookTable);
}

/**
 * Options of a call are read and checked with the call: a mistyped one would otherwise be ignored in silence.
 *
 * @param policyTable the options of the policy, for those of them that are given to a call by mistake
 */
export function readOptionsOfCall<Options extends ExecuteOptions & WrapOptions>(
  method: string,
  options: Options | undefined,
  policyTable: OptionTable,
): Options | undefined {
  if (options === undefined) return options;
  const table = tables[method] as ReadTable;
  const isObject = typeof options === "object" && options !== null;
  return (
    (isObject ? readAtOnce(options, table.rules, table.blank as Options) : null) ??
    requireOptions(method, options, table, policyTable)
  );
}
