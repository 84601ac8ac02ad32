import {
  aFunction,
  type OptionRule,
  type OptionTable,
  policyTable,
  requireOptions,
  trueOrFalse,
  wholeFrom,
} from "../options/index.ts";
import { isIdempotentMethod } from "./methods.ts";
import { operationName } from "./operation-name.ts";
import { MAX_ORIGINS } from "./origin-policies.ts";
import { repeatRule } from "./repeat-rule.ts";
import { type DeadlineOptions, DeadlineSender, deadlineRules } from "./send-deadline.ts";

/** What a request is told by. */
export interface RequestFacts {
  /** In capitals. */
  readonly method: string;
  readonly url: URL;
}

/** What is made of requests beside the policy. */
export interface RequestOptions extends DeadlineOptions {
  /**
   * The route of a request, such as `/users/:id`, for its name in telemetry: `GET /users/:id`. `undefined` leaves it at the host. Never a path with ids
   * in it: each would become a name of its own.
   *
   * @default `METHOD host`
   */
  readonly route?: ((request: RequestFacts) => string | undefined) | undefined;
  /**
   * Gives requests of methods that are not idempotent (POST, PATCH) an `Idempotency-Key`, where they have none: a UUID, the same for all attempts of a call, which
   * may then be repeated. For servers that know the header; others would do twice what is sent twice.
   *
   * @default false
   */
  readonly idempotencyKey?: boolean | undefined;
  /** Which requests may be sent again whatever their method is, such as a POST that only reads. @default none */
  readonly mayRepeat?: ((request: RequestFacts) => boolean) | undefined;
  /** How many origins have a circuit and a retry budget of their own at a time; an integer >= 1. @default 1_000 */
  readonly maxOrigins?: number | undefined;
}

/** The rules of these options, for tables that have more. */
export const requestRules: Readonly<Record<keyof RequestOptions, OptionRule>> = {
  route: aFunction,
  idempotencyKey: trueOrFalse,
  mayRepeat: aFunction,
  maxOrigins: wholeFrom(1),
  ...deadlineRules,
};

export const requestTable: OptionTable<keyof RequestOptions> = { flat: true, rules: requestRules };

/** The options, complete. */
export interface RequestSettings extends RequestOptions {
  readonly idempotencyKey: boolean;
  readonly maxOrigins: number;
  /** `null` where nobody is told. */
  readonly deadlines: DeadlineSender | null;
}

export function readRequestOptions(owner: string, options: RequestOptions): RequestSettings {
  return toRequestSettings(requireOptions(owner, options, requestTable, policyTable));
}

/** Completes options that were read and checked. */
export function toRequestSettings<Options extends RequestOptions>(read: Options): Options & RequestSettings {
  const { idempotencyKey = false, maxOrigins = MAX_ORIGINS } = read;
  return { ...read, idempotencyKey, maxOrigins, deadlines: DeadlineSender.of(read) };
}

/** The name of the header by which a server knows that it has seen a request before. */
export const IDEMPOTENCY_KEY = "idempotency-key";

/** The headers of a request, whatever a client keeps them in. */
export interface KeyHeaders {
  has(name: string): boolean;
  set(name: string, value: string): unknown;
}

/** The name of a request in telemetry. */
export function nameOfRequest({ route }: RequestOptions, request: RequestFacts): string {
  return operationName(request.method, request.url.host, route?.(request));
}

/** Gives a request its key where the options say so, and says what keeps it from being sent again. */
export function repeatRuleOf(
  settings: RequestSettings,
  request: RequestFacts,
  hasOnceBody: boolean,
  headers: KeyHeaders,
): ReturnType<typeof repeatRule> {
  const { method, url } = request;
  if (settings.idempotencyKey && !isIdempotentMethod(method) && !headers.has(IDEMPOTENCY_KEY)) {
    headers.set(IDEMPOTENCY_KEY, crypto.randomUUID());
  }
  return repeatRule(
    { method, url, hasOnceBody, hasIdempotencyKey: headers.has(IDEMPOTENCY_KEY) },
    settings.mayRepeat?.(request) ?? false,
  );
}
