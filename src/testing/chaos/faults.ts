import { isPlain } from "../../core/is-object.ts";
import {
  aboveZero,
  aFunction,
  checkedByOwner,
  checkTable,
  finiteFrom,
  notBelow,
  type OptionRule,
  report,
  trueOrFalse,
} from "../../core/option-rules.ts";
import { markChaos } from "./marks.ts";

interface Weighed {
  /** How often it is chosen, against the weights of the others: a number > 0. @default 1 */
  readonly weight?: number | undefined;
}

/** The attempt fails. */
export interface ErrorFault extends Weighed {
  /** What with: an error or, so that each attempt has one of its own, a function that makes one. */
  readonly error: Error | (() => Error);
  /** Whether the operation is run before, and what it gave is dropped: a write that was made, whose answer was lost. @default false */
  readonly afterRun?: boolean | undefined;
}

/** The attempt takes longer: it waits, and then the operation is run. */
export interface LatencyFault extends Weighed {
  /** In milliseconds, finite, >= 0. */
  readonly latencyMs: number;
  /** The longest, in milliseconds: each length from `latencyMs` on is as likely. @default latencyMs */
  readonly upToMs?: number | undefined;
}

/** The attempt does not end until its signal aborts. The operation is not run. */
interface HangFault extends Weighed {
  readonly hang: true;
}

/** The attempt gives a wrong result, and the operation is not run. */
interface InsteadFault extends Weighed {
  /** Makes the result. */
  readonly instead: () => unknown;
}

/** The operation is run, and its result is changed. */
interface ChangeFault extends Weighed {
  /** Makes a wrong result of the real one. */
  readonly change: (result: never) => unknown;
}

export type ChaosFault = ErrorFault | LatencyFault | HangFault | InsteadFault | ChangeFault;

/** What a fault is told apart by. */
const KINDS = ["error", "latencyMs", "hang", "instead", "change"] as const;
export type FaultKind = (typeof KINDS)[number];

const anError: OptionRule = {
  text: "an Error, or a function that makes one",
  type: "",
  ok: (value: unknown) => value instanceof Error || typeof value === "function",
};

const RULES: Readonly<Record<FaultKind, Readonly<Record<string, OptionRule>>>> = {
  error: { error: anError, afterRun: trueOrFalse },
  latencyMs: { latencyMs: finiteFrom(0), upToMs: notBelow(finiteFrom(0), "latencyMs", 0) },
  hang: { hang: { text: "true", type: "boolean", ok: (value: boolean) => value } },
  instead: { instead: aFunction },
  change: { change: aFunction },
};

export const kindOfFault = (fault: object): FaultKind | undefined => {
  const kinds = KINDS.filter((kind) => (fault as Readonly<Record<string, unknown>>)[kind] !== undefined);
  return kinds.length === 1 ? kinds[0] : undefined;
};

const ONE_KIND = `a fault, which has one of ${KINDS.join(", ")}`;

/** The rule of one fault: which options it may have depends on what it does. */
export const faultRule: OptionRule = {
  ...checkedByOwner,
  inside: (fault: unknown, place) => {
    const kind = isPlain(fault) ? kindOfFault(fault) : undefined;
    if (kind === undefined) report(place, fault, { text: ONE_KIND, type: "" });
    else checkTable(fault, { rules: { ...RULES[kind], weight: aboveZero } }, place);
  },
};

/** The error of a fault, marked. */
export const errorOf = ({ error }: ErrorFault): Error => markChaos(typeof error === "function" ? error() : error);

/** How long a latency is, for a chance from 0 to below 1. */
export const latencyOf = ({ latencyMs, upToMs = latencyMs }: LatencyFault, chance: number): number =>
  latencyMs + (upToMs - latencyMs) * chance;

/** What `describe()` says of a fault. */
export function describeFault(fault: ChaosFault): object {
  const { weight = 1 } = fault;
  const kind = kindOfFault(fault) as FaultKind;
  if ("latencyMs" in fault)
    return { kind: "latency", latencyMs: fault.latencyMs, upToMs: fault.upToMs ?? fault.latencyMs, weight };
  return { kind, ...("error" in fault && { afterRun: fault.afterRun === true }), weight };
}
