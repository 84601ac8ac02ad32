import type { StopReason } from "../../core/failure/stop-reason.ts";
import { RETRY_DEFAULTS } from "../../core/retry/defaults.ts";
import type { ErrorDescription } from "../../extras/index.ts";
import type { ChainLink, Unread } from "../paste/index.ts";
import { counted, duration, grouped } from "./numbers.ts";
import { lesson } from "./print-lesson.ts";
import { type Paint, painter, type Terminal, widthOf } from "./terminal.ts";
import { columns, wrap } from "./wrap.ts";

/** What a policy with nothing but defaults does after a first failure. */
export interface DefaultReaction {
  /** At most. */
  readonly retries: number;
  /** Before the first retry; `null` where there is none. */
  readonly delayMs: { readonly least: number; readonly most: number } | null;
  /** Why it does not retry; `null` where it does. */
  readonly stopReason: StopReason | null;
  /** Whether the failure counts for the opening of a circuit. */
  readonly opensCircuit: boolean;
}

/** All that `redress classify` has to say of an error. */
export interface Explanation {
  /** What the text was taken for. */
  readonly form: string;
  readonly chain: readonly ChainLink[];
  readonly unread: readonly Unread[];
  readonly description: ErrorDescription;
  /** What `defaultClassifier` makes of it. */
  readonly default: ErrorDescription;
  readonly reaction: DefaultReaction;
}

/** Prints for a person: what was read, what it is and what becomes of it, why, and what else there is to know. */
export function printClassification(explanation: Explanation, terminal: Terminal): void {
  const paint = painter(terminal.stdout, terminal.env);
  const width = widthOf(terminal);
  const { description, chain } = explanation;
  const unread = explanation.unread.filter(isPart);
  const isKnown = description.errorClass !== "UNKNOWN";
  const blocks = [
    readBlock(explanation, width, paint),
    ...(unread.length === 0 ? [] : [unreadBlock(unread, width)]),
    classBlock(explanation, width, paint),
    whyBlock(description, width, paint),
    comparison(explanation, width),
    ...(isKnown ? [] : [lesson(chain, width, paint)]),
  ];
  terminal.stdout.write(`${blocks.join("\n\n")}\n`);
}

/** A part of the error; the others stand around it. */
const isPart = ({ at }: Unread): boolean => at.startsWith("error");

function readBlock({ form, chain, unread }: Explanation, width: number, paint: Paint): string {
  const title = `${paint("bold", `Read as ${form}`)}: ${counted(chain.length, "error")}`;
  const rows = chain.map((link) => [link.at, linkInWords(link)] as const);
  const around = unread.filter((each) => !isPart(each)).map(({ at, text }) => ["passed over", `${at}: ${text}`] as const);
  return `${title}\n${columns([...rows, ...around], width)}`;
}

/** Its name, code and status, and the first line of its message. */
function linkInWords({ name, code, status, message }: ChainLink): string {
  const facts = [name ?? "no name", ...(code === null ? [] : [`code ${code}`]), ...(status === null ? [] : [`HTTP ${status}`])];
  const [line = ""] = (message ?? "").trim().split("\n");
  return line === "" ? facts.join(", ") : `${facts.join(", ")}: ${shortened(line, 160)}`;
}

const MOST_UNREAD = 5;

function unreadBlock(unread: readonly Unread[], width: number): string {
  const title = `${counted(unread.length, "part")} of it could not be read, or ${unread.length === 1 ? "was" : "were"} not printed:`;
  const rows = unread.slice(0, MOST_UNREAD).map(({ at, text }) => [at, text] as const);
  const more = unread.length - rows.length;
  const isDeep = unread.some(({ text }) => text === "[Object]" || text === "[Array]");
  return [
    wrap(title, width),
    columns(rows, width),
    ...(more > 0 ? [`  and ${grouped(more)} more`] : []),
    ...(isDeep ? [wrap("console.dir(error, { depth: 9 }) prints what lies deeper.", width, "  ")] : []),
  ].join("\n");
}

function classBlock({ description, reaction }: Explanation, width: number, paint: Paint): string {
  const { errorClass, retryAfterMs, timeout } = description;
  const rows: readonly (readonly [string, string])[] = [
    ["retried", retriesInWords(description, reaction)],
    ["asks to wait", retryAfterMs === undefined ? "no" : duration(retryAfterMs)],
    ["timeout", timeout === true ? "yes: a budget refuses the retries after timeouts first" : "no"],
    ["circuit breaker", reaction.opensCircuit ? "counts it" : "does not count it"],
  ];
  return `${paint(errorClass === "UNKNOWN" ? "yellow" : "bold", errorClass)}\n${columns(rows, width)}`;
}

function retriesInWords(
  { errorClass, retryAfterMs }: ErrorDescription,
  { retries, delayMs, stopReason }: DefaultReaction,
): string {
  if (delayMs !== null) {
    const [least, most] = [duration(delayMs.least), duration(delayMs.most)];
    const delay = least === most ? `after ${least}` : `after ${least} to ${most}`;
    return `by default ${retries === 2 ? "twice" : `${retries} times`} at most, the first time ${delay}`;
  }
  if (stopReason === "RETRY_REFUSED") return "never: the dependency says not to";
  if (stopReason === "DEADLINE_EXCEEDED")
    return `not by default: a call has ${duration(RETRY_DEFAULTS.deadlineMs)}, and it asks for ${duration(retryAfterMs ?? 0)}`;
  return `never: ${errorClass} is not helped by another try`;
}

function whyBlock({ rule, at, by, because }: ErrorDescription, width: number, paint: Paint): string {
  const rows: readonly (readonly [string, string])[] = [
    ...(rule === null ? [] : [["rule", rule] as const]),
    ...(at === null ? [] : [["decided by", at] as const]),
    ...by.map(({ field, value }, index) => [index === 0 ? "fields" : "", `${field} = ${valueInWords(value)}`] as const),
  ];
  const sentence = wrap(because, width, "  ");
  return [paint("bold", "Why"), sentence, ...(rows.length === 0 ? [] : [columns(rows, width)])].join("\n");
}

function valueInWords(value: unknown): string {
  if (typeof value === "object" && value !== null) return Array.isArray(value) ? "a list" : "an object";
  return shortened(typeof value === "string" ? JSON.stringify(value) : String(value), 120);
}

/** Most users have `defaultClassifier`, which knows less. */
function comparison({ description, default: other }: Explanation, width: number): string {
  const isSame =
    description.errorClass === other.errorClass &&
    description.retryAfterMs === other.retryAfterMs &&
    description.timeout === other.timeout &&
    description.retry === other.retry;
  const which = "defaultClassifier, which a policy has unless it is given another,";
  if (isSame) return wrap(`${which} says the same.`, width);
  const more = [
    ...(other.timeout === true ? ["a timeout"] : []),
    ...(other.retryAfterMs === undefined ? [] : [`asks to wait ${duration(other.retryAfterMs)}`]),
    ...(other.retry === false ? ["not to be retried"] : []),
  ];
  const says = [other.errorClass, ...more].join(", ");
  return wrap(`${which} says ${says}: give it a classifier of redress/extras to have the answer above.`, width);
}

function shortened(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 3)}...`;
}
