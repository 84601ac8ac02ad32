import { type Clock, type RateDimension, RateLimiter } from "../../index.ts";
import { aboveZero, checkedByOwner, type OptionTable, refuse, requireOptions, text, wholeFrom } from "../options/index.ts";
import { jsonOf } from "./read-ahead.ts";
import { type TokensUsed, tokensIn } from "./token-usage.ts";

/** What the services of language models count. */
export type ModelDimension = "requests" | "tokens" | "inputTokens" | "outputTokens";

/** How much a service allows a minute; it counts what is given here. At least one limit of tokens is given. */
export interface ModelLimits {
  /** Requests a minute: a number > 0. @default no limit */
  readonly requestsPerMinute?: number | undefined;
  /** Tokens a minute, those of the prompt and those of the answer together: a number > 0. OpenAI's TPM. @default no limit */
  readonly tokensPerMinute?: number | undefined;
  /** Tokens of prompts a minute: a number > 0. Anthropic's ITPM. @default no limit */
  readonly inputTokensPerMinute?: number | undefined;
  /** Tokens of answers a minute: a number > 0. Anthropic's OTPM. @default no limit */
  readonly outputTokensPerMinute?: number | undefined;
  /** Attempts that wait for room: an integer >= 0. Further ones are turned away. @default 100 */
  readonly maxQueue?: number | undefined;
  /** The limiter's name in errors and events. @default "model" */
  readonly name?: string | undefined;
  /** @default the system's */
  readonly clock?: Clock | undefined;
}

const table: OptionTable<keyof ModelLimits> = {
  flat: true,
  rules: {
    requestsPerMinute: aboveZero,
    tokensPerMinute: aboveZero,
    inputTokensPerMinute: aboveZero,
    outputTokensPerMinute: aboveZero,
    maxQueue: wholeFrom(0),
    name: text,
    clock: checkedByOwner,
  },
};

const MINUTE_MS = 60_000;

/** What an attempt takes of which nothing is known: a request made by other means than the client that the limiter was given to. */
const USUAL: Readonly<Record<ModelDimension, number>> = { requests: 1, tokens: 2_000, inputTokens: 1_000, outputTokens: 1_000 };

/**
 * A `RateLimiter` for the requests and the tokens that a service allows a minute. Given to a client as `limiter`, it takes an estimate before each attempt and
 * is corrected by what the answer says that it has used. Shared by all clients that use one key.
 *
 * @throws TypeError or RangeError for a wrong or unknown option, or where no limit of tokens is given
 * @example
 * import { ModelLimiter, openaiOptions } from "redress/openai";
 *
 * const limiter = new ModelLimiter({ requestsPerMinute: 500, tokensPerMinute: 200_000 });
 * const options = openaiOptions({}, { limiter });
 */
export class ModelLimiter extends RateLimiter<ModelDimension> {
  readonly #limits: ReadonlyMap<ModelDimension, number>;

  constructor(limits: ModelLimits) {
    const read = requireOptions("modelLimiter", limits, table);
    const { name = "model", maxQueue = 100, clock } = read;
    const given = limitsOf(read);
    super({
      name,
      limits: Object.fromEntries([...given].map(dimensionOf)) as Record<ModelDimension, RateDimension>,
      maxQueue,
      clock,
      // Of a response its body, of an answer that a client has made of one what it holds itself.
      used: (answer: object) => {
        const used = tokensIn(jsonOf(answer) ?? answer);
        return used && costIn(given, used);
      },
    });
    this.#limits = given;
  }

  /** What so many tokens cost, by the limits that there are. What is above a limit takes all of it, since more could never be admitted. */
  costOf(tokens: TokensUsed): Readonly<Record<string, number>> {
    const cost = costIn(this.#limits, tokens);
    return Object.fromEntries(
      Object.entries(cost).map(([name, amount]) => [name, Math.min(amount, this.#limits.get(name as ModelDimension) ?? amount)]),
    );
  }

  /** Counts tokens that were used beside what was taken, such as those of an answer that was streamed. */
  spendTokens(tokens: TokensUsed): void {
    this.spend({ ...costIn(this.#limits, tokens), ...(this.#limits.has("requests") && { requests: 0 }) });
  }
}

function limitsOf(limits: ModelLimits): ReadonlyMap<ModelDimension, number> {
  const { requestsPerMinute, tokensPerMinute, inputTokensPerMinute, outputTokensPerMinute } = limits;
  const given = Object.entries({
    requests: requestsPerMinute,
    tokens: tokensPerMinute,
    inputTokens: inputTokensPerMinute,
    outputTokens: outputTokensPerMinute,
  }).filter((entry): entry is [ModelDimension, number] => entry[1] !== undefined);
  if (!given.some(([name]) => name !== "requests"))
    refuse("modelLimiter", "an object with tokensPerMinute, inputTokensPerMinute or outputTokensPerMinute", limits);
  return new Map(given);
}

function dimensionOf([name, limit]: [ModelDimension, number]): [ModelDimension, RateDimension] {
  return [name, { limit, intervalMs: MINUTE_MS, cost: Math.min(USUAL[name], limit) }];
}

/** By the names of the limits that there are. */
function costIn(limits: ReadonlyMap<ModelDimension, number>, { inputTokens, outputTokens }: TokensUsed): Record<string, number> {
  const all: Readonly<Partial<Record<ModelDimension, number>>> = {
    tokens: inputTokens + outputTokens,
    inputTokens,
    outputTokens,
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => limits.has(name as ModelDimension)));
}
