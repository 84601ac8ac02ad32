/*
 * One line for each call that has ended, and below it, for whoever looks closer, one for each thing that happened on the way:
 *
 *   success     debug   nothing happened, and most calls end so
 *   recovered   info    the dependency has failed, and nobody has noticed
 *   fellBack    warn    the caller got another value than it asked for
 *   expected    warn    the call did nothing that is news: its caller left, its circuit was open
 *   failure     error   the caller got an error
 *   fault       error   a strategy, handler or fallback has thrown: a mistake in the policy
 *   circuit     warn    a circuit has changed its state: once, however many calls it then rejects
 *   detail      debug   a retry and its delay, a hedge, a rejection
 */
import { arrayOf, type OptionTable, objectWith, oneOf, requireOptions, trueOrFalse } from "../../clients/options/index.ts";
import { type EventName, type Hooks, type LogFields, StopReason } from "../../index.ts";
import { type CallKind, EXPECTED_STOPS, FallbackTags, fieldsOf, kindOf } from "../../telemetry/index.ts";
import { ARGUMENTS, KnownLogger, LEVELS, type LogArguments, type LoggerLike, type LogLevel } from "./loggers.ts";

/** Which level each line has. */
export type LogLevels = { readonly [Kind in CallKind | "circuit" | "detail"]?: LogLevel | undefined };

/** How calls are logged. */
export interface PinoOptions {
  /**
   * In which order the logger takes fields and message. Must be given where the logger is none of pino, bunyan, winston, consola and console, such as one of
   * your own. @default what these loggers are known to take
   */
  readonly style?: LogArguments | undefined;
  /**
   * The levels of lines, where not the usual ones. @default success: debug, recovered: info, fellBack: warn, expected: warn, failure: error, fault: error,
   * circuit: warn, detail: debug
   */
  readonly levels?: LogLevels | undefined;
  /** The stop reasons that are no news, and logged as `expected`. @default ABORTED, SCHEDULED, CIRCUIT_OPEN and LIMITED */
  readonly expected?: readonly StopReason[] | undefined;
  /** Whether `err` is the error itself, with its message and stack, which may hold anybody's data, instead of the name of its class. @default false */
  readonly includeError?: boolean | undefined;
}

const DEFAULT_LEVELS: Required<{ readonly [Kind in keyof LogLevels]: LogLevel }> = {
  success: "debug",
  recovered: "info",
  fellBack: "warn",
  expected: "warn",
  failure: "error",
  fault: "error",
  circuit: "warn",
  detail: "debug",
};

/** The words of a line are always the same, so that lines can be found and grouped by them. */
const WORDS: Readonly<Record<CallKind, string>> = {
  success: "call succeeded",
  recovered: "call succeeded after a retry",
  fellBack: "call fell back",
  expected: "call stopped",
  failure: "call failed",
  fault: "call failed by a mistake in its policy",
};

const CIRCUITS: Partial<Record<EventName, string>> = {
  circuit_opened: "circuit opened",
  circuit_half_open: "circuit half-open",
  circuit_closed: "circuit closed",
};

/** What no line of a call's end tells. */
const DETAILS: Partial<Record<EventName, string>> = {
  retry: "attempt failed, retrying",
  hedge: "hedge started",
  circuit_rejected: "circuit rejected the call",
  limited: "limiter turned the attempt away",
};

const aLevel = oneOf(LEVELS);

const table: OptionTable<keyof PinoOptions> = {
  rules: {
    style: oneOf(ARGUMENTS),
    levels: { ...objectWith("an object of levels", []), copy: (levels) => levels },
    expected: arrayOf("an array of stop reasons", oneOf(Object.keys(StopReason))),
    includeError: trueOrFalse,
  },
};

/**
 * Logs calls: one line for each that has ended, one for each change of a circuit, and at `debug` each retry, hedge and rejection. For pino, winston, console,
 * consola, bunyan and, with `style`, for any other logger that has `debug`, `info`, `warn` and `error`. Lines hold labels and numbers, and nothing of what was
 * sent, returned or thrown.
 *
 * @throws TypeError for what is no logger, for one whose `style` must be given, and for a wrong or unknown option
 * @example
 * import { pinoHooks } from "redress/pino";
 *
 * const policy = new Policy({ operation: "read_order", retry: {}, hooks: pinoHooks(logger) });
 */
export function pinoHooks(logger: LoggerLike, options: PinoOptions = {}): Hooks {
  const {
    style,
    levels: given = {},
    expected = EXPECTED_STOPS,
    includeError = false,
  } = requireOptions("pinoHooks", options, table);
  const rules = Object.fromEntries(Object.keys(DEFAULT_LEVELS).map((kind) => [kind, aLevel]));
  const levels = { ...DEFAULT_LEVELS, ...defined(requireOptions("pinoHooks.levels", given, { rules })) };
  const log = new KnownLogger("pinoHooks", logger, style);
  const news = new Set(expected);
  const fallbacks = new FallbackTags();

  return {
    onLog(event: EventName, fields: LogFields) {
      // Most calls: they have nothing to tell but their end.
      if (event === "success") return undefined;
      if (event === "fell_back") {
        const { attempt: _attempt, sleep_ms: _sleepMs, ...tags } = fields;
        fallbacks.heard(event, tags);
        return undefined;
      }
      const circuit = CIRCUITS[event];
      const level = circuit === undefined ? levels.detail : levels.circuit;
      const message = circuit ?? DETAILS[event];
      if (message === undefined || level === "off" || !log.writes(level)) return undefined;
      return log.write(level, { ...fields }, message);
    },
    onCallEnd(call, end) {
      const covered = end.ok && end.fellBack ? fallbacks.take(call) : null;
      const kind = kindOf(end, news);
      const level = levels[kind];
      if (level === "off" || !log.writes(level)) return undefined;
      const fields = fieldsOf(call, end, covered);
      const error = includeError && !end.ok && { err: log.errorOf(end.stopReason === null ? end.fault : end.error) };
      return log.write(level, { ...fields, ...error }, WORDS[kind]);
    },
  };
}

function defined<Values extends object>(values: Values): { [Key in keyof Values]: Exclude<Values[Key], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
