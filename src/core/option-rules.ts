/*
 * The one way options are checked. A table names every option of an owner and the rule it must keep; what is not in the table is refused.
 * A rule says what a value must be and, where there is more to it, looks inside: at the options of an inner table, the elements of an array,
 * or the option beside it that it must fit. Every refusal is data (refusal.ts), so one rule gives the check, the message and the doctor's finding.
 *
 * A table is checked in two rounds: first each option by itself, in the order in which they were given, then what is inside of them. All
 * refusals are collected: a constructor throws the first, the doctor tells all.
 */
import { isPlain } from "./is-object.ts";
import { type OptionPath, type Refusal, throwRefusal } from "./refusal.ts";

export { isPlain } from "./is-object.ts";

/** Where a value stands, and where its refusals are collected. */
export interface Place {
  readonly owner: string;
  readonly path: OptionPath;
  readonly refusals: Refusal[];
}

/** The options of one object. */
export type Given = Readonly<Record<string, unknown>>;

/** What one option must be. */
export interface OptionRule {
  /** How messages say it. */
  readonly text: string;
  /** Its `typeof`; empty where any will do. */
  readonly type: string;
  readonly ok: (value: never) => boolean;
  /** The names it must be one of. */
  readonly known?: readonly string[];
  /** Whose option messages say that it is, where not the table's. */
  readonly owner?: string;
  /** Looks inside of a value that is right by itself. */
  readonly inside?: (value: never, place: Place, beside: Given) => void;
}

/** The options of one owner. */
export interface OptionTable<Name extends string = string> {
  readonly rules: Readonly<Record<Name, OptionRule>>;
  readonly required?: readonly Name[];
  /** In which order values are looked into. @default that of the rules */
  readonly insideOrder?: readonly Name[];
}

const number = (text: string, ok: (value: number) => boolean): OptionRule => ({ text, type: "number", ok });

/** A whole number from `least` on; Infinity means no limit. */
export const wholeFrom = (least: number): OptionRule =>
  number(`an integer >= ${least}`, (value) => value >= least && (value === Infinity || Number.isInteger(value)));
export const aboveZero: OptionRule = number("a number > 0", (value) => value > 0);
export const zeroOrMore: OptionRule = number("a number >= 0", (value) => value >= 0);
export const finiteFrom = (least: number): OptionRule =>
  number(`a finite number >= ${least}`, (value) => value >= least && value < Infinity);
export const finiteAboveZero: OptionRule = number("a finite number > 0", (value) => value > 0 && value < Infinity);
export const ratio: OptionRule = number("a number > 0 and <= 1", (value) => value > 0 && value <= 1);
export const ratioOrZero: OptionRule = number("a number from 0 to 1", (value) => value >= 0 && value <= 1);
export const aFunction: OptionRule = { text: "a function", type: "function", ok: () => true };
export const trueOrFalse: OptionRule = { text: "true or false", type: "boolean", ok: () => true };
export const text: OptionRule = { text: "a non-empty string", type: "string", ok: (value: string) => value !== "" };
export const anObject: OptionRule = { text: "an object", type: "object", ok: () => true };

/** Anything; its owner checks it, or the rule looks inside. */
export const checkedByOwner: OptionRule = { text: "", type: "", ok: () => true };

export const oneOf = (names: readonly string[]): OptionRule => ({
  text: `one of ${names.join(", ")}`,
  type: "string",
  ok: (value: string) => names.includes(value),
  known: names,
});

/** An object that has these methods. */
export const objectWith = (what: string, methods: readonly string[]): OptionRule => ({
  text: what,
  type: "object",
  ok: (value: Given) => methods.every((method) => typeof value[method] === "function"),
});

/** An array whose every element keeps a rule. */
export const arrayOf = (text: string, element: OptionRule): OptionRule => ({
  text,
  type: "",
  ok: Array.isArray,
  inside: (values: readonly unknown[], place) => values.forEach((value, index) => check(value, element, below(place, index))),
});

/** An object with options of its own. */
export const tableOf = (table: OptionTable): OptionRule => ({
  ...anObject,
  inside: (options: object, place) => checkTable(options, table, place),
});

/** A number that must not be below the option beside it. */
export const notBelow = (rule: OptionRule, name: string, defaultValue: number): OptionRule => ({
  ...rule,
  inside: (value: number, place, { [name]: least = defaultValue }) => {
    if (typeof least === "number" && value < least) report(place, `a number >= ${name} (${least})`, value, "out of range");
  },
});

/** Reports what a value must be. */
export function report(place: Place, rule: string, value: unknown, why: Refusal["why"], more?: Partial<Refusal>): void {
  place.refusals.push({ owner: place.owner, path: place.path, rule, value, why, ...more });
}

/** The place of what a value holds under a key. */
export const below = (place: Place, key: string | number, owner = place.owner): Place => ({
  owner,
  path: [...place.path, key],
  refusals: place.refusals,
});

/** Whether a value is right by itself, whatever is inside of it. */
function isRight(value: unknown, { type, ok }: OptionRule): boolean {
  return (type === "" || (typeof value === type && value !== null)) && ok(value as never);
}

function reportBy({ text, type, known }: OptionRule, value: unknown, place: Place, required: boolean): void {
  // An object without its methods is the wrong type; a number or name outside its rule is out of range.
  const isRange = type !== "" && type !== "object" && typeof value === type;
  report(place, text, value, isRange ? "out of range" : "wrong type", { known, required });
}

/** Checks one value against one rule. */
export function check(value: unknown, rule: OptionRule, place: Place, beside: Given = {}): void {
  if (!isRight(value, rule)) reportBy(rule, value, place, false);
  else rule.inside?.(value as never, place, beside);
}

/** Checks a whole options object: that there is no unknown option, and every known one against its rule. */
export function checkTable(options: unknown, table: OptionTable, place: Place): void {
  if (!isPlain(options)) {
    report(place, "a plain object of options", options, "wrong type");
    return;
  }
  const { rules, required = [] } = table;
  const given = options as Given;
  let isDeep = false;
  let isComplete = true;
  for (const key in given) {
    const value = given[key];
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) reportUnknown(below(place, key), value, Object.keys(rules));
    else if (value === undefined) continue;
    else if (!isRight(value, rule)) {
      const isRequired = required.includes(key);
      reportBy(rule, value, below(place, key, rule.owner), isRequired);
      if (isRequired) isComplete = false;
    } else isDeep ||= rule.inside !== undefined;
  }
  // What is missing is told once what is there is right.
  if (isComplete) {
    for (const key of required) {
      const rule = rules[key] as OptionRule;
      if (given[key] === undefined && !isRight(undefined, rule)) reportBy(rule, undefined, below(place, key, rule.owner), true);
    }
  }
  if (!isDeep) return;
  for (const key of table.insideOrder ?? Object.keys(rules)) {
    const rule = rules[key] as OptionRule;
    const value = given[key];
    if (value !== undefined && isRight(value, rule)) rule.inside?.(value as never, below(place, key, rule.owner), given);
  }
}

/** Reports an option that is not known, with those that are. */
export function reportUnknown(place: Place, value: unknown, known: readonly string[]): void {
  report(place, `left out (known: ${known.join(", ")})`, value, "unknown option", { known });
}

/** Throws the one message that all bad options share. */
export function refuse(option: string, rule: string, value: unknown, Kind: new (message: string) => Error = TypeError): never {
  throwRefusal({ owner: option, path: [], rule, value, why: Kind === RangeError ? "out of range" : "wrong type" });
}

/** Throws where a value does not keep its rule. */
export function checkValue(option: string, value: unknown, rule: OptionRule): void {
  if (rule.inside === undefined && isRight(value, rule)) return;
  const refusals: Refusal[] = [];
  check(value, rule, { owner: option, path: [], refusals });
  throwFirst(refusals);
}

/** Throws where one of the options does not keep its rule. */
export function checkOptions(
  owner: string,
  options: unknown,
  rules: OptionTable["rules"],
  required: readonly string[] = [],
): void {
  requireOptions(owner, options, { rules, required });
}

/** The same for a table that says more than its rules. */
export function requireOptions(owner: string, options: unknown, table: OptionTable): void {
  throwFirst(refusalsOf(owner, options, table));
}

/** All that a table refuses. */
export function refusalsOf(owner: string, options: unknown, table: OptionTable): readonly Refusal[] {
  const refusals: Refusal[] = [];
  checkTable(options, table, { owner, path: [], refusals });
  return refusals;
}

function throwFirst([first]: readonly Refusal[]): void {
  if (first !== undefined) throwRefusal(first);
}
