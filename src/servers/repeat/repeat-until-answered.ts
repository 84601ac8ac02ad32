/*
 * A handler under a policy: repeated while nothing of an answer is out. What a failed attempt has set of the answer, its status and headers, is taken back.
 */
import { aFunction, type OptionTable, refuse, requireOptions } from "../../clients/options/index.ts";
import type { AttemptInfo, CallOptions, Outcome, Policy } from "../../index.ts";
import { currentScope, runInScope } from "../../scope/index.ts";

/** What a repeated handler can be told. */
export interface RepeatOptions<Request = never> {
  /** Whether a request may be handled again whose method says nothing of it, such as a POST whose work is one transaction. @default GET, HEAD, OPTIONS, PUT and DELETE */
  readonly mayRepeat?: ((request: Request) => boolean) | undefined;
}

const repeatRules: OptionTable<keyof RepeatOptions>["rules"] = { mayRepeat: aFunction };

/**
 * Checks what a handler is repeated with.
 *
 * @returns the options, complete
 * @throws TypeError for what is no policy, the options of one above all, for what is no handler, and for a wrong or unknown option
 */
export function requireRepeat<Request>(
  owner: string,
  { policy, handler, options }: { readonly policy: unknown; readonly handler: unknown; readonly options: RepeatOptions<Request> },
): { readonly mayRepeat: (request: Request) => boolean } {
  const { execute, describe } = (policy ?? {}) as { readonly execute?: unknown; readonly describe?: unknown };
  if (typeof execute !== "function" || typeof describe !== "function")
    refuse(`${owner}.policy`, "a Policy, such as new Policy({ retry: {} })", policy, TypeError);
  // Attempts beside each other would answer beside each other.
  if (hedges(policy as Pick<Policy, "describe">)) refuse(`${owner}.policy`, "a Policy without a hedge", policy, TypeError);
  if (typeof handler !== "function") refuse(`${owner}.handler`, "a function", handler, TypeError);
  const { mayRepeat = () => false } = requireOptions(owner, options, { rules: repeatRules });
  return { mayRepeat };
}

const hedges = (policy: Pick<Policy, "describe">): boolean => (policy.describe().hedge ?? null) !== null;

/** Of Node's requests, what tells whether they can be handled again. */
export interface RepeatedRequest {
  readonly method?: string | undefined;
  /** Where a parser has put what it has read. */
  readonly body?: unknown;
  readonly readableDidRead?: boolean;
}

/** Of Node's responses, what an attempt may have begun. */
export interface RepeatedResponse {
  readonly headersSent: boolean;
  readonly writableEnded?: boolean | undefined;
  statusCode: number;
  statusMessage: string;
  getHeaders(): Readonly<Record<string, unknown>>;
  setHeader(name: string, value: never): unknown;
  removeHeader(name: string): void;
}

// RFC 9110, 9.2.2.
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "QUERY"]);

export const isIdempotent = (method: string | undefined): boolean => IDEMPOTENT.has(method ?? "");

/**
 * Handles a request under a policy.
 *
 * @returns how that ended; nothing is thrown but a mistake in the policy
 */
export function repeatUntilAnswered(
  policy: Pick<Policy, "execute">,
  {
    request,
    response,
    mayRepeat,
    operation,
  }: {
    readonly request: RepeatedRequest;
    readonly response: RepeatedResponse;
    readonly mayRepeat: boolean;
    readonly operation: string | undefined;
  },
  handle: (attempt: AttemptInfo) => unknown,
): Promise<Outcome<unknown>> {
  const before = { headers: { ...response.getHeaders() }, status: response.statusCode, message: response.statusMessage };
  const options: CallOptions = {
    operation,
    refuseRepeat: () => {
      if (response.headersSent) return "the answer has begun";
      if (!mayRepeat && !isIdempotent(request.method)) return `${request.method} may not be handled twice`;
      return request.readableDidRead === true && request.body === undefined ? "the body of the request has been read" : undefined;
    },
  };
  const attempted = async (attempt: AttemptInfo): Promise<unknown> => {
    if (attempt.attempt > 1) takeBack(response, before);
    return handle(attempt);
  };
  return inSomeScope(() => policy.execute(attempted, options));
}

/** Handlers know their attempt by `currentAttempt()`, also where no request has a scope. */
export const inSomeScope = <T>(fn: () => T): T => (currentScope() === undefined ? runInScope({}, fn) : fn());

interface AnswerBefore {
  readonly headers: Readonly<Record<string, unknown>>;
  readonly status: number;
  readonly message: string;
}

function takeBack(response: RepeatedResponse, { headers, status, message }: AnswerBefore): void {
  for (const name of Object.keys(response.getHeaders())) if (!Object.hasOwn(headers, name)) response.removeHeader(name);
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value as never);
  response.statusCode = status;
  response.statusMessage = message;
}
