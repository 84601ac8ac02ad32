// ---- pino, and loggers that have its levels

export type { LogArguments, LoggerLike, LogLevel } from "./loggers.ts";
export { type LogLevels, type PinoOptions, pinoHooks } from "./pino-hooks.ts";

// ---- what it shares with the other backends

export type { CallKind } from "../../telemetry/index.ts";
