/*
 * The one way options are checked. A table names every option of an owner and the rule it must keep; what is not in the table is refused.
 * A rule says what a value must be and, where there is more to it, looks inside: at the options of an inner table, the elements of an array,
 * or the option beside it that it must fit. Every refusal is data (refusal.ts), so one rule gives the check, the message and the doctor's finding.
 *
 * Options are read once, into a copy (read-options.ts), and the copy is what is checked and used: what holds was checked, whatever getters,
 * proxies or later changes of the object make of it.
 *
 * A table is checked in two rounds: first each option by itself, in the order in which they were given, then what is inside of them. All
 * refusals are collected: a constructor throws the first, the doctor tells all.
 */
import { hasMethods, isPlain } from "./is-object.ts";
import { meantBy } from "./meant-option.ts";
import { copyOfArray, copyOfOptions } from "./read-options.ts";
import { type Demand, type OptionPath, type Refusal, throwRefusal } from "./refusal.ts";

/** Where a value stands, and where its refusals are collected. */
export interface Place {
  readonly owner: string;
  readonly path: OptionPath;
  readonly refusals: Refusal[];
}

/** The options of one object. */
export type Given = Readonly<Record<string, unknown>>;

/** What one option must be. */
export interface OptionRule extends Demand {
  /** Whether a value of its type keeps the rule. */
  readonly ok: (value: never) => boolean;
  /** Whose option messages say that it is, where not the table's. */
  readonly owner?: string;
  /** Looks inside of a value that is right by itself. */
  readonly inside?: (value: never, place: Place, beside: Given) => void;
  /** Reads a value that has values inside of it, once; what it cannot read is left as it is, for the check to refuse. */
  readonly copy?: (value: unknown) => unknown;
  /** The options inside of it. */
  readonly table?: OptionTable;
}

/** The options of one owner. */
export interface OptionTable<Name extends string = string> {
  readonly rules: Readonly<Record<Name, OptionRule>>;
  readonly required?: readonly Name[] | undefined;
  /** Whether no value has options inside: reading them is then quicker. */
  readonly flat?: boolean;
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
  ok: (value: object) => hasMethods(value, methods),
});

/** An array whose every element keeps a rule. */
export const arrayOf = (text: string, element: OptionRule): OptionRule => ({
  text,
  type: "",
  ok: Array.isArray,
  copy: copyOfArray,
  inside: (values: readonly unknown[], place) => values.forEach((value, index) => check(value, element, below(place, index))),
});

/** An object with options of its own. */
export const tableOf = (table: OptionTable): OptionRule => ({
  ...anObject,
  table,
  copy: (options) => copyOfOptions(options, table),
  inside: (options: object, place) => checkTable(options, table, place),
});

/** A number that must not be below the option beside it. */
export const notBelow = (rule: OptionRule, name: string, defaultValue: number): OptionRule => ({
  ...rule,
  inside: (value: number, place, { [name]: least = defaultValue }) => {
    if (typeof least === "number" && value < least) report(place, value, { ...rule, text: `a number >= ${name} (${least})` });
  },
});

/** A number that must not be above the option beside it. */
export const notAbove = (rule: OptionRule, name: string, defaultValue: number): OptionRule => ({
  ...rule,
  inside: (value: number, place, { [name]: most = defaultValue }) => {
    if (typeof most === "number" && value > most) report(place, value, { ...rule, text: `a number <= ${name} (${most})` });
  },
});

/** Collects a refusal. */
export function report({ owner, path, refusals }: Place, value: unknown, rule: Demand, more?: Partial<Refusal>): void {
  refusals.push({ owner, path, rule, value, ...more });
}

/** The place of what a value holds under a key. */
export const below = ({ owner, path, refusals }: Place, key: string | number, ownOwner = owner): Place => ({
  owner: ownOwner,
  path: [...path, key],
  refusals,
});

/** Whether a value is right by itself, whatever is inside of it. */
function isRight(value: unknown, { type, ok }: OptionRule): boolean {
  return (type === "" || (typeof value === type && value !== null)) && ok(value as never);
}

/** Checks one value against one rule. */
export function check(value: unknown, rule: OptionRule, place: Place, beside: Given = {}): void {
  if (isRight(value, rule)) rule.inside?.(value as never, place, beside);
  else report(place, value, rule);
}

/**
 * Checks a whole options object that was read before: that there is no unknown option, and every known one against its rule.
 *
 * @param around options of what the owner is part of: one of them that is given here by mistake is named with its place
 */
export function checkTable(options: unknown, table: OptionTable, place: Place, around?: OptionTable): void {
  if (!isPlain(options)) {
    report(place, options, demand("a plain object of options"));
    return;
  }
  const { rules, required } = table;
  const given = options as Given;
  let isDeep = false;
  for (const key in given) {
    if (!Object.hasOwn(rules, key)) reportUnknown(below(place, key), given[key], table, around);
    else if (given[key] !== undefined) isDeep = checkAlone(key, given, table, place) || isDeep;
  }
  if (required !== undefined) for (const key of required) if (given[key] === undefined) checkAlone(key, given, table, place);
  if (!isDeep) return;
  for (const key of table.insideOrder ?? Object.keys(rules)) {
    const rule = rules[key] as OptionRule;
    const value = given[key];
    if (value !== undefined && isRight(value, rule)) rule.inside?.(value as never, below(place, key, rule.owner), given);
  }
}

/** Checks one option by itself. True where there is more to it, inside. */
function checkAlone(key: string, given: Given, { rules, required }: OptionTable, place: Place): boolean {
  const rule = rules[key] as OptionRule;
  if (isRight(given[key], rule)) return rule.inside !== undefined;
  report(below(place, key, rule.owner), given[key], rule, { required: required?.includes(key) === true });
  return false;
}

/** What a value must be, whatever its type is: what does not meet it is of the wrong type. */
export const demand = (text: string): Demand => ({ text, type: "" });

/** Reports an option that is not known, with those that are and, where that can be told, with what was meant. */
export function reportUnknown(place: Place, value: unknown, table: OptionTable, around?: OptionTable): void {
  const known = Object.keys(table.rules);
  const meant = meantBy(String(place.path.at(-1)), value, table, around);
  report(place, value, { text: "", type: "", known, why: "unknown", ...(meant !== null && { meant }) });
}

/** Throws the one message that all bad options share. */
export function refuse(option: string, text: string, value: unknown, Kind?: new (message: string) => Error): never {
  throwRefusal({ owner: option, path: [], rule: demand(text), value }, Kind);
}

/** Throws where a value does not keep its rule. */
export function checkValue(option: string, value: unknown, rule: OptionRule): void {
  const refusals: Refusal[] = [];
  check(value, rule, { owner: option, path: [], refusals });
  if (refusals[0] !== undefined) throwRefusal(refusals[0]);
}

/**
 * Reads options once, and returns what was read: the copy is what is to be used.
 *
 * @throws TypeError or RangeError where one of the options does not keep its rule.
 */
export function checkOptions<Options>(
  owner: string,
  options: Options,
  rules: OptionTable["rules"],
  required?: readonly string[],
): Options {
  return requireOptions(owner, options, { rules, required });
}

/**
 * Reads options into settings that have the same names, where there is nothing unusual about them: own members of a plain object, all of them
 * settings, known and right. Returns false for all others, which `requireOptions` tells apart. For what is read with every call.
 *
 * @param settings complete; what is given takes the place of what it has
 */
export function readInto(settings: object, options: object, rules: OptionTable["rules"]): boolean {
  if (Object.getPrototypeOf(options) !== Object.prototype) return false;
  for (const key in options) {
    if (!Object.hasOwn(options, key) || !Object.hasOwn(rules, key)) return false;
    const value: unknown = (options as Given)[key];
    if (value === undefined) continue;
    if (!isRight(value, rules[key] as OptionRule)) return false;
    (settings as Record<string, unknown>)[key] = value;
  }
  return true;
}

/** The same for a table that says more than its rules. */
export function requireOptions<Options>(owner: string, options: Options, table: OptionTable, around?: OptionTable): Options {
  const refusals: Refusal[] = [];
  const read = copyOfOptions(options, table);
  checkTable(read, table, { owner, path: [], refusals }, around);
  if (refusals[0] !== undefined) throwRefusal(refusals[0]);
  return read;
}
