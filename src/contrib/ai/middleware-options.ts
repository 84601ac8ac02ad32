import type { ModelLimiter, TokensUsed } from "../../clients/llm/index.ts";
import { aboveZero, aFunction, type OptionTable, objectWith, refuse, requireOptions } from "../../clients/options/index.ts";
import type { ModelCall } from "./shapes.ts";

/** A call of a model, as its name in telemetry is asked for. */
export interface NamedCall {
  readonly kind: "generate" | "stream";
  /** Such as `openai.chat`. */
  readonly provider: string;
  /** Such as `gpt-5`. */
  readonly modelId: string;
}

/** What a middleware is given beside its policy. */
export interface MiddlewareOptions {
  /**
   * Counts the requests and tokens of all calls. It becomes the policy's first limiter; a `Policy` that was made before has it already.
   *
   * @default none
   */
  readonly limiter?: ModelLimiter | undefined;
  /**
   * What a call will use; of a stream only `inputTokens` counts. `undefined` leaves it at the default.
   *
   * @default a token for four letters, and `maxOutputTokens` for the answer, or 1,000
   */
  readonly estimateTokens?: ((call: ModelCall) => TokensUsed | undefined) | undefined;
  /** How long a stream that has begun may be silent while it is read, in milliseconds, > 0. @default 120_000 */
  readonly idleTimeoutMs?: number | undefined;
  /** The name of a call in telemetry. `undefined` leaves it at the default. @default provider and model: `openai.chat gpt-5` */
  readonly operation?: ((call: NamedCall) => string | undefined) | undefined;
}

const table: OptionTable<keyof MiddlewareOptions> = {
  flat: true,
  rules: {
    limiter: objectWith("a ModelLimiter", ["admit", "release", "costOf", "spendTokens"]),
    estimateTokens: aFunction,
    idleTimeoutMs: aboveZero,
    operation: aFunction,
  },
};

/** The options of a middleware, complete. */
export interface MiddlewareSettings extends MiddlewareOptions {
  readonly idleTimeoutMs: number;
}

export function readMiddlewareOptions(owner: string, options: MiddlewareOptions): MiddlewareSettings {
  const read = requireOptions(owner, options, table);
  if (read.estimateTokens !== undefined && read.limiter === undefined)
    refuse(`${owner}.estimateTokens`, "left out where there is no limiter", read.estimateTokens);
  return { ...read, idleTimeoutMs: read.idleTimeoutMs ?? 120_000 };
}
