import { MAX_ORIGINS } from "../../clients/http/index.ts";
import { aFunction, type OptionTable, requireOptions, trueOrFalse, wholeFrom } from "../../clients/options/index.ts";

/** What a request is told by. */
export interface RequestFacts {
  /** In capitals. */
  readonly method: string;
  /** As it was dispatched, with what it has of a query; not the `query` option of undici. */
  readonly path: string;
  /** Such as `https://users.example`; `undefined` for requests of a Client or Pool of undici 6 and 7, which do not say it. */
  readonly origin: string | undefined;
}

/** What `policyInterceptor` makes of requests beside the policy. */
export interface InterceptorOptions {
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
  /**
   * Which requests may be sent again whatever their method is, such as a POST that only reads. What a request says for itself, by undici's own option
   * `idempotent`, comes first.
   *
   * @default none
   */
  readonly mayRepeat?: ((request: RequestFacts) => boolean) | undefined;
  /** How many origins have a circuit and a retry budget of their own at a time; an integer >= 1. @default 1_000 */
  readonly maxOrigins?: number | undefined;
}

const table: OptionTable<keyof InterceptorOptions> = {
  flat: true,
  rules: { route: aFunction, idempotencyKey: trueOrFalse, mayRepeat: aFunction, maxOrigins: wholeFrom(1) },
};

/** The options of an interceptor, complete. */
export interface InterceptorSettings extends InterceptorOptions {
  readonly idempotencyKey: boolean;
  readonly maxOrigins: number;
}

export function readInterceptorOptions(options: InterceptorOptions): InterceptorSettings {
  const read = requireOptions("policyInterceptor", options, table);
  const { idempotencyKey = false, maxOrigins = MAX_ORIGINS } = read;
  return { ...read, idempotencyKey, maxOrigins };
}
