/*
 * What loggers have in common, and where they differ: pino takes fields and then a message, winston, console and consola the other way round. Each drops what it
 * is given in the wrong order, or prints it as something else, and says nothing. So a logger is known by methods that only its kind has, and of one that is not
 * known the order must be said.
 */
import { refuse } from "../../clients/options/index.ts";

/** A logger. Its methods take fields and a message, in this order or the other. */
export interface LoggerLike {
  debug(...given: never[]): unknown;
  info(...given: never[]): unknown;
  warn(...given: never[]): unknown;
  error(...given: never[]): unknown;
}

/** A level, or `off` for no line at all. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "off";

/** `fields-first` is pino's and bunyan's order: `logger.info({ attempts: 3 }, "call failed")`. `message-first` that of winston, console and consola. */
export type LogArguments = "fields-first" | "message-first";

export const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error", "off"];
export const ARGUMENTS: readonly LogArguments[] = ["fields-first", "message-first"];

/** The methods by which a logger is known. None of the others has them. */
const KNOWN: readonly (readonly [style: LogArguments, logger: string, methods: readonly string[]])[] = [
  ["fields-first", "pino", ["bindings", "child"]],
  ["fields-first", "bunyan", ["addStream", "child"]],
  ["message-first", "winston", ["configure", "add", "log"]],
  ["message-first", "consola", ["withTag", "mockTypes"]],
  ["message-first", "console", ["table", "timeEnd"]],
];

/** consola has numbers for its levels. */
const CONSOLA_LEVELS = { error: 0, warn: 1, info: 3, debug: 4 } as const;

type Method = (...given: readonly unknown[]) => unknown;
type Methods = Readonly<Record<string, unknown>>;

/** A logger whose order of arguments is known. */
export class KnownLogger {
  readonly #logger: Methods;
  readonly #style: LogArguments;
  readonly #kind: string | undefined;

  /** @throws TypeError for what is no logger, and for one that is not known where no `style` is given */
  constructor(owner: string, logger: LoggerLike, style: LogArguments | undefined) {
    const given = logger as unknown as Methods;
    const has = (methods: readonly string[]): boolean => methods.every((method) => typeof given[method] === "function");
    if (logger === null || logger === undefined || !has(["debug", "info", "warn", "error"]))
      refuse(`${owner}.logger`, "a logger with the methods debug, info, warn and error", logger, TypeError);
    const [knownStyle, kind] = KNOWN.find(([, , methods]) => has(methods)) ?? [];
    const right = style ?? knownStyle;
    if (right === undefined)
      throw new TypeError(
        `${owner}.style must be given for a logger that is neither pino, bunyan, winston, consola nor console: "fields-first" for log.info(fields, message), "message-first" for log.info(message, fields).`,
      );
    this.#logger = given;
    this.#style = right;
    this.#kind = kind;
  }

  /** Whether a line of this level would be written. */
  writes(level: LogLevel): boolean {
    if (level === "off") return false;
    const logger = this.#logger;
    if (typeof logger["isLevelEnabled"] === "function") return logger["isLevelEnabled"](level) !== false;
    return this.#kind !== "consola" || (logger["level"] as number) >= CONSOLA_LEVELS[level];
  }

  /** Writes one line. What the logger answers is for the engine, which hears of a promise that rejects. */
  write(level: Exclude<LogLevel, "off">, fields: object, message: string): unknown {
    const logger = this.#logger as Readonly<Record<string, Method>>;
    return this.#style === "fields-first" ? logger[level]?.(fields, message) : logger[level]?.(message, fields);
  }

  /** An error as this logger can write it: winston's formats make nothing of one that is a field. */
  errorOf(error: unknown): unknown {
    if (this.#kind !== "winston" || !(error instanceof Error)) return error;
    return { type: error.name, message: error.message, stack: error.stack };
  }
}
