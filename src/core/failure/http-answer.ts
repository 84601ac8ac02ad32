/*
 * What a server answers for a call that ended without a value: a status, when to come back, and a problem (RFC 9457) that tells nothing of what is inside.
 * Errors of ours carry it where frameworks look: Express, Koa and Fastify read `status` or `statusCode` and `headers`, Hono calls `getResponse`.
 */

/** An answer over HTTP. */
export interface HttpAnswer {
  readonly status: number;
  /** By their names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** JSON, or nothing. */
  readonly body: string;
}

/** The statuses that calls end with, and their reason phrases: RFC 9110 and RFC 6585; 499 is nginx's, for logs. */
const TITLES = {
  429: "Too Many Requests",
  499: "Client Closed Request",
  503: "Service Unavailable",
  504: "Gateway Timeout",
} as const;

/** What such an answer says. */
export interface AnswerFacts {
  readonly status: keyof typeof TITLES;
  /** When it makes sense to ask again, in milliseconds; `Infinity` for never; `null` where that is not known: then in a second. Nothing is said where it is left out. */
  readonly retryAfterMs?: number | null | undefined;
  /** It has been retried already, or would not help. */
  readonly shouldNotRetry?: boolean;
}

/** Whole seconds, as `Retry-After` takes them (RFC 9110, 10.2.3), and never "at once". */
function retryAfterOf({ retryAfterMs }: AnswerFacts): Record<string, string> {
  if (retryAfterMs === undefined || retryAfterMs === Infinity) return {};
  return { "retry-after": String(Math.max(1, Math.ceil((retryAfterMs ?? 0) / 1_000))) };
}

/** What tells a caller that its retry would be one too many, as OpenAI's and Anthropic's clients read it, and createFetch. */
const SHOULD_NOT_RETRY: Readonly<Record<string, string>> = { "x-should-retry": "false" };

export function httpAnswer(facts: AnswerFacts): HttpAnswer {
  const { status, retryAfterMs, shouldNotRetry = false } = facts;
  if (status === 499) return { status, headers: {}, body: "" };
  const headers = {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...retryAfterOf(facts),
    ...((shouldNotRetry || retryAfterMs === Infinity) && SHOULD_NOT_RETRY),
  };
  return { status, headers, body: JSON.stringify({ type: "about:blank", title: TITLES[status], status }) };
}

/** Lets errors of a class carry their answer. */
export function answersHttp<E extends object>(type: { readonly prototype: E }, factsOf: (error: E) => AnswerFacts): void {
  // Frameworks write these, too, as Koa does.
  const settable = (name: string, get: (this: E) => unknown): PropertyDescriptor => ({
    configurable: true,
    get,
    set(this: E, value: unknown) {
      Object.defineProperty(this, name, { value, writable: true, configurable: true });
    },
  });
  Object.defineProperties(type.prototype, {
    status: settable("status", function () {
      return factsOf(this).status;
    }),
    statusCode: settable("statusCode", function () {
      return factsOf(this).status;
    }),
    headers: settable("headers", function () {
      return retryAfterOf(factsOf(this));
    }),
    getResponse: {
      configurable: true,
      writable: true,
      value(this: E): Response {
        const { body, ...init } = httpAnswer(factsOf(this));
        return new Response(body, init);
      },
    },
  });
}
