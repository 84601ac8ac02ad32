/* What comes back as the progress of a call is anybody's data. It is read once, by own members only, and nothing of it is believed that does not fit together. */
import { ErrorClass } from "../failure/error-class.ts";
import { InvalidProgressError } from "../failure/invalid-progress-error.ts";
import { canCarry, MOST_CARRIED, type Progress, type Resumption } from "./progress.ts";

/** @throws InvalidProgressError for everything but a `Progress`, or the same after it was JSON. */
export function readProgress(given: unknown): Resumption {
  try {
    return read(given);
  } catch (error) {
    // A getter, or a proxy, may throw anything.
    throw error instanceof InvalidProgressError ? error : new InvalidProgressError("cannot be read", { cause: error });
  }
}

const NAMES: readonly (keyof Progress)[] = [
  "version",
  "attempts",
  "failures",
  "elapsedMs",
  "prevSleepMs",
  "deliveries",
  "carried",
];

function read(given: unknown): Resumption {
  if (typeof given === "string") throw new InvalidProgressError("progress is a text: parse it with JSON.parse first");
  const progress: { readonly [Name in keyof Progress]?: unknown } = ownMembersOf(given, "progress", NAMES.length);
  if (!Number.isInteger(progress.version)) refuse("version", "an integer", progress.version);
  if (progress.version !== 1) refuse("version", "1: a newer version of this package has written it", progress.version);
  for (const name of Object.keys(progress))
    if (!(NAMES as readonly string[]).includes(name))
      refuse("", `made of ${NAMES.join(", ")}`, `one with "${short(name)}"`, true);
  const attempts = whole("attempts", progress.attempts, 0);
  return Object.freeze({
    attempts,
    failures: readFailures(progress.failures, attempts),
    elapsedMs: duration("elapsedMs", progress.elapsedMs),
    prevSleepMs: progress.prevSleepMs === null ? null : duration("prevSleepMs", progress.prevSleepMs),
    deliveries: whole("deliveries", progress.deliveries, 1),
    ...(progress.carried !== undefined && { carried: readCarried(progress.carried) }),
  });
}

function readFailures(given: unknown, attempts: number): Resumption["failures"] {
  const failures = ownMembersOf(given, "progress.failures", Object.keys(ErrorClass).length);
  let sum = 0;
  for (const [errorClass, count] of Object.entries(failures)) {
    if (!Object.hasOwn(ErrorClass, errorClass))
      refuse("failures", "counts by error class", `one by "${short(errorClass)}"`, true);
    sum += whole(`failures.${errorClass}`, count, 0);
  }
  if (sum > attempts) refuse("failures", `at most ${attempts} together, as there were attempts`, sum);
  return Object.freeze(failures) as Resumption["failures"];
}

function readCarried(given: unknown): Readonly<Record<string, string>> {
  const carried = ownMembersOf(given, "progress.carried", MOST_CARRIED);
  for (const [name, text] of Object.entries(carried)) if (!canCarry(name, text)) refuse("carried", "short texts by name", text);
  return Object.freeze(carried) as Readonly<Record<string, string>>;
}

/** A copy of the own members of an object. More than could be meant are not even read. */
function ownMembersOf(given: unknown, what: string, most: number): Record<string, unknown> {
  if (typeof given !== "object" || given === null || Array.isArray(given))
    throw new InvalidProgressError(`${what} must be an object, got ${shown(given)}`);
  const names = Object.keys(given);
  if (names.length > most) throw new InvalidProgressError(`${what} must have at most ${most} members, got ${names.length}`);
  const copy: Record<string, unknown> = Object.create(null);
  for (const name of names) copy[name] = (given as Readonly<Record<string, unknown>>)[name];
  return copy;
}

function whole(name: string, value: unknown, least: number): number {
  if (!Number.isSafeInteger(value) || (value as number) < least) refuse(name, `an integer >= ${least}`, value);
  return value as number;
}

function duration(name: string, value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value < Infinity)) refuse(name, "a finite number of milliseconds >= 0", value);
  return value;
}

function refuse(name: string, must: string, value: unknown, isText = false): never {
  const got = isText ? value : shown(value);
  throw new InvalidProgressError(`progress${name === "" ? "" : `.${name}`} must be ${must}, got ${got}`);
}

const short = (text: string): string => (text.length > 32 ? `${text.slice(0, 32)}...` : text);

/** A value as messages show it: what came from outside may be long, and anybody's. */
function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(short(value));
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "an array" : "an object";
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value);
}
