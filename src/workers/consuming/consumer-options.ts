import { aFunction, type OptionTable, objectWith } from "../../clients/options/index.ts";
import { type WorkerOptions, workerRules } from "../delivery/index.ts";

/** What consumers of all brokers have in common. */
export interface ConsumerOptions extends WorkerOptions {
  /**
   * Aborts when the worker is shutting down: no message is taken any more, attempts under way are aborted, and their messages go back at once, with what
   * they have used up. To let them come to their end instead, call `stop()`.
   */
  readonly signal?: AbortSignal | undefined;
  /**
   * Hears of what goes wrong between the worker and its broker, such as a message that could not be put off: it is tried again until it can, or the connection is lost.
   * @default a warning of the process, the first time
   */
  readonly onError?: ((error: unknown) => unknown) | undefined;
}

export const consumerRules: OptionTable<keyof ConsumerOptions>["rules"] = {
  ...(workerRules as OptionTable<keyof WorkerOptions>["rules"]),
  signal: objectWith("an AbortSignal", ["addEventListener"]),
  onError: aFunction,
};

/** A consumer that has begun. */
export interface Consumption {
  /** Takes no more messages, and lets those under way come to their end. Resolves when they have. */
  stop(): Promise<void>;
  /**
   * Resolves when it is over and nothing is under way any more: with `undefined` after `stop()` or an abort, and otherwise with the error that has ended it, such as a
   * lost connection. Nothing is consumed then until it is begun anew.
   */
  readonly closed: Promise<Error | undefined>;
}
