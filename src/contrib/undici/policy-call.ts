/*
 * One request through the policy: each attempt is dispatched anew, the policy judges the heads of the answers, and the caller gets one of them, with its
 * body, or one error. What it does not get is dropped, whatever the policy has made of it.
 */
import { nameOfRequest, type RequestSettings } from "../../clients/http/index.ts";
import type { AttemptInfo, Outcome, Policy } from "../../index.ts";
import { Attempt } from "./attempt.ts";
import { type CallRecord, contextOf, recordOf } from "./call-outcome.ts";
import { Caller } from "./caller.ts";
import type { Dispatch, Handler } from "./handler.ts";
import type { OutgoingRequest, ToldHeader } from "./outgoing-request.ts";
import { markAsLeftBy, type ResponseHead } from "./response-head.ts";

/** How a request is sent. */
export interface Sending {
  readonly dispatch: Dispatch;
  /** The handler that the dispatcher is given for an attempt, which may speak another way. */
  readonly listener: (attempt: Attempt) => unknown;
  readonly policyFor: (origin: string) => Policy<ResponseHead, ResponseHead>;
  readonly settings: RequestSettings;
}

export class PolicyCall {
  readonly #sending: Sending;
  readonly #request: OutgoingRequest;
  readonly #caller: Caller;
  /** Answers that wait for what the policy decides. */
  readonly #held = new Map<unknown, Attempt>();
  readonly #record: CallRecord = { outcome: undefined };
  readonly #context = contextOf(this.#record);
  /** What the dispatcher said last. */
  hasRoom = true;

  constructor(sending: Sending, request: OutgoingRequest, handler: Handler) {
    this.#sending = sending;
    this.#request = request;
    this.#caller = new Caller(handler);
  }

  /** Never rejects, but for what the handler throws when it is told of an error. */
  async run(): Promise<void> {
    try {
      this.#caller.start(this.#context);
      this.#settle(await this.#execute());
    } catch (fault) {
      // Code of the user's that decides has thrown, or the handler has.
      this.#dropHeld();
      this.#caller.fail(fault);
    }
  }

  #execute(): Promise<Outcome<ResponseHead>> {
    const { settings, policyFor } = this.#sending;
    const request = this.#request;
    if (settings.idempotencyKey) request.addIdempotencyKey();
    const policy = policyFor(request.target.url.origin);
    return policy.execute((info) => this.#attempt(info, policy), {
      operation: nameOfRequest(settings, request.facts),
      signal: this.#caller.signal,
      refuseRepeat: request.repeatRule(settings),
      discard: (head) => this.#drop(head),
    });
  }

  #attempt(info: AttemptInfo, policy: Policy<ResponseHead, ResponseHead>): Promise<ResponseHead> {
    return new Promise((resolve, reject) => {
      // The call of a policy that is composed beneath this one.
      let within: CallRecord | undefined;
      const attempt = new Attempt(this.#caller, {
        started: (context) => {
          within = recordOf(context);
          Object.assign(this.#context, context, contextOf(this.#record));
        },
        answered: (head) => {
          if (within?.outcome?.ok === false) markAsLeftBy(within.outcome, head);
          this.#held.set(head, attempt);
          resolve(head);
        },
        failed: reject,
      });
      attempt.heed(info.signal);
      const { dispatch, listener } = this.#sending;
      this.hasRoom = dispatch(this.#request.options(this.#toldOf(info, policy)), listener(attempt)) !== false;
    });
  }

  /** What the server is told of an attempt. */
  #toldOf(info: AttemptInfo, policy: Policy<ResponseHead, ResponseHead>): ToldHeader | undefined {
    const { deadlines } = this.#sending.settings;
    const value = deadlines?.valueFor(this.#request.target.url.hostname, info, policy) ?? null;
    return deadlines === null || value === null ? undefined : { name: deadlines.header, value };
  }

  #settle(outcome: Outcome<ResponseHead>): void {
    this.#record.outcome = outcome;
    const caller = this.#caller;
    const head = outcome.ok ? outcome.value : outcome.cause === "result" ? outcome.lastResult : null;
    const attempt = this.#held.get(head);
    const isAborted = caller.aborted || (!outcome.ok && outcome.stopReason === "ABORTED");
    if (attempt !== undefined && !isAborted) this.#held.delete(head);
    this.#dropHeld();
    if (isAborted) caller.fail(outcome.ok ? caller.reason : outcome.error);
    else if (attempt !== undefined) attempt.pass();
    else caller.fail(outcome.ok ? noAnswer(outcome.value) : outcome.error);
  }

  #drop(head: unknown): void {
    const attempt = this.#held.get(head);
    if (attempt === undefined) return;
    this.#held.delete(head);
    attempt.drop(Number((head as ResponseHead).headers.get("content-length") ?? 0));
  }

  #dropHeld(): void {
    for (const head of this.#held.keys()) this.#drop(head);
  }
}

/** A fallback has given a value that has no body, and cannot be dispatched. */
function noAnswer(value: unknown): TypeError {
  const what = value === null ? "null" : typeof value;
  return new TypeError(`A fallback of policyInterceptor must throw, or give the lastResult that it was told of, got ${what}.`);
}
