/*
 * The parts of a model's stream, as a source of batches:
 *   stream-start, response-metadata, raw    come before the answer: they are held back, so that the opening can still be repeated, and come with the first part of it
 *   error, before the answer                the opening has failed, with the error that the part holds
 *   error, in the answer                    is passed on, with whatever follows it; then the stream has failed with it
 *   finish                                  is the last part, unless there was an error
 */
import type { StreamCount } from "../../clients/llm/index.ts";
import type { OpenStream, StreamPart } from "./shapes.ts";

const BEFORE_THE_ANSWER: ReadonlySet<string> = new Set(["stream-start", "response-metadata", "raw"]);

/** Parts that come at once: what was held back and the first part of the answer, and then one at a time. */
export interface PartBatch<Result extends OpenStream> {
  /** Whose parts they are. */
  readonly answer: AnswerParts<Result>;
  readonly parts: readonly StreamPart[];
  /** The stream is whole. */
  readonly isLast: boolean;
}

/** A part of the type `error`. */
interface ErrorPart extends StreamPart {
  readonly error?: unknown;
}

export class AnswerParts<Result extends OpenStream> implements AsyncIterableIterator<PartBatch<Result>> {
  /** What the model gave when the stream was opened. */
  readonly result: Result;
  /** An error has been passed on among the parts. */
  hasFailed = false;
  #failure: unknown;
  #hasBegun = false;
  readonly #reader: ReadableStreamDefaultReader<StreamPart>;
  readonly #counting: StreamCount | undefined;

  constructor(result: Result, counting: StreamCount | undefined) {
    this.result = result;
    this.#reader = result.stream.getReader();
    this.#counting = counting;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<PartBatch<Result>, undefined>> {
    try {
      return await this.#next();
    } catch (error) {
      this.#counting?.over(false);
      this.#reader.cancel(error).catch(() => {});
      throw error;
    }
  }

  /** Lets the stream go. */
  async return(): Promise<IteratorReturnResult<undefined>> {
    this.#counting?.over(false);
    await this.#reader.cancel();
    return { done: true, value: undefined };
  }

  async #next(): Promise<IteratorResult<PartBatch<Result>, undefined>> {
    const parts: StreamPart[] = [];
    for (;;) {
      const { done, value: part } = await this.#reader.read();
      if (done) {
        if (this.hasFailed) throw this.#failure;
        this.#counting?.over(true);
        return { done: true, value: undefined };
      }
      parts.push(part);
      this.#hear(part);
      if (!this.#hasBegun && BEFORE_THE_ANSWER.has(part.type)) continue;
      this.#hasBegun = true;
      return { done: false, value: { answer: this, parts, isLast: part.type === "finish" && !this.hasFailed } };
    }
  }

  #hear(part: ErrorPart): void {
    if (part.type.endsWith("-delta")) this.#counting?.piece();
    this.#counting?.said(part);
    if (part.type !== "error") return;
    if (!this.#hasBegun) throw part.error;
    this.hasFailed = true;
    this.#failure = part.error;
  }
}
