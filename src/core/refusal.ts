/*
 * A refused option, as data. Messages are made of it and read `owner.option must be RULE, got VALUE.`; the doctor and the commands read the
 * data, which the thrown error carries, and never the message.
 */
import { isPlain } from "./is-object.ts";

/** The way from an owner's options to a value: names of options, and indexes of arrays. */
export type OptionPath = readonly (string | number)[];

/** What a value must be. */
export interface Demand {
  /** How messages say it. */
  readonly text: string;
  /** Its `typeof`; empty where any will do. A value of this type that is refused is out of range, but for objects: those are of the wrong type. */
  readonly type: string;
  /** The names that could stand there: of options, or of what the value must be one of. Where a name is not known, those that are. */
  readonly known?: readonly string[];
  /** What was probably meant by a name that is not known, as messages say it. */
  readonly meant?: string;
  /** What to do, where that is more than to meet the demand. Messages end with it. */
  readonly advice?: string;
  /** Where it is not the value that is wrong: nothing of this name is known, or it contradicts what stands beside it. */
  readonly why?: "unknown" | "contradiction";
}

/** A value that is not what it must be. */
export interface Refusal {
  /** Whose option it is: "retry". Messages begin with it. */
  readonly owner: string;
  readonly path: OptionPath;
  /** The element that is meant, where the message names the whole array. */
  readonly element?: number;
  readonly rule: Demand;
  readonly value: unknown;
  /** The options around it mean nothing without it. */
  readonly required?: boolean;
}

/** The key carries a version: another copy of this package reads what it understands, and nothing else. */
const REFUSAL: unique symbol = Symbol.for("redress.refusal/1");

/** Throws the error that a refusal is: a RangeError for a value of the right type, a TypeError for everything else. */
export function throwRefusal(refusal: Refusal, Kind: new (message: string) => Error = errorTypeOf(refusal)): never {
  throw Object.defineProperty(new Kind(messageOf(refusal)), REFUSAL, { value: refusal });
}

const errorTypeOf = ({ rule: { type }, value }: Refusal): typeof TypeError | typeof RangeError =>
  typeof value === type && type !== "object" ? RangeError : TypeError;

/** The refusal that an error was thrown for; `undefined` for any other error. */
export function refusalOf(error: Error): Refusal | undefined {
  return (error as { readonly [REFUSAL]?: Refusal })[REFUSAL];
}

/** The one sentence that all bad options share. */
export function messageOf({ owner, path, rule: { text, advice, why, meant, known }, value }: Refusal): string {
  if (why === "unknown")
    return `${owner}${written(path)} is not an option${meant === undefined ? "." : `; did you mean ${meant}?`} Options: ${(known as readonly string[]).join(", ")}.`;
  return `${owner}${written(path)} must be ${text}, got ${show(value)}.${advice === undefined ? "" : ` ${advice}`}`;
}

/** A path as it is written: `.tripOn[2]`. */
export function written(path: OptionPath): string {
  return path.map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`)).join("");
}

/** A value as it reads best inside an error message. */
function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value);
  if (typeof value === "function") return `a function of ${count(value.length, "parameter")}`;
  if (typeof value !== "object" || value === null) return String(value) + (typeof value === "bigint" ? "n" : "");
  if (Array.isArray(value)) return `an array of ${count(value.length, "element")}`;
  return isPlain(value) ? `an object with ${Object.keys(value).join(", ") || "no keys"}` : `an instance of ${nameOfKind(value)}`;
}

/** Generators have a constructor without a name. */
function nameOfKind(value: object): string {
  const { name } = Object(value.constructor) as { readonly name?: unknown };
  return typeof name === "string" && name !== "" ? name : Object.prototype.toString.call(value).slice("[object ".length, -1);
}

const count = (many: number, what: string): string => `${many} ${what}${many === 1 ? "" : "s"}`;
