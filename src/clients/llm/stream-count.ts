/*
 * What a stream has used: what its events say or, where they say nothing (OpenAI's chat without `stream_options: { include_usage: true }`, a stream that was
 * broken off), one token for each piece of the answer.
 */
import type { ModelLimiter } from "./model-limiter.ts";
import { mostOf, type TokensUsed, tokensIn } from "./token-usage.ts";

export class StreamCount {
  readonly #estimated: TokensUsed;
  readonly #tell: (used: TokensUsed) => void;
  #said: TokensUsed | undefined;
  #pieces = 0;
  #isOver = false;

  /**
   * @param estimated what the request was taken for, where the stream does not say
   * @param tell is told once, when the stream has ended, was broken off or given up
   */
  constructor(estimated: TokensUsed, tell: (used: TokensUsed) => void) {
    this.#estimated = estimated;
    this.#tell = tell;
  }

  /** A piece of the answer has come. */
  piece(): void {
    this.#pieces++;
  }

  /** An event that may say what was used. */
  said(event: unknown): void {
    const used = tokensIn(event);
    if (used !== undefined) this.#said = mostOf(this.#said, used);
  }

  over(isWhole: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    const { inputTokens, outputTokens } = this.#said ?? this.#estimated;
    const isTold = isWhole && this.#said !== undefined;
    this.#tell({ inputTokens, outputTokens: isTold ? outputTokens : Math.max(outputTokens, this.#pieces) });
  }
}

/** Tells a limiter what a stream has used beyond what was taken for it. */
export const countFor = (limiter: ModelLimiter, taken: TokensUsed): StreamCount =>
  new StreamCount(taken, (used) =>
    limiter.spendTokens({
      inputTokens: Math.max(0, used.inputTokens - taken.inputTokens),
      outputTokens: Math.max(0, used.outputTokens - taken.outputTokens),
    }),
  );
