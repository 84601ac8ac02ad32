/*
 * The life of a consumer, whatever the broker:
 *
 *   open      takes messages
 *   stopping  takes none; what is under way comes to its end   <- stop(), or the broker has ended it
 *   aborting  takes none; what is under way is aborted         <- the worker's signal
 *   lost      the same, and the broker hears nothing any more: it delivers again by itself
 *   closed    nothing is under way
 */
import { InFlight, warn } from "../../clients/signals/index.ts";
import type { ConsumerOptions, Consumption } from "./consumer-options.ts";

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 5_000;

export class Consuming implements Consumption {
  readonly closed: Promise<Error | undefined>;
  readonly #aborting = new AbortController();
  readonly #inFlight = new InFlight();
  readonly #owner: string;
  readonly #options: Pick<ConsumerOptions, "signal" | "onError">;
  readonly #onShutdown = (): void => this.#end("aborting", undefined);
  readonly #pausing = new Set<() => void>();
  #state: "open" | "stopping" | "aborting" | "lost" = "open";
  #hasBegun = false;
  #isWarned = false;
  #error: Error | undefined;
  #resolveClosed: (error: Error | undefined) => void = () => {};
  #leave: () => unknown = () => {};

  /** @param owner who warns: "redress/amqp" */
  constructor(owner: string, options: Pick<ConsumerOptions, "signal" | "onError">) {
    this.#owner = owner;
    this.#options = options;
    this.closed = new Promise((resolve) => {
      this.#resolveClosed = resolve;
    });
    if (options.signal?.aborted === true) this.#onShutdown();
    else options.signal?.addEventListener("abort", this.#onShutdown, { once: true });
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  get isLost(): boolean {
    return this.#state === "lost";
  }

  /** Aborts the attempts under way. */
  get signal(): AbortSignal {
    return this.#aborting.signal;
  }

  /** It has begun: from here on it ends. @param leave takes no more messages; what it rejects with is told */
  began(leave: () => unknown): void {
    this.#leave = leave;
    this.#hasBegun = true;
    if (!this.isOpen) void this.#close();
  }

  /** Runs what becomes of one message, or what takes messages. */
  async run(work: () => Promise<void>): Promise<void> {
    this.#inFlight.enter();
    try {
      await work();
    } catch (error) {
      if (!this.isLost) this.tell(error);
    } finally {
      this.#inFlight.leave();
    }
  }

  stop(): Promise<void> {
    this.#end("stopping", undefined);
    return this.closed.then(() => {});
  }

  /** The broker takes and gives no more. */
  endedBy(error: Error): void {
    this.#end("stopping", error);
  }

  /** The broker is gone, and delivers again what is under way. */
  lost(error: Error): void {
    this.#end("lost", error);
  }

  /** Does what must not be left undone: again and again, until it is done. False where the broker is gone, or the worker has no time any more. */
  async persist(step: () => unknown): Promise<boolean> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        await step();
        return true;
      } catch (error) {
        if (this.isLost) return false;
        this.tell(error);
        await this.pause(pauseMs);
        if (this.signal.aborted) return false;
      }
    }
  }

  /** Waits; not for long where the worker shuts down. */
  pause(ms: number): Promise<void> {
    if (this.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.#pausing.delete(end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      this.#pausing.add(end);
    });
  }

  /** Something has gone wrong that is no message's fault. */
  tell(error: unknown): void {
    const { onError } = this.#options;
    if (onError === undefined) this.#warnOnce(error);
    else this.observe("onError", () => onError(error));
  }

  /** Lets a hook of the consumer observe: what it throws, or rejects with, changes nothing. */
  observe(name: string, observation: () => unknown): void {
    const failed = (error: unknown): void =>
      warn("REDRESS_HOOK_ERROR", `${name} of ${this.#owner} failed. That changes nothing.`, error);
    try {
      Promise.resolve(observation()).then(undefined, failed);
    } catch (error) {
      failed(error);
    }
  }

  #warnOnce(error: unknown): void {
    if (this.#isWarned) return;
    this.#isWarned = true;
    warn(
      "REDRESS_WORKER",
      `${this.#owner} could not do what it had to. It tries again, and says so once: onError hears of all.`,
      error,
    );
  }

  #end(state: "stopping" | "aborting" | "lost", error: Error | undefined): void {
    if (this.#state === "lost" || this.#state === state) return;
    const wasOpen = this.isOpen;
    // What is aborted stays so.
    if (state !== "stopping" || wasOpen) this.#state = state;
    this.#error ??= error;
    if (state !== "stopping") {
      this.#aborting.abort(error ?? this.#options.signal?.reason);
      for (const end of this.#pausing) end();
    }
    if (wasOpen && this.#hasBegun) void this.#close();
  }

  async #close(): Promise<void> {
    await this.run(async () => {
      if (!this.isLost) await this.#leave();
    });
    await this.#inFlight.idle();
    this.#options.signal?.removeEventListener("abort", this.#onShutdown);
    this.#resolveClosed(this.#error);
  }
}
