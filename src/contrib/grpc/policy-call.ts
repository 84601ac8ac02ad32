/*
 * A call of grpc-js that runs under a policy. The caller starts it, sends its requests and half-closes it; what the server sends is told to the
 * caller's listener, from one attempt only:
 *
 *   waiting             -- half-closed or, where requests are a stream, started  --> attempts
 *   attempts            -- an attempt has an answer, and the policy takes it     --> answered: its call is the caller's
 *   attempts            -- the policy gives up                                   --> over: the caller gets a status
 *   waiting, attempts   -- the caller cancels                                    --> over: the caller gets the status that it cancelled with
 *
 * The caller hears everything from a microtask of its own: what a callback throws is then uncaught, as it is without a policy.
 */
import {
  Answers,
  attemptBoundMs,
  GRACE_MS,
  RPC_STATUS,
  type RpcPolicy,
  type RpcSettings,
  type RpcStop,
  refusalOf,
  stopOf,
} from "../../clients/rpc/index.ts";
import { grpcClassifier } from "../../extras/index.ts";
import { AbortRetryError, type AttemptInfo } from "../../index.ts";
import { GrpcAttempt } from "./attempt.ts";
import { deadlineAtMsOf, isParentCancelled } from "./deadline.ts";
import { Outbox } from "./outbox.ts";
import type { GrpcCall, GrpcCallOptions, GrpcListener, GrpcMessageContext, GrpcMetadata, GrpcStatus } from "./shapes.ts";
import { emptyLike, serverErrorBehind, statusFor } from "./status-error.ts";

/** What all calls of one interceptor have in common. */
export interface CallsOf {
  readonly policy: RpcPolicy;
  readonly settings: RpcSettings;
  readonly streamOpensWith: "message" | "metadata";
}

const HOW_TO_SAY = "name it in the option `idempotent` of grpcInterceptor";

export class PolicyCall implements GrpcCall {
  readonly #of: CallsOf;
  readonly #options: GrpcCallOptions;
  readonly #nextCall: (deadline: number) => GrpcCall;
  readonly #outbox: Outbox;
  readonly #answers = new Answers<GrpcAttempt>();
  readonly #abort = new AbortController();
  #state: "waiting" | "attempts" | "answered" | "over" = "waiting";
  #metadata: GrpcMetadata | null = null;
  #listener: Partial<GrpcListener> = {};
  /** The latest attempt or, where there is one, that which has the answer. */
  #attempt: GrpcAttempt | null = null;
  #cancelled: RpcStop | null = null;
  /** What is left to the deadline of the policy's call. */
  #remainingMs = (): number => Infinity;

  /** @param nextCall makes the call of one attempt */
  constructor(of: CallsOf, options: GrpcCallOptions, nextCall: (deadline: number) => GrpcCall) {
    this.#of = of;
    this.#options = options;
    this.#nextCall = nextCall;
    this.#outbox = new Outbox(options.method_definition.requestStream);
  }

  start(metadata: GrpcMetadata, listener: Partial<GrpcListener> = {}): void {
    this.#metadata = metadata.clone();
    this.#listener = listener;
    if (this.#cancelled !== null) this.#end(this.#cancelledStatus());
    else if (this.#method.requestStream) this.#begin();
  }

  sendMessage(message: unknown): void {
    this.sendMessageWithContext({}, message);
  }

  sendMessageWithContext(context: GrpcMessageContext, message: unknown): void {
    if (this.#method.requestStream) {
      this.#outbox.add((call) => call.sendMessageWithContext(context, message), context.callback);
      return;
    }
    const { callback, ...again } = context;
    this.#outbox.add((call) => call.sendMessageWithContext({ ...again }, message));
    callback?.();
  }

  halfClose(): void {
    this.#outbox.add((call) => call.halfClose());
    if (!this.#method.requestStream && this.#state === "waiting") this.#begin();
  }

  startRead(): void {
    // Each attempt reads its first message by itself.
    if (this.#state === "answered") this.#attempt?.call.startRead();
  }

  cancelWithStatus(code: number, details: string): void {
    if (this.#state === "answered") this.#attempt?.cancel(code, details);
    else if (this.#state !== "over") {
      this.#cancelled ??= { code, details };
      if (this.#state === "attempts") this.#abort.abort(new AbortRetryError(details));
      else if (this.#metadata !== null) this.#end(this.#cancelledStatus());
    }
  }

  getPeer(): string {
    return this.#attempt?.call.getPeer() ?? "unknown";
  }

  getAuthContext(): unknown {
    return this.#attempt?.call.getAuthContext?.() ?? null;
  }

  get #method(): GrpcCallOptions["method_definition"] {
    return this.#options.method_definition;
  }

  #begin(): void {
    const { policy, settings } = this.#of;
    const { path, requestStream: sendsStream } = this.#method;
    const leftMs = deadlineAtMsOf(this.#options) - Date.now();
    if (leftMs <= 0) {
      const details = "The deadline of the call passed before it began.";
      this.#end({ code: RPC_STATUS.DEADLINE_EXCEEDED, details, metadata: this.#noMetadata() });
      return;
    }
    this.#state = "attempts";
    const called = policy.call((attempt) => this.#makeAttempt(attempt), {
      operation: settings.operationOf(path),
      signal: this.#abort.signal,
      deadlineMs: leftMs,
      classifier: grpcClassifier,
      refuseRepeat: (failed) => {
        // The library's timer has rung before the policy's, in a process that was busy: the deadline ends the call, and says so.
        if (failed !== undefined && this.#remainingMs() <= 0) return undefined;
        return refusalOf({ sendsStream, isIdempotent: settings.isIdempotent(path), howToSay: HOW_TO_SAY }, failed);
      },
      abortIf: () => isParentCancelled(this.#options),
      discard: (value) => this.#answers.of(value)?.cancel(RPC_STATUS.CANCELLED, "The answer of another attempt was taken"),
    });
    called.then(
      (value) => this.#succeeded(value),
      (error) => this.#failed(error),
    );
  }

  #makeAttempt(info: AttemptInfo): Promise<unknown> {
    this.#remainingMs = () => info.remainingMs;
    return new Promise((resolve, reject) => {
      // A stream that is open is ended by it, too: with the scope of the call, and no longer by the policy.
      const cut = (): void => attempt.cancel(RPC_STATUS.CANCELLED, stopOf(info.signal.reason).details);
      const attempt: GrpcAttempt = new GrpcAttempt(this.#nextCall(this.#deadlineOf(info)), this.#opensWith, {
        opened: (value) => {
          this.#answers.add(value, attempt);
          resolve(value);
        },
        failed: (error) => {
          this.#answers.add(error, attempt);
          reject(error);
        },
        over: () => info.signal.removeEventListener("abort", cut),
      });
      this.#attempt = attempt;
      info.signal.addEventListener("abort", cut, { once: true });
      attempt.call.start(this.#metadataOf(info), attempt);
      this.#outbox.sendTo(attempt.call);
      if (this.#method.responseStream) attempt.call.startRead();
    });
  }

  get #opensWith(): "status" | "message" | "metadata" {
    return this.#method.responseStream ? this.#of.streamOpensWith : "status";
  }

  /** What the server is told. A stream that is open is the caller's: the bounds of the policy hold until then only. */
  #deadlineOf(info: AttemptInfo): number {
    const callerAtMs = deadlineAtMsOf(this.#options) + GRACE_MS;
    if (this.#method.responseStream) return callerAtMs;
    return Math.min(callerAtMs, Date.now() + attemptBoundMs(this.#of.policy, info));
  }

  #metadataOf({ attempt }: AttemptInfo): GrpcMetadata {
    const metadata = (this.#metadata as GrpcMetadata).clone();
    // gRFC A6: servers hear how many attempts came before.
    if (attempt > 1) metadata.set("grpc-previous-rpc-attempts", String(attempt - 1));
    return metadata;
  }

  #succeeded(value: unknown): void {
    const attempt = this.#answers.of(value);
    if (attempt === undefined) {
      this.#fellBack(value);
      return;
    }
    this.#attempt = attempt;
    this.#state = "answered";
    queueMicrotask(() => {
      attempt.deliverTo(this.#listener);
      // The caller has cancelled between the answer and its delivery.
      if (this.#cancelled !== null) attempt.cancel(this.#cancelled.code, this.#cancelled.details);
    });
  }

  /** The value is a message of a fallback; an array where the answer is a stream of them. */
  #fellBack(value: unknown): void {
    const messages: readonly unknown[] = this.#method.responseStream && Array.isArray(value) ? value : [value];
    this.#end({ code: RPC_STATUS.OK, details: "OK", metadata: this.#noMetadata() }, () => {
      for (const message of messages) this.#listener.onReceiveMessage?.(message);
    });
  }

  #failed(error: unknown): void {
    if (this.#cancelled !== null) this.#end({ ...this.#cancelledStatus(), cause: error } as GrpcStatus);
    else {
      const attempt = this.#answers.of(serverErrorBehind(error));
      this.#end(
        statusFor(error, () => this.#noMetadata()),
        () => attempt?.deliverMetadataTo(this.#listener),
      );
    }
  }

  #end(status: GrpcStatus, tellBefore?: () => void): void {
    this.#state = "over";
    this.#outbox.close();
    queueMicrotask(() => {
      tellBefore?.();
      this.#listener.onReceiveStatus?.(status);
    });
  }

  #cancelledStatus(): GrpcStatus {
    return { ...(this.#cancelled as RpcStop), metadata: this.#noMetadata() };
  }

  #noMetadata(): GrpcMetadata {
    return emptyLike(this.#metadata as GrpcMetadata);
  }
}
