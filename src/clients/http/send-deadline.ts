/* Tells servers for how long an attempt still waits, so that they work no longer than that. Only those that are named: what a stranger makes of it, nobody knows. */
import type { AttemptInfo } from "../../index.ts";
import { type BoundedPolicy, leftOfAttemptMs } from "../bounds/index.ts";
import { arrayOf, isHeaderName, type OptionRule, report } from "../options/index.ts";
import { hostOf, isNamedBy } from "./named-hosts.ts";

/** What the servers of `redress/express` and its like read: a time that is left, in milliseconds. */
const DEADLINE_HEADER = "x-request-timeout-ms";

/** To whom: everybody, nobody, or these hosts: names without a port, `*.` for all names below. */
export type SendDeadline = boolean | readonly string[];

/** Which servers are told of deadlines, and how. */
export interface DeadlineOptions {
  /**
   * Tells servers for how long each attempt still waits, in whole milliseconds: the least of its attempt timeout and what is left of the deadlines of the policy,
   * the call and its scope; nothing where none of them is bounded. `true` tells everybody; a list these hosts: names or addresses without a scheme, port or path,
   * `*.` in front for all names below, at any depth, but not the name itself. A header of this name that the caller has set stays as it is.
   *
   * @default false
   */
  readonly sendDeadline?: SendDeadline | undefined;
  /** The name of the header by which they are told. @default "x-request-timeout-ms" */
  readonly deadlineHeader?: string | undefined;
}

const host: OptionRule = {
  text: 'a host without scheme, port and path, such as "orders.internal", "[::1]", or "*.svc.cluster.local" for all names below',
  type: "string",
  ok: (value: string) => hostOf(value) !== null,
};

const hosts = arrayOf("", host);

/** The rules of these options, for tables that have more. */
export const deadlineRules: Readonly<Record<keyof DeadlineOptions, OptionRule>> = {
  sendDeadline: {
    text: 'true, false or an array of hosts, such as ["orders.internal", "*.svc.cluster.local"]',
    type: "",
    ok: (value: unknown) => typeof value === "boolean" || (Array.isArray(value) && value.length > 0),
    inside: (value: SendDeadline, place, beside) => {
      if (typeof value !== "boolean") hosts.inside?.(value as never, place, beside);
    },
  },
  deadlineHeader: {
    text: 'the name of a header that says milliseconds, such as "x-request-timeout-ms"',
    type: "string",
    // That of gRPC has a form of its own.
    ok: (value: string) => isHeaderName(value) && value.toLowerCase() !== "grpc-timeout",
    // By itself it would send nothing.
    inside: (value: string, place, { sendDeadline }) => {
      if (sendDeadline === undefined) report(place, value, { text: ALONE, type: "", why: "contradiction" });
    },
  },
};

const ALONE = "left out where sendDeadline is not given, which says who is told";

// More than some 30 years tells nobody anything.
const LONGEST_MS = 999_999_999_999;

export class DeadlineSender {
  /** The name of the header, in small letters. */
  readonly header: string;
  readonly #sendsTo: (hostname: string) => boolean;

  private constructor(to: SendDeadline, header: string) {
    this.header = header.toLowerCase();
    this.#sendsTo = typeof to === "boolean" ? () => to : isNamedBy(to);
  }

  /** `null` where nobody is told. */
  static of({ sendDeadline = false, deadlineHeader = DEADLINE_HEADER }: DeadlineOptions): DeadlineSender | null {
    return sendDeadline === false ? null : new DeadlineSender(sendDeadline, deadlineHeader);
  }

  /** What a host is told of an attempt, as the value of the header; `null` for nothing. Never more than is left, but for the last millisecond. */
  valueFor(hostname: string, info: Pick<AttemptInfo, "remainingMs">, policy: BoundedPolicy): string | null {
    if (!this.#sendsTo(hostname)) return null;
    const leftMs = Math.floor(leftOfAttemptMs(policy, info));
    return leftMs <= LONGEST_MS ? String(Math.max(leftMs, 1)) : null;
  }
}
