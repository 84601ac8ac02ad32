/** What `fetch` takes, by the types of the platform that compiles this. */
export type FetchInput = Parameters<typeof globalThis.fetch>[0];

/** What a call may say for itself, beside what `fetch` takes. */
export interface FetchCallOptions {
  /** The name in telemetry, for this request. @default `METHOD host`, or by `route` */
  readonly operation?: string | undefined;
  /** Bounds this call in milliseconds, > 0, beside the policy's deadline: the sooner one counts. @default Infinity */
  readonly deadlineMs?: number | undefined;
  /** What each attempt costs at the policy's limiter. */
  readonly cost?: number | Readonly<Record<string, number>> | undefined;
  /** Whether this request may be sent again whatever its method is. @default false */
  readonly mayRepeat?: boolean | undefined;
}

export type FetchInit = NonNullable<Parameters<typeof globalThis.fetch>[1]>;

/** A `fetch`, with a place for what a call says for itself. */
export type FetchWithOptions = (
  input: FetchInput,
  init?: FetchInit & { readonly redress?: FetchCallOptions | undefined },
) => Promise<Response>;
