/*
 * How far a call has come, as plain JSON that leaves the process and comes back: with a job that a queue delivers again, or in a row of a table. Attempts,
 * failures, time and the last delay go on from there, so that caps and the deadline hold over all deliveries of a call.
 *
 * What comes back is anybody's data. It is read once, by own members only, and nothing of it is believed that does not fit together.
 */
import { ErrorClass } from "../failure/error-class.ts";
import { InvalidProgressError } from "../failure/invalid-progress-error.ts";
import type { StopReason } from "../failure/stop-reason.ts";
import type { RetryHistory } from "./decision.ts";
import type { DecisionSettings } from "./settings.ts";

/** How far a call has come when it was left to be gone on with later: what `outcome.progress` holds, and `resume` takes. Plain JSON. */
export interface Progress {
  readonly version: 1;
  /** Invocations of the operation, in all deliveries so far. */
  readonly attempts: number;
  /** How often they failed, by class. */
  readonly failures: Readonly<Partial<Record<ErrorClass, number>>>;
  /** Milliseconds that the call has taken, with the delays that were decided between its deliveries. How late a delivery came is not in it. */
  readonly elapsedMs: number;
  /** The delay before the attempt that comes next, in milliseconds, from which some strategies go on; `null` where no delay was decided yet. */
  readonly prevSleepMs: number | null;
  /** How often the call was begun, this time included. */
  readonly deliveries: number;
  /** What observers let travel with it, such as the context of a trace: short texts by name. Left out where there are none. */
  readonly carried?: Readonly<Record<string, string>>;
}

/** What a call goes on from. */
export type Resumption = Omit<Progress, "version">;

export const MOST_CARRIED = 8;
export const LONGEST_CARRIED_NAME = 64;
export const LONGEST_CARRIED = 1_024;

/**
 * Whether a call that goes on may make another attempt: caps that are used up, or have been lowered meanwhile, hold. Why it may not; `null` where it may.
 */
export function whyNotResumed(settings: DecisionSettings | null, { attempts, failures }: Resumption): StopReason | null {
  if (attempts === 0) return null;
  if (settings === null) return "NO_RETRY";
  for (const errorClass of Object.values(ErrorClass))
    if ((failures[errorClass] ?? 0) > (settings.maxRetriesPerClass[errorClass] ?? Infinity)) return "MAX_ATTEMPTS_PER_CLASS";
  if ((failures.UNKNOWN ?? 0) > settings.maxUnknownRetries) return "MAX_UNKNOWN_ATTEMPTS";
  return attempts >= settings.maxAttempts ? "MAX_ATTEMPTS_GLOBAL" : null;
}

interface Counted extends Pick<Resumption, "attempts" | "elapsedMs" | "deliveries"> {
  readonly carried?: Resumption["carried"] | undefined;
}

/**
 * The progress of a call that is left to be gone on with.
 *
 * @param waitMs the delay that was decided on, and passes until then
 */
export function progressOf(
  { failures, prevSleepMs }: Pick<RetryHistory, "failures" | "prevSleepMs">,
  { attempts, elapsedMs, deliveries, carried }: Counted,
  waitMs: number,
): Progress {
  return Object.freeze({
    version: 1,
    attempts,
    failures: Object.freeze({ ...failures }),
    elapsedMs: elapsedMs + waitMs,
    prevSleepMs,
    deliveries,
    ...(carried !== undefined && { carried }),
  });
}

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
  if (typeof given === "string") throw new InvalidProgressError("is a text: parse it with JSON.parse first");
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

/** Whether a text may travel with the progress of a call. */
export const canCarry = (name: string, text: unknown): boolean =>
  /^[a-z][a-z0-9._-]*$/.test(name) &&
  name.length <= LONGEST_CARRIED_NAME &&
  typeof text === "string" &&
  text.length <= LONGEST_CARRIED;

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
