import { isRedressError, RedressError } from "../../index.ts";

function setName(type: { readonly prototype: object }, name: string): void {
  Object.defineProperty(type.prototype, "name", { value: name, writable: true, configurable: true });
}

const ofOperation = (operation: string | undefined): string =>
  operation === undefined ? "The stream" : `The stream of ${operation}`;
const afterItems = (items: number): string => `after ${items} ${items === 1 ? "item" : "items"}`;

/**
 * A stream has stalled: its consumer has waited `idleTimeoutMs` for the next item. The built-in classifiers say TRANSIENT, a timeout. How long the first item may take is
 * bounded by the policy, and is an `AttemptTimeoutError` or a `DeadlineExceededError`.
 */
export class StreamStalledError extends RedressError {
  static {
    setName(StreamStalledError, "StreamStalledError");
  }
  /** In milliseconds. */
  readonly idleTimeoutMs: number;
  /** How many items had been delivered. */
  readonly items: number;
  readonly timeout = true;

  constructor(operation: string | undefined, idleTimeoutMs: number, items: number) {
    const message = `${ofOperation(operation)} stalled ${afterItems(items)}: nothing came for ${idleTimeoutMs} ms.`;
    super("ERR_REDRESS_STREAM_STALLED", "TRANSIENT", message);
    this.idleTimeoutMs = idleTimeoutMs;
    this.items = items;
  }
}

/** A stream has ended before its end: no item was the one that `isEnd` knows. The built-in classifiers say TRANSIENT. */
export class StreamCutError extends RedressError {
  static {
    setName(StreamCutError, "StreamCutError");
  }
  /** How many items had been delivered. */
  readonly items: number;

  constructor(operation: string | undefined, items: number) {
    super(
      "ERR_REDRESS_STREAM_CUT",
      "TRANSIENT",
      `${ofOperation(operation)} was cut ${afterItems(items)}: it closed before an item that isEnd takes for the last.`,
    );
    this.items = items;
  }
}

/** True for every StreamStalledError, of any copy of this package. */
export const isStreamStalledError = (error: unknown): error is StreamStalledError =>
  isRedressError(error) && error.code === "ERR_REDRESS_STREAM_STALLED";

/** True for every StreamCutError, of any copy of this package. */
export const isStreamCutError = (error: unknown): error is StreamCutError =>
  isRedressError(error) && error.code === "ERR_REDRESS_STREAM_CUT";
