import type { Outcome } from "../../index.ts";
import type { ModelFetchInit, ModelFetchInput } from "./model-options.ts";

/** How an SDK is kept from retrying by itself, and what it can be told. */
export interface ModelSdk {
  /** @throws TypeError for a request that the SDK sends again */
  refuseOwnRetries(owner: string, input: ModelFetchInput, init: ModelFetchInit | undefined): void;
  /** What the SDK is given as the answer of a call; or an error to throw, where no answer would keep it from retrying. */
  lastAnswer(response: Response, outcome: Outcome<Response>, input: ModelFetchInput): Response | Promise<Response>;
  /** What the SDK is given as the error of a call that has no answer. */
  lastError(error: unknown, input: ModelFetchInput): unknown;
}

/** Whether an SDK hands on a `Request` of the platform, and not what one is made of. */
export const isRequest = (input: ModelFetchInput): input is Request => typeof input === "object" && "clone" in input;
