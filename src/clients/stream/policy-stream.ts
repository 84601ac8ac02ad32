/*
 * A stream under a policy, as its consumer sees it. It behaves like an async generator, but for one thing: whoever leaves need not wait for an item
 * that is being waited for.
 *
 *   new      -- the first next()                              --> opening: the call begins
 *   opening  -- the first item of an attempt                  --> flowing: that attempt is the stream
 *   opening  -- the call ends with a value of its fallback    --> flowing: the items of the fallback
 *   flowing  -- next()                                        --> one item is asked for; none is asked for ahead
 *   any      -- the call is over                              --> over: the first who waits hears of a failure, all others that it is done
 *   any      -- return(), the end of the caller's signal      --> over: what is open is aborted and closed, the call ends as ABORTED
 */
import {
  AbortRetryError,
  type AttemptFailure,
  type AttemptInfo,
  type CallOptions,
  type Outcome,
  type Policy,
} from "../../index.ts";
import { AbortWatch } from "../signals/index.ts";
import { Flow, type FlowRules } from "./flow.ts";
import { StreamAttempt, type StreamEnd } from "./stream-attempt.ts";
import type { StreamSettings } from "./stream-options.ts";
import { readingOfFallback } from "./stream-reading.ts";

/** Somebody who waits for an item. */
interface Waiting<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
const REFUSAL = "items have been delivered";

// Where the platform has no such symbol, what compilers put in its place.
const asyncDispose: typeof Symbol.asyncDispose = Symbol.asyncDispose ?? Symbol.for("Symbol.asyncDispose");

/** What a stream is made of. */
export interface StreamParts<T> {
  readonly policy: Policy<never, unknown>;
  readonly open: (attempt: AttemptInfo) => unknown;
  readonly settings: StreamSettings<T>;
}

/** The items of a source that was opened under a policy. Iterate it once; leaving the loop closes it. */
export class PolicyStream<T, S = unknown> implements AsyncIterableIterator<T> {
  /** How the stream ended: attempts, stop reason, class. Resolves when it is over; of a stream that nobody iterates, never. */
  readonly outcome: Promise<Outcome<StreamEnd>>;
  /** The source that gives the items, as `open` gave it, once the first has come; `undefined` where none has given any. */
  readonly opened: Promise<S | undefined>;
  readonly #parts: StreamParts<T>;
  readonly #rules: FlowRules<T>;
  readonly #abort = new AbortController();
  readonly #waiting: Waiting<T>[] = [];
  #state: "new" | "opening" | "flowing" | "over" = "new";
  /** What gives the items. */
  #flow: StreamAttempt<T, S> | Flow<T> | null = null;
  /** A failure that nobody was told of yet. */
  #failure: { readonly error: unknown } | null = null;
  #call: Promise<void> = Promise.resolve();
  /** Hears of the caller's signal, until the stream is over. */
  #watch: AbortWatch | null = null;
  #hasLeft = false;
  #tellOutcome: (outcome: Outcome<StreamEnd> | Promise<never>) => void = () => {};
  #tellOpened: (source: S | undefined) => void = () => {};

  /** @internal */
  constructor(parts: StreamParts<T>) {
    this.#parts = parts;
    const { idleTimeoutMs, isEnd, call } = parts.settings;
    this.#rules = { clock: parts.policy.clock, operation: call.operation, idleTimeoutMs, isEnd };
    this.outcome = new Promise((resolve) => {
      this.#tellOutcome = resolve;
    });
    this.outcome.catch(() => {});
    this.opened = new Promise((resolve) => {
      this.#tellOpened = resolve;
    });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** The next item. Those who ask at once are answered in turn. */
  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#state === "over" || this.#hasLeft) return this.#last();
    return new Promise((resolve, reject) => {
      const isFirst = this.#waiting.push({ resolve, reject }) === 1;
      if (this.#state === "new") this.#begin();
      else if (isFirst && this.#state === "flowing") this.#flow?.pull();
    });
  }

  /** Leaves the stream: what is open is closed, and the call ends as ABORTED, unless the last item has come. Resolves when that is done. */
  async return(value?: undefined | PromiseLike<undefined>): Promise<IteratorReturnResult<undefined>> {
    if (!this.#hasLeft && this.#state !== "over") this.#leave();
    this.#failure = null;
    await this.#call;
    if (this.#flow !== null) await this.#closed(this.#flow);
    return { done: true, value: await value };
  }

  async [asyncDispose](): Promise<void> {
    await this.return();
  }

  #leave(): void {
    this.#hasLeft = true;
    for (const waiting of this.#waiting.splice(0)) waiting.resolve(DONE);
    const reason = new AbortRetryError("The stream was left before its end.");
    const isWhole = this.#flow instanceof StreamAttempt && this.#flow.leave();
    if (!isWhole) this.#abort.abort(reason);
    if (this.#state === "new") this.#begin();
  }

  /** A source that does not say when it has closed keeps nobody for longer than a stalled one. */
  #closed(flow: StreamAttempt<T, S> | Flow<T>): Promise<unknown> {
    const closed = flow instanceof StreamAttempt ? flow.closed : flow.close(undefined);
    return new Promise((resolve) => {
      const cancel = this.#rules.clock.alarm(this.#rules.idleTimeoutMs, () => resolve(undefined));
      void closed.then(() => {
        cancel();
        resolve(undefined);
      });
    });
  }

  #begin(): void {
    this.#state = "opening";
    const { policy, open, settings } = this.#parts;
    const { signal } = settings.call;
    if (signal?.aborted) this.#abort.abort(signal.reason);
    else if (signal !== undefined) this.#watch = new AbortWatch(signal, { interrupt: () => this.#abort.abort(signal.reason) });
    const operation = (attempt: AttemptInfo): Promise<StreamEnd> =>
      new StreamAttempt<T, S>(attempt, this.#rules, this.#sink).run(open);
    const ended = policy.execute(operation as (attempt: AttemptInfo) => Promise<never>, this.#callOptions());
    this.#call = ended.then(
      (outcome) => this.#hasEnded(outcome as Outcome<unknown>),
      (mistake) => {
        this.#tellOutcome(Promise.reject(mistake));
        this.#isOver({ error: mistake });
      },
    );
  }

  #callOptions(): CallOptions {
    const { call } = this.#parts.settings;
    const refuseRepeat = (failed: AttemptFailure | undefined): string | undefined =>
      this.#state === "flowing" ? REFUSAL : call.refuseRepeat?.(failed);
    return { ...call, signal: this.#abort.signal, refuseRepeat };
  }

  readonly #sink = {
    began: (attempt: StreamAttempt<T, S>, source: S): void => {
      this.#state = "flowing";
      this.#flow = attempt;
      this.#tellOpened(source);
    },
    item: (value: T): void => this.#give(value),
  };

  #give(value: T): void {
    this.#waiting.shift()?.resolve({ done: false, value });
    if (this.#waiting.length > 0) this.#flow?.pull();
  }

  #hasEnded(outcome: Outcome<unknown>): void {
    if (outcome.ok && outcome.fellBack && !this.#hasLeft) this.#fallBack(outcome.value);
    else this.#isOver(outcome.ok || this.#hasLeft ? null : { error: outcome.error });
    this.#tellOutcome(outcome as Outcome<StreamEnd>);
  }

  /** The call is over; what its fallback has given is delivered, and bounded like any stream. */
  #fallBack(value: unknown): void {
    try {
      const rules = { ...this.#rules, isEnd: undefined };
      const flow = new Flow<T>(readingOfFallback(value), rules, {
        item: (item) => this.#give(item),
        ended: () => this.#isOver(null),
        failed: (error) => this.#isOver({ error }),
      });
      const { signal } = this.#abort;
      const abort = (): void => {
        void flow.close(signal.reason);
        this.#isOver(this.#hasLeft ? null : { error: signal.reason });
      };
      signal.addEventListener("abort", abort, { once: true });
      this.#flow = flow;
      this.#state = "flowing";
      if (this.#waiting.length > 0) flow.pull();
    } catch (mistake) {
      this.#isOver({ error: mistake });
    }
  }

  #isOver(failure: { readonly error: unknown } | null): void {
    this.#state = "over";
    this.#watch?.end();
    this.#tellOpened(undefined);
    this.#failure = failure;
    for (const waiting of this.#waiting.splice(0)) this.#last().then(waiting.resolve, waiting.reject);
  }

  /** What is heard of a stream that is over: its failure, once. */
  async #last(): Promise<IteratorResult<T, undefined>> {
    const failure = this.#failure;
    this.#failure = null;
    if (failure !== null) throw failure.error;
    return DONE;
  }
}
