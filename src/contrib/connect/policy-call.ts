import { Answers, attemptBoundMs, GRACE_MS, type RpcPolicy, type RpcSettings, refusalOf } from "../../clients/rpc/index.ts";
import { connectClassifier } from "../../extras/index.ts";
import type { AttemptInfo } from "../../index.ts";
import { CallerSignal } from "./caller-signal.ts";
import { errorFor, errorOfStream } from "./connect-error.ts";
import { type Opened, opened, repeatable, streamOf } from "./messages.ts";
import type { ConnectRequest, ConnectResponse } from "./shapes.ts";
import { setPreviousAttempts, setTimeoutMs, timeoutMsOf } from "./timeout.ts";

/** What all calls of one interceptor have in common. */
export interface CallsOf {
  policyOf(url: string): RpcPolicy;
  readonly settings: RpcSettings;
  readonly sendTimeout: boolean;
}

// What a service declares: NO_SIDE_EFFECTS and IDEMPOTENT. Source: google/protobuf/descriptor.proto, MethodOptions.IdempotencyLevel.
const REPEATABLE: ReadonlySet<number> = new Set([1, 2]);

const HOW_TO_SAY = "declare its idempotency_level, or name it in the option `idempotent` of connectInterceptor";

/** One call of Connect under a policy. */
export class PolicyCall<Request extends ConnectRequest, Response extends ConnectResponse> {
  readonly #of: CallsOf;
  readonly #request: Request;
  readonly #next: (request: Request) => Promise<Response>;
  readonly #answers = new Answers<Opened<Response>>();

  constructor(of: CallsOf, request: Request, next: (request: Request) => Promise<Response>) {
    this.#of = of;
    this.#request = request;
    this.#next = next;
  }

  /** Makes the call. Returns its answer. */
  async made(): Promise<Response> {
    const { settings } = this.#of;
    const { method, header, url, signal, message } = this.#request;
    const path = `/${method.parent.typeName}/${method.name}`;
    const sendsStream = method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming";
    const policy = this.#of.policyOf(url);
    const timeoutMs = timeoutMsOf(header);
    const deadlineAtMs = Date.now() + timeoutMs;
    const caller = new CallerSignal(signal, timeoutMs < Infinity);
    const messageAgain = await repeatable(message, method.methodKind === "server_streaming");
    let remainingMs = (): number => Infinity;
    const makeAttempt = async (info: AttemptInfo): Promise<unknown> => {
      remainingMs = () => info.remainingMs;
      const leftMs = method.methodKind === "unary" ? attemptBoundMs(policy, info) : Infinity;
      const callerLeftMs = deadlineAtMs - Date.now() + GRACE_MS;
      const request = { ...this.#request, signal: info.signal, header: new Headers(header), message: messageAgain() };
      setPreviousAttempts(request.header, info.attempt);
      if (this.#of.sendTimeout) setTimeoutMs(request.header, Math.min(timeoutMs, callerLeftMs, leftMs));
      return this.#answered(await this.#next(request), info.signal);
    };
    try {
      const value = await policy.call(makeAttempt, {
        operation: settings.operationOf(path),
        signal: caller.signal,
        deadlineMs: timeoutMs,
        classifier: connectClassifier,
        refuseRepeat: (failed) => {
          // The server's timer has rung before the policy's, in a process that was busy: the deadline ends the call, and says so.
          if (failed !== undefined && remainingMs() <= 0) return undefined;
          const isIdempotent = REPEATABLE.has(method.idempotency) || settings.isIdempotent(path);
          return refusalOf({ sendsStream, isIdempotent, howToSay: HOW_TO_SAY }, failed);
        },
        discard: (unread) => this.#answers.of(unread)?.close(),
      });
      return this.#answers.of(value)?.response ?? this.#fallback(value);
    } catch (error) {
      throw errorFor(error, signal);
    } finally {
      caller.answered();
    }
  }

  /** The message that the policy judges: of a stream, the first one. */
  async #answered(response: Response, signal: AbortSignal): Promise<unknown> {
    const answer = response.stream
      ? await opened(response, (error) => errorOfStream(error, { attempt: signal, caller: this.#request.signal }))
      : { first: response.message, response, close: () => {} };
    this.#answers.add(answer.first, answer);
    return answer.first;
  }

  /** The value is a message of a fallback; an array where the answer is a stream of them. */
  #fallback(value: unknown): Response {
    const { stream } = this.#request;
    const message = stream ? streamOf(Array.isArray(value) ? value : [value]) : value;
    // What an answer repeats of its request: the service and the method.
    return { ...this.#request, header: new Headers(), trailer: new Headers(), message } as unknown as Response;
  }
}
