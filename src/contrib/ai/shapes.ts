/* The AI SDK's language models (specifications v3 and v4), by shape: none of its types is imported. */

/** What a model is asked, as far as a policy reads or changes it. */
export interface ModelCall {
  readonly abortSignal?: AbortSignal | undefined;
  readonly prompt?: unknown;
  readonly tools?: unknown;
  readonly maxOutputTokens?: number | undefined;
}

/** Which model is asked. */
export interface ModelIdentity {
  readonly provider?: string;
  readonly modelId?: string;
}

/** A part of a model's stream. */
export interface StreamPart {
  readonly type: string;
}

/** What the opening of a stream gives. */
export interface OpenStream {
  readonly stream: ReadableStream<StreamPart>;
}

/** What the AI SDK hands to `wrapGenerate`. */
export interface GenerateCall<Params extends ModelCall, Result> {
  readonly params: Params;
  readonly model: ModelIdentity & { doGenerate(params: Params): PromiseLike<Result> };
}

/** What the AI SDK hands to `wrapStream`. */
export interface StreamCall<Params extends ModelCall, Result extends OpenStream> {
  readonly params: Params;
  readonly model: ModelIdentity & { doStream(params: Params): PromiseLike<Result> };
}

/** A middleware for `wrapLanguageModel`. */
export interface PolicyMiddleware {
  readonly specificationVersion: "v3";
  wrapGenerate<Params extends ModelCall, Result>(call: GenerateCall<Params, Result>): Promise<Result>;
  wrapStream<Params extends ModelCall, Result extends OpenStream>(call: StreamCall<Params, Result>): Promise<Result>;
}
