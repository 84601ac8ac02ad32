/*
 * A call by the promise of got. got has one promise for all attempts, with the events, hooks and shortcuts of its own, and between attempts it asks how long to wait
 * (`retry.calculateDelay`). The policy answers through that question, and through a hook before the first request:
 *
 *   gated    -- the policy's first attempt                --> sending   the gate opens
 *   sending  -- got asks how long to wait                 --> failed    the attempt has failed, with the error that got tells
 *   sending  -- the policy cuts the attempt short         --> cutting   its request is destroyed, as soon as there is one
 *   failed   -- the policy's next attempt                 --> sending   got hears 1 ms, and sends again
 *   cutting  -- got asks how long to wait                 --> failed    what the cut did to got is no news
 *   any      -- the policy has decided                    --> over      got hears 0, and ends as it ends
 *   any      -- got's promise is settled                  --> settled   nothing can follow
 */
import { keepOutcome } from "../../clients/http/index.ts";
import type { AttemptFailure, AttemptInfo, CallOptions, Outcome, Policy } from "../../index.ts";
import type { ToldDeadline } from "./deadline.ts";
import { addShortcuts, bodyOfFallback } from "./fallback-answer.ts";
import { asGiven, failOnce, Gate, refusedRetry } from "./got-request.ts";
import type { GotFailure, GotOptions, GotPromise, SentRequest } from "./got-shapes.ts";

/** A request, as a policy sees it. */
export interface PolicyRequest {
  readonly policy: Policy<unknown, unknown>;
  /** What the server is told; `null` for nothing. */
  readonly deadline: ToldDeadline | null;
  readonly operation: string;
  readonly refuseRepeat: CallOptions["refuseRepeat"];
}

/** got takes 0 for "no retry". */
const AT_ONCE = 1;

interface Attempt {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export function sendPromise(
  request: PolicyRequest,
  options: GotOptions,
  next: (options: GotOptions) => GotPromise,
): Promise<unknown> {
  const call = new PromiseCall(request, options, next);
  const result = call.ended();
  const { sent } = call;
  addShortcuts(result, sent, () => call.fallback);
  if (typeof sent.cancel !== "function") return result;
  // got would put a `cancel` here that needs its own promise as `this`.
  const cancel = (): void => sent.cancel?.();
  return Object.defineProperties(result, {
    cancel: { get: () => cancel, set: () => {}, configurable: true },
    isCanceled: { get: () => sent.isCanceled, configurable: true },
  });
}

/** A request that has become something else (101) says nothing of its end any more: got is told in its place. */
function destroy(wire: SentRequest, error: Error): void {
  const isHeard = wire.listenerCount("error") > 0;
  wire.on("error", () => {});
  wire.destroy(error);
  if (isHeard) wire.emit("error", error);
}

/** What was redirected has left, wherever it failed. */
function wasRedirected(error: unknown): boolean {
  const { request } = (error ?? {}) as { readonly request?: { readonly redirectUrls?: readonly unknown[] } };
  return (request?.redirectUrls?.length ?? 0) > 0;
}

class PromiseCall {
  /** got's own. */
  readonly sent: GotPromise;
  /** What a fallback has given in its place. */
  fallback: { readonly response: unknown } | null = null;
  readonly #request: PolicyRequest;
  readonly #options: GotOptions;
  readonly #ownRetry: GotOptions["retry"];
  readonly #gate: Gate;
  readonly #left = new AbortController();
  #state: "gated" | "sending" | "failed" | "cutting" | "over" | "settled" = "gated";
  #attempt: Attempt | null = null;
  /** Answers got's question. */
  #answer: ((delayMs: number) => void) | null = null;
  /** An attempt waits until got is done with the one that was cut short. */
  #isWanted = false;
  /** What got refused to send before the policy was asked. */
  #early: { readonly error: unknown } | null = null;
  /** The request as it was before redirects. */
  #asGiven: ((options: GotOptions) => void) | null = null;
  /** What got would send next, where that is not what was asked for. */
  #redirected: GotOptions | null = null;
  #wire: SentRequest | null = null;
  #cutBy: Error | null = null;

  constructor(request: PolicyRequest, options: GotOptions, next: (options: GotOptions) => GotPromise) {
    this.#request = request;
    this.#options = options;
    this.#ownRetry = options.retry;
    this.#gate = new Gate(request.deadline);
    this.#gate.stand(options);
    options.retry = {
      ...options.retry,
      ...("enforceRetryRules" in options.retry && { enforceRetryRules: false }),
      calculateDelay: (failure) => this.#asked(failure),
    };
    this.sent = next(options);
    this.sent.on("request", (wire) => {
      this.#asGiven ??= asGiven(options);
      this.#wire = wire;
      failOnce(wire);
      if (this.#cutBy !== null) destroy(wire, this.#cutBy);
    });
    this.sent.then(
      (value) => {
        this.#state = "settled";
        this.#attempt?.resolve(value);
      },
      (error: unknown) => this.#gaveUp(error),
    );
  }

  /** What the caller gets. */
  async ended(): Promise<unknown> {
    const { policy, operation } = this.#request;
    const refused = refusedRetry({ ...this.#options, retry: this.#ownRetry });
    if (refused !== undefined) return this.#over(refused);
    const outcome = await policy.execute((info) => this.#begin(info), {
      operation,
      signal: this.#left.signal,
      refuseRepeat: (failed) => this.#refusal(failed),
    });
    if (outcome.ok) {
      this.#tidy(outcome.value);
      if (outcome.fellBack) this.fallback = { response: outcome.value };
      const isBodyOnly = outcome.fellBack && this.#options.resolveBodyOnly === true;
      keepOutcome(outcome.value, outcome);
      return isBodyOnly ? bodyOfFallback(outcome.value) : outcome.value;
    }
    // The policy has something of its own to say, such as why the scope of the call was aborted, or got says it: that its caller has left, above all.
    const isOwn = this.#cutBy !== null || (outcome.error !== outcome.lastError && !this.#left.signal.aborted);
    return this.#over(isOwn ? outcome.error : undefined, outcome);
  }

  /** The policy invokes an attempt. */
  #begin(info: AttemptInfo): Promise<unknown> {
    const { signal } = info;
    this.#request.deadline?.begin(info);
    return new Promise((resolve, reject) => {
      this.#attempt = { resolve, reject };
      signal.addEventListener("abort", () => this.#cut(signal.reason));
      if (this.#early !== null) reject(this.#early.error);
      else if (this.#state === "cutting") this.#isWanted = true;
      else this.#send();
    });
  }

  #send(): void {
    this.#isWanted = false;
    this.#wire = null;
    this.#cutBy = null;
    const answer = this.#answer;
    this.#answer = null;
    if (this.#state === "settled") return;
    this.#state = "sending";
    if (this.#redirected !== null) this.#asGiven?.(this.#redirected);
    this.#redirected = null;
    this.#gate.open();
    answer?.(AT_ONCE);
  }

  /** got asks how long to wait after a failure. */
  #asked({ error }: GotFailure): number | Promise<number> {
    if (this.#state === "over") return 0;
    // A hook of the user's sends the request again, in the same attempt.
    if (error.name === "RetryError" && this.#state === "sending") return AT_ONCE;
    const wasCut = this.#state === "cutting";
    const answered = new Promise<number>((resolve) => {
      this.#answer = resolve;
    });
    if (wasRedirected(error)) this.#redirected = error.request?.options ?? null;
    if (this.#state === "gated") this.#early = { error };
    this.#state = "failed";
    if (!wasCut) this.#attempt?.reject(error);
    else if (this.#isWanted) this.#send();
    return answered;
  }

  /** The policy cuts an attempt short. */
  #cut(reason: unknown): void {
    if (this.#state !== "sending") return;
    this.#state = "cutting";
    this.#cutBy = reason instanceof Error ? reason : new Error(String(reason));
    if (this.#wire !== null) destroy(this.#wire, this.#cutBy);
  }

  /** got's promise is rejected: after the policy's decision, or because the caller has left. */
  #gaveUp(error: unknown): void {
    const wasSending = this.#state === "sending";
    if (this.#state !== "over") this.#state = "settled";
    if (wasSending && !this.#options.signal?.aborted && this.sent.isCanceled !== true) this.#attempt?.reject(error);
    else this.#left.abort(error);
  }

  #refusal(failed: AttemptFailure | undefined): string | undefined {
    if (failed === undefined) return "got sends one request at a time";
    if (this.#state === "settled") return "got has given up on it";
    const { name, code } = (failed.value ?? {}) as { readonly name?: unknown; readonly code?: unknown };
    if (name === "MaxRedirectsError") return "it was redirected too often";
    if (name === "ParseError") return "its answer came, and could not be read";
    if (this.#wire === null && code === "ERR_GOT_REQUEST_ERROR") return "got does not send it as it is";
    return this.#request.refuseRepeat?.(wasRedirected(failed.value) ? undefined : failed);
  }

  /** Ends got's promise, and gives what it ends with, or the error that is said instead. */
  async #over(instead: unknown, outcome?: Outcome<unknown>): Promise<unknown> {
    if (this.#state !== "settled") this.#state = "over";
    this.#gate.close(instead);
    this.#answer?.(0);
    this.#answer = null;
    if (instead !== undefined) {
      // got is still to ask.
      const tidy = (): void => this.#tidy(undefined);
      this.sent.then(tidy, tidy);
      throw instead;
    }
    try {
      const value = await this.sent;
      this.#tidy(value);
      if (outcome !== undefined) keepOutcome(value, outcome);
      return value;
    } catch (error) {
      this.#tidy(error);
      if (outcome !== undefined) keepOutcome(error, outcome);
      throw error;
    }
  }

  /** Options are used again, by pagination and by whoever reads them from a response or an error; got copies them for each attempt. */
  #tidy(ending: unknown): void {
    const { request, options } = (ending ?? {}) as {
      readonly request?: { readonly options?: GotOptions };
      readonly options?: GotOptions;
    };
    for (const used of new Set([this.#options, request?.options, options])) {
      if (used?.hooks === undefined) continue;
      this.#gate.leave(used);
      used.retry = this.#ownRetry;
    }
  }
}
