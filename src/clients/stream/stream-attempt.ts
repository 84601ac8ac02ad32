/*
 * One attempt of a stream: opens a source and waits for its first item. Then the answer begins, and the attempt lasts as long as the stream, so that
 * the policy hears how it ended. Whatever ends it before its end (a cut by the policy, a stall, a consumer who leaves) aborts its signal and closes its
 * source, once.
 */
import { type AttemptInfo, TransientError } from "../../index.ts";
import { Flow, type FlowRules, type FlowSink } from "./flow.ts";
import { readingOf } from "./stream-reading.ts";

/** How a stream ended that ended well. */
export interface StreamEnd {
  /** How many items it had. */
  readonly items: number;
}

/** What the stream hears of the attempt that wins. */
export interface AttemptSink<T, S> {
  /** Its first item is there: from now on the stream is this attempt. */
  began(attempt: StreamAttempt<T, S>, source: S): void;
  item(value: T): void;
}

/** As what `open` is told, its signal aborts with the attempt, and when the stream is over before its end. */
export class StreamAttempt<T, S> implements AttemptInfo, FlowSink<T> {
  readonly #attempt: AttemptInfo;
  readonly #sink: AttemptSink<T, S>;
  readonly #rules: FlowRules<T>;
  readonly #abort = new AbortController();
  readonly #cut = (): void => this.#fail(this.#attempt.signal.reason);
  #source: S | undefined;
  #flow: Flow<T> | null = null;
  #hasBegun = false;
  #isOver = false;
  #resolve: (end: StreamEnd) => void = () => {};
  #reject: (error: unknown) => void = () => {};

  constructor(attempt: AttemptInfo, rules: FlowRules<T>, sink: AttemptSink<T, S>) {
    this.#attempt = attempt;
    this.#rules = { ...rules, operation: attempt.operation };
    this.#sink = sink;
  }

  get attempt(): number {
    return this.#attempt.attempt;
  }

  get hedge(): boolean {
    return this.#attempt.hedge;
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get remainingMs(): number {
    return this.#attempt.remainingMs;
  }

  get operation(): string | undefined {
    return this.#attempt.operation;
  }

  answerBegins(): boolean {
    return this.#attempt.answerBegins();
  }

  /** The operation of the policy: settles when the stream is over. */
  run(open: (attempt: AttemptInfo) => unknown): Promise<StreamEnd> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      const { signal } = this.#attempt;
      if (signal.aborted) {
        this.#cut();
        return;
      }
      signal.addEventListener("abort", this.#cut, { once: true });
      this.#open(open).catch((error) => this.#fail(error));
    });
  }

  async #open(open: (attempt: AttemptInfo) => unknown): Promise<void> {
    const source = await open(this);
    const flow = new Flow<T>(readingOf(source), this.#rules, this);
    this.#source = source as S;
    this.#flow = flow;
    if (this.#isOver) void flow.close(this.signal.reason);
    // The policy bounds how long the first item may take.
    else flow.pull(Infinity);
  }

  pull(): void {
    this.#flow?.pull();
  }

  /** The consumer leaves. Returns whether the stream was whole. */
  leave(): boolean {
    const { isWhole = false } = this.#flow ?? {};
    if (isWhole) {
      void this.#flow?.close(undefined);
      this.ended();
    }
    return isWhole;
  }

  /** Resolves when the source has been let go. */
  get closed(): Promise<unknown> {
    return this.#flow?.close(undefined) ?? Promise.resolve();
  }

  item(value: T): void {
    if (!this.#hasBegun) {
      if (!this.#attempt.answerBegins()) {
        this.#fail(new TransientError("The attempt was cut before its first item came."));
        return;
      }
      this.#hasBegun = true;
      this.#sink.began(this, this.#source as S);
    }
    this.#sink.item(value);
  }

  ended(): void {
    if (!this.#settles()) return;
    const { items } = this.#flow as Flow<T>;
    this.#resolve({ items });
  }

  failed(error: unknown): void {
    this.#fail(error);
  }

  #fail(error: unknown): void {
    if (!this.#settles()) return;
    this.#abort.abort(error);
    void this.#flow?.close(error);
    this.#reject(error);
  }

  /** Whether it is not over yet: it is now. */
  #settles(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#attempt.signal.removeEventListener("abort", this.#cut);
    return true;
  }
}
