import { HOOK_NAMES, type Hooks } from "../core/events.ts";
import { aClassifier, mayClassifyErrors } from "../core/failure/classifier-rules.ts";
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
  readInto,
  report,
  reportUnknown,
  requireOptions,
  text,
  trueOrFalse,
} from "../core/option-rules.ts";
import { copyOfArray, optionKeys } from "../core/read-options.ts";
import type { CallGroup } from "../run/call/call-group.ts";
import { bindMethods, type CallSettings, NO_SETTINGS, plainSettings, toCallSettings } from "../run/call/call-settings.ts";
import type { CallOptions, ExecuteOptions, WrapOptions } from "../run/call/options.ts";
import { RetryTimeline } from "../run/call/timeline.ts";
import { costRule } from "./limit/cost-rule.ts";
import { readResume } from "./resume.ts";

const hookRules = Object.fromEntries(HOOK_NAMES.map((name) => [name, aFunction])) as Record<keyof Hooks, OptionRule>;

const hookTable: OptionTable = { rules: hookRules };

export const callRules: OptionTable<keyof CallOptions>["rules"] = {
  operation: text,
  signal: { text: "an AbortSignal", type: "object", ok: (value: AbortSignal) => typeof value.addEventListener === "function" },
  deadlineMs: aboveZero,
  cost: costRule,
  classifier: aClassifier,
  refuseRepeat: aFunction,
  discard: aFunction,
  abortIf: aFunction,
  sleep: aFunction,
  beforeSleep: aFunction,
  sleeper: aFunction,
  resume: checkedByOwner,
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

// Of many calls, each would go on from the progress of the one.
const { resume: _resume, ...rulesOfMany } = callRules;

/** Of what is given along with a function: with `wrap`, `context`, `retry` and their synchronous twins. */
export const wrapRules: OptionTable<keyof WrapOptions>["rules"] = { ...rulesOfMany, passAttempt: trueOrFalse };

/** What is used with every call that has options. */
interface Reading {
  readonly table: OptionTable;
  /** The rules of the options that are settings: all but the hooks. */
  readonly simple: OptionTable["rules"];
}

function reading(rules: OptionTable["rules"]): Reading {
  const simple = Object.entries(rules).filter(([option]) => Object.hasOwn(NO_SETTINGS, option));
  // What these refuse is checked once more, by the whole table, which says why, and reads what a cost of several has inside.
  const classifier: OptionRule = { ...aClassifier, ok: mayClassifyErrors };
  const cost: OptionRule = { ...costRule, type: "number" };
  return { table: { rules }, simple: { ...Object.fromEntries(simple), classifier, cost } };
}

const ofCall = reading(callRules);
const ofExecute = reading(executeRules);
const ofWrap = reading(wrapRules);

/** A call and an execution hand their operation the attempt in any case. */
const readings: Readonly<Record<string, Reading>> = {
  call: ofCall,
  callSync: ofCall,
  execute: ofExecute,
  executeSync: ofExecute,
  wrap: ofWrap,
  wrapSync: ofWrap,
  context: ofWrap,
  contextSync: ofWrap,
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
 * What a call goes by. Its options are read and checked with the call: a mistyped one would otherwise be ignored in silence, and what becomes of the
 * object afterwards changes no call.
 *
 * @param policyTable the options of the policy, for those of them that are given to a call by mistake
 */
export function readCallOptions(
  method: string,
  options: (ExecuteOptions & WrapOptions) | undefined,
  policyTable: OptionTable,
  group: CallGroup | null,
): CallSettings {
  if (options === undefined) return toCallSettings(options, group);
  const { table, simple } = readings[method] as Reading;
  const settings = plainSettings(group);
  if (typeof options === "object" && options !== null && readInto(settings, options, simple)) {
    bindMethods(settings, options);
    if (settings.resume !== null) settings.resume = readResume(`${method}.resume`, settings.resume);
    return settings;
  }
  const read = requireOptions(method, options, table, policyTable);
  const others = toCallSettings(read, group, options);
  return read.resume === undefined ? others : { ...others, resume: readResume(`${method}.resume`, read.resume) };
}
