/*
 * The one way options are checked. A table names every option of an owner and the rule it must keep; what is not in
 * the table is refused. Messages read `owner.option must be RULE, got VALUE.`: TypeError for the wrong type or an
 * unknown option, RangeError for a value outside its rule (NaN is always outside).
 */

/** What one option must be: how to say it, its `typeof`, and the test of its value. */
export interface OptionRule {
  readonly text: string;
  readonly type: string;
  readonly ok: (value: never) => boolean;
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

export const oneOf = (names: readonly string[]): OptionRule => ({
  text: `one of ${names.join(", ")}`,
  type: "string",
  ok: (value: string) => names.includes(value),
});

/** An object that has these methods. */
export const objectWith = (what: string, methods: readonly string[]): OptionRule => ({
  text: what,
  type: "object",
  ok: (value: Record<string, unknown>) => methods.every((method) => typeof value[method] === "function"),
});

export const anObject: OptionRule = { text: "an object", type: "object", ok: () => true };

/** Anything; its owner checks it. */
export const checkedByOwner: OptionRule = { text: "", type: "", ok: () => true };

/** Throws the one message that all bad options share. */
export function refuse(option: string, rule: string, value: unknown, Kind: new (message: string) => Error = TypeError): never {
  throw new Kind(`${option} must be ${rule}, got ${show(value)}.`);
}

/** Checks one value against one rule. */
export function checkValue(option: string, value: unknown, { text, type, ok }: OptionRule): void {
  if (type !== "" && (typeof value !== type || value === null)) refuse(option, text, value);
  // An object without its methods is the wrong type; a number or name outside its rule is out of range.
  if (!ok(value as never)) refuse(option, text, value, type === "object" || type === "" ? TypeError : RangeError);
}

/** Checks a whole options object: that there is no unknown option, and every known one against its rule. */
export function checkOptions(
  owner: string,
  options: unknown,
  rules: Readonly<Record<string, OptionRule>>,
  required: readonly string[] = [],
): void {
  if (!isPlain(options)) refuse(owner, "a plain object of options", options);
  const given = options as Readonly<Record<string, unknown>>;
  for (const key in given) {
    if (!Object.hasOwn(rules, key)) refuse(`${owner}.${key}`, `left out (known: ${Object.keys(rules).join(", ")})`, given[key]);
    if (given[key] !== undefined) checkValue(`${owner}.${key}`, given[key], rules[key] as OptionRule);
  }
  for (const key of required) if (given[key] === undefined) checkValue(`${owner}.${key}`, undefined, rules[key] as OptionRule);
}

/** Arrays, class instances and the like have no options: to take one for an empty set of them would hide a mistake. */
export function isPlain(value: unknown): value is object {
  return typeof value === "object" && value !== null && (value.constructor ?? Object).name === "Object";
}

/** A value as it reads best inside an error message. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `a function of ${count(value.length, "parameter")}`;
  if (typeof value !== "object" || value === null) return String(value) + (typeof value === "bigint" ? "n" : "");
  if (Array.isArray(value)) return `an array of ${count(value.length, "element")}`;
  return isPlain(value)
    ? `an object with ${Object.keys(value).join(", ") || "no keys"}`
    : `an instance of ${(value as object).constructor.name}`;
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? "" : "s"}`;
