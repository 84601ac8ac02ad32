/*
 * The items of one source, pulled one at a time. The law:
 *
 *   an item comes                        -> it is given
 *   none comes for idleTimeoutMs         -> stalled: the source is closed, a failure
 *   the source closes                    -> ended; a failure where isEnd has known no item for the last
 *   the source fails                     -> a failure
 *   isEnd has known the last one         -> whatever follows ends it well; nothing for 5 s closes it
 *   it is closed from outside            -> silent from then on
 *
 * Whichever comes first of the ends is told, once. A source is closed once, and only before its own end.
 */
import type { Clock } from "../../index.ts";
import { StreamCutError, StreamStalledError } from "./stream-errors.ts";
import type { StreamReading } from "./stream-reading.ts";

/** For so long more is waited for after the last item, such as figures of usage. */
const AFTER_END_MS = 5_000;

/** What becomes of the items of a source. */
export interface FlowSink<T> {
  item(value: T): void;
  ended(): void;
  failed(error: unknown): void;
}

export interface FlowRules<T> {
  readonly clock: Pick<Clock, "alarm">;
  readonly operation: string | undefined;
  readonly idleTimeoutMs: number;
  readonly isEnd: ((item: T) => boolean) | undefined;
}

export class Flow<T> {
  /** How many items have come. */
  items = 0;
  /** The last item has come. */
  isWhole = false;
  readonly #reading: StreamReading<T>;
  readonly #rules: FlowRules<T>;
  readonly #sink: FlowSink<T>;
  #isOver = false;
  #isReading = false;
  #stopWaiting = (): void => {};
  /** Settles, without a value, when the source has been let go. */
  #closed: Promise<unknown> = Promise.resolve();

  constructor(reading: StreamReading<T>, rules: FlowRules<T>, sink: FlowSink<T>) {
    this.#reading = reading;
    this.#rules = rules;
    this.#sink = sink;
  }

  /** Asks for the next item. @param waitMs how long it may take */
  pull(waitMs: number = this.#idleMs): void {
    if (this.#isOver) return;
    const stopWaiting = alarmAfterStall(this.#rules.clock, waitMs, () => this.#isSilent());
    this.#stopWaiting = stopWaiting;
    this.#isReading = true;
    const came = (take: () => void): void => {
      stopWaiting();
      this.#isReading = false;
      if (!this.#isOver) take();
    };
    // A source's own `next` may throw, or answer without a promise.
    new Promise<IteratorResult<T, unknown>>((resolve) => resolve(this.#reading.next())).then(
      (result) => came(() => this.#take(result)),
      (error) => came(() => this.#fail(error)),
    );
  }

  get #idleMs(): number {
    const { idleTimeoutMs } = this.#rules;
    return this.isWhole ? Math.min(idleTimeoutMs, AFTER_END_MS) : idleTimeoutMs;
  }

  /** Lets the source go, unless it has ended. Nothing is told from now on. Resolves, where the source can say so, when it is closed. */
  close(reason: unknown): Promise<unknown> {
    if (this.#isOver) return this.#closed;
    this.#isOver = true;
    this.#stopWaiting();
    const isReading = this.#isReading;
    // What hangs may close late, or never: that it was told must do.
    const closed = (async () => this.#reading.close(reason, isReading))().catch(() => {});
    if (!isReading) this.#closed = closed;
    return this.#closed;
  }

  #take(result: IteratorResult<T, unknown>): void {
    try {
      if (result.done === true) {
        if (this.#rules.isEnd === undefined || this.isWhole) this.#end();
        else this.#over(() => this.#sink.failed(new StreamCutError(this.#rules.operation, this.items)));
        return;
      }
      if (!this.isWhole && this.#rules.isEnd !== undefined) this.isWhole = askAtOnce(this.#rules.isEnd(result.value));
    } catch (mistake) {
      void this.close(mistake);
      this.#sink.failed(mistake);
      return;
    }
    this.items++;
    this.#sink.item(result.value);
  }

  #isSilent(): void {
    const { operation, idleTimeoutMs } = this.#rules;
    const error = new StreamStalledError(operation, idleTimeoutMs, this.items);
    void this.close(error);
    if (this.isWhole) this.#sink.ended();
    else this.#sink.failed(error);
  }

  #fail(error: unknown): void {
    if (this.isWhole) this.#end();
    else this.#over(() => this.#sink.failed(error));
  }

  #end(): void {
    this.#over(() => this.#sink.ended());
  }

  #over(tell: () => void): void {
    this.#isOver = true;
    tell();
  }
}

/** @throws TypeError for a promise, which would be taken for a yes */
function askAtOnce(answer: unknown): boolean {
  if (typeof (answer as { readonly then?: unknown } | null | undefined)?.then !== "function") return Boolean(answer);
  Promise.resolve(answer).catch(() => {});
  throw new TypeError("policyStream.isEnd must answer at once, got a promise.");
}

/** Rings after a time and one more turn of the event loop: what has come during a stall is heard before. */
function alarmAfterStall(clock: Pick<Clock, "alarm">, ms: number, ring: () => void): () => void {
  let cancel = clock.alarm(ms, () => {
    cancel = clock.alarm(0, ring);
  });
  return () => cancel();
}
