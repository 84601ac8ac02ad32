import {
  type HttpPolicy,
  policiesByOrigin,
  type RequestOptions,
  readRequestOptions,
  requestTable,
} from "../../clients/http/index.ts";
import { refuse } from "../../clients/options/index.ts";
import type { Attempt } from "./attempt.ts";
import type { Dispatch, DispatchOptions, Handler } from "./handler.ts";
import { fromLegacy, isLegacy, LegacyListener } from "./legacy-handler.ts";
import { OutgoingRequest, type Target } from "./outgoing-request.ts";
import { PolicyCall, type Sending } from "./policy-call.ts";
import type { ResponseHead } from "./response-head.ts";

/** What `compose` takes, of undici 6, 7 and 8: it gives back a `dispatch` of the type that it was given. */
export type PolicyInterceptor = <D extends (options: never, handler: never) => boolean>(dispatch: D) => D;

/**
 * An interceptor for `compose` of undici's dispatchers, of its versions 6, 7 and 8, which puts a policy beneath `request`, `stream`, `pipeline` and, with
 * `setGlobalDispatcher`, the platform's `fetch`. Statuses worth another try (408, 425, 429, 5xx) are failures, with their `Retry-After`; methods that may be
 * repeated are; what is left at the end is the last answer, with its body, or the error of the last attempt.
 *
 * Each origin has a circuit and a retry budget of its own, so that a dead host does not shut out the others: of a policy, and of options, one is
 * made for each. Parts that are given as instances (`new CircuitBreaker()`, a `Budget`) are shared by all origins, as instances are anywhere.
 *
 * What a request says for itself by undici's option `idempotent` comes before `mayRepeat` and its method.
 *
 * The deadline and the attempt timeout bound the time until the head of an answer is there; undici's `bodyTimeout` bounds the body. Upgrades and CONNECT
 * pass by.
 *
 * @param policy @default four attempts, 30 s each and 60 s in all, and a circuit that opens where half of the calls fail
 * @throws TypeError or RangeError for a wrong or unknown option
 * @example
 * import { policyInterceptor } from "redress/undici";
 *
 * const interceptor = policyInterceptor({ retry: { deadlineMs: 10_000 } }, { idempotencyKey: true });
 */
export function policyInterceptor(policy?: HttpPolicy<ResponseHead>, options: RequestOptions = {}): PolicyInterceptor {
  if (typeof policy === "function") refuse("policyInterceptor.policy", CALLED_FIRST, policy);
  const settings = readRequestOptions("policyInterceptor", options);
  const policies = policiesByOrigin("policyInterceptor", policy, settings.maxOrigins, requestTable);
  let dispatchers = 0;
  return (dispatch) => {
    if (typeof dispatch !== "function") refuse("policyInterceptor().dispatch", COMPOSED, dispatch);
    const unnamed: Target = { url: new URL(`http://dispatcher-${++dispatchers}.invalid`), isKnown: false };
    const send = dispatch as unknown as Dispatch;
    const common = { dispatch: send, policyFor: (origin: string) => policies.for(origin), settings };
    const newer: Sending = { ...common, listener: (attempt: Attempt) => attempt };
    const legacy: Sending = { ...common, listener: (attempt: Attempt) => new LegacyListener(attempt) };
    const intercepted = (given: DispatchOptions, handler: Handler): boolean => {
      const target = passesBy(given, handler) ? null : targetOf(given, unnamed);
      if (target === null) return send(given, handler);
      const request = new OutgoingRequest(given, target);
      const call = isLegacy(handler)
        ? new PolicyCall(legacy, request, fromLegacy(handler))
        : new PolicyCall(newer, request, handler);
      call.run().catch(throwLater);
      return call.hasRoom;
    };
    return intercepted as unknown as typeof dispatch;
  };
}

const CALLED_FIRST = "a policy or its options: compose(policyInterceptor()), not compose(policyInterceptor)";
const COMPOSED = "the dispatch of a dispatcher: agent.compose(policyInterceptor()), not policyInterceptor()(agent)";

/** What becomes something else than a request and its answer; and what is none, of which undici knows what to say. */
function passesBy(given: Partial<DispatchOptions> | null | undefined, handler: unknown): boolean {
  const { method, path, upgrade } = given ?? {};
  if (typeof method !== "string" || typeof path !== "string" || typeof handler !== "object" || handler === null) return true;
  return method === "CONNECT" || Boolean(upgrade);
}

/** `null` for an origin that is none. */
function targetOf({ origin }: DispatchOptions, unnamed: Target): Target | null {
  if (origin === undefined || origin === null) return unnamed;
  try {
    return { url: new URL(origin), isKnown: true };
  } catch {
    return null;
  }
}

/** A handler that throws when it is told of an error has nobody else to tell. */
function throwLater(error: unknown): void {
  queueMicrotask(() => {
    throw error;
  });
}
