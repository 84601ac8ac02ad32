import type { CallerContext } from "../../core/events.ts";
import type { LimitPermit } from "../../core/limit/limiter.ts";
import type { Link } from "../../core/linked-list.ts";
import type { RetriesAround } from "../../core/retry/settings.ts";
import type { Waiter } from "../time/waiter.ts";
import { followCaller } from "./abort-watch.ts";
import type { AttemptInfo } from "./options.ts";
import type { Scope, Surroundings } from "./scope.ts";

/** What an attempt asks of the call that it belongs to. */
export interface AttemptOwner {
  readonly operation: string | undefined;
  readonly attemptTimeoutMs: number;
  remainingMs(): number;
  /** The operation wants to hear of the caller's signal. */
  watchSignal(): void;
  /** Something that bounds the attempt has come. */
  interrupt(): void;
  /** What the call was made in. Asked only where it was made in one. */
  readonly scope: Scope | null;
  /** What that makes of retries. */
  readonly retries: RetriesAround | null;
  /** What it is known by to calls that the operation makes. */
  readonly context: CallerContext;
  /** The caller begins to get the answer of an attempt. False where that is too late. */
  answerBegins(attempt: Attempt): boolean;
}

/** What a call with a limiter or hedges knows of one attempt. */
export interface AttemptFlight {
  readonly hedge: boolean;
  /** By which a limiter has admitted it, until that is given back. */
  permit: LimitPermit | null;
  /** What it waits for, until it has ended or is looked after. */
  pending: PromiseLike<unknown> | null;
}

/**
 * One invocation of the operation, as the operation sees it.
 *
 * The controller is made when the signal is first read: it costs more than all the rest of a successful call, and an operation that
 * ends at once never looks.
 */
export class Attempt implements AttemptInfo, Surroundings {
  readonly attempt: number;
  /** @internal How many calls had failed when it began: which of their failures came to be during this attempt. */
  readonly order: number;
  /** @internal `null` where the policy has neither a limiter nor hedges. */
  readonly flight: AttemptFlight | null;
  readonly #call: AttemptOwner;
  readonly #timeout: AttemptTimeout | null;
  #controller: AbortController | null = null;
  #cut: { readonly reason: unknown } | null = null;
  /** The signal of the caller, once the attempt has given a value. */
  #caller: AbortSignal | null = null;

  /** @param timeoutAtMs when it has taken too long; Infinity where nothing bounds it but the call */
  constructor(call: AttemptOwner, attempt: number, timeoutAtMs: number, order: number, flight: AttemptFlight | null) {
    this.#call = call;
    this.attempt = attempt;
    this.order = order;
    this.flight = flight;
    this.#timeout = timeoutAtMs === Infinity ? null : new AttemptTimeout(call, timeoutAtMs);
  }

  get hedge(): boolean {
    return this.flight?.hedge === true;
  }

  get signal(): AbortSignal {
    if (this.#controller === null) {
      this.#controller = new AbortController();
      this.#call.watchSignal();
      if (this.#cut !== null) this.#controller.abort(this.#cut.reason);
      else if (this.#caller !== null) followCaller(this.#caller, this.#controller);
    }
    return this.#controller.signal;
  }

  get remainingMs(): number {
    return this.#call.remainingMs();
  }

  get operation(): string | undefined {
    return this.#call.operation;
  }

  /** @internal What the code of the operation is surrounded by: the scope of its call, and itself. */
  get scope(): Scope | null {
    return this.#call.scope;
  }

  /** @internal */
  get retries(): RetriesAround | null {
    return this.#call.retries;
  }

  /** @internal */
  get within(): AttemptInfo {
    return this;
  }

  /** @internal */
  get parent(): CallerContext {
    return this.#call.context;
  }

  answerBegins(): boolean {
    return this.#cut === null && this.#call.answerBegins(this);
  }

  /** @internal Where its timeout waits; `null` where it has none. */
  get timeout(): AttemptTimeout | null {
    return this.#timeout;
  }

  /** @internal Whether the operation has read the signal. */
  get hasSignal(): boolean {
    return this.#controller !== null;
  }

  /** @internal The attempt has given a value: from now on only the caller's signal aborts its own, while what was given is still being read. */
  followCaller(signal: AbortSignal | undefined): void {
    if (signal === undefined || this.#cut !== null) return;
    this.#caller = signal;
    if (this.#controller !== null) followCaller(signal, this.#controller);
  }

  /** @internal Aborts the signal, now or when it is first read. The first reason counts, and is returned. */
  cutShort(reason: unknown): unknown {
    if (this.#cut === null) {
      this.#cut = { reason };
      this.#controller?.abort(reason);
    }
    return this.#cut.reason;
  }
}

/** Waits for the timeout of one attempt. */
class AttemptTimeout implements Waiter, Link<Waiter> {
  prev: Waiter | null = null;
  next: Waiter | null = null;
  cancelAlarm: (() => void) | null = null;
  readonly dueAtMs: number;
  hasRung = false;
  readonly #call: AttemptOwner;

  constructor(call: AttemptOwner, dueAtMs: number) {
    this.#call = call;
    this.dueAtMs = dueAtMs;
  }

  get waitMs(): number {
    return this.#call.attemptTimeoutMs;
  }

  ring(): void {
    this.hasRung = true;
    this.#call.interrupt();
  }
}
