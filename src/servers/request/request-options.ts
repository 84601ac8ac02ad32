import {
  aboveZero,
  isHeaderName,
  type OptionRule,
  type OptionTable,
  objectWith,
  requireOptions,
} from "../../clients/options/index.ts";
import { Door, type ShedOptions, shedRules } from "../shed/index.ts";
import type { Shutdown } from "../shutdown/index.ts";

/** What a server's requests go by. */
export interface RequestOptions<Request = never> extends ShedOptions<Request> {
  /**
   * Where callers say for how long they wait: the names of headers, of which the first one that says something readable counts; `false` to heed none.
   * Milliseconds; for `grpc-timeout` a number and a unit, as gRPC writes it. What is malformed, repeated or negative says nothing.
   * @default ["x-request-timeout-ms", "x-envoy-expected-rq-timeout-ms"]
   */
  readonly deadlineHeader?: string | readonly string[] | false | undefined;
  /** The longest deadline that a caller may ask for, in milliseconds, > 0: what is longer is cut to it. @default 60_000 */
  readonly maxDeadlineMs?: number | undefined;
  /** The deadline of a request whose caller has said nothing, in milliseconds, > 0. @default Infinity: its calls have those of their policies */
  readonly deadlineMs?: number | undefined;
  /** Knows the requests that are under way, and ends them when the server shuts down for too long. @default none */
  readonly shutdown?: Shutdown | undefined;
}

/** The same, complete. */
export interface RequestSettings {
  /** In small letters, as frameworks compare them. */
  readonly deadlineHeaders: readonly string[];
  readonly maxDeadlineMs: number;
  readonly deadlineMs: number;
  /** `null` where every request is taken on. */
  readonly door: Door | null;
  readonly shutdown: Shutdown | null;
}

const headerNames: OptionRule = {
  text: "the name of a header, an array of them, or false",
  type: "",
  ok: (value: unknown) =>
    value === false || isHeaderName(value) || (Array.isArray(value) && value.length > 0 && value.every(isHeaderName)),
};

/** The rules of these options, for those of an integration that has more. */
export const requestRules: OptionTable<keyof RequestOptions>["rules"] = {
  deadlineHeader: headerNames,
  maxDeadlineMs: aboveZero,
  deadlineMs: aboveZero,
  shutdown: objectWith("a Shutdown", ["close", "enter"]),
  ...shedRules,
};

export function readRequestOptions(owner: string, options: RequestOptions): RequestSettings {
  return toRequestSettings(requireOptions(owner, options, { rules: requestRules }));
}

export function toRequestSettings(options: RequestOptions): RequestSettings {
  const {
    deadlineHeader = ["x-request-timeout-ms", "x-envoy-expected-rq-timeout-ms"],
    maxDeadlineMs = 60_000,
    deadlineMs = Infinity,
    shutdown = null,
  } = options;
  const names = deadlineHeader === false ? [] : [deadlineHeader].flat();
  return {
    deadlineHeaders: names.map((name) => name.toLowerCase()),
    maxDeadlineMs,
    deadlineMs,
    shutdown,
    door: Door.of(options),
  };
}
