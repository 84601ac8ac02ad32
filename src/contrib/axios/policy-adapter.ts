import {
  FailedAnswer,
  isWorthAnotherTry,
  keepOutcome,
  nameOfRequest,
  type OriginPolicies,
  type RequestSettings,
  repeatRuleOf,
} from "../../clients/http/index.ts";
import { refuse } from "../../clients/options/index.ts";
import type { Failure } from "../../index.ts";
import type { AxiosAdapter, AxiosConfigShape, AxiosInstanceShape, AxiosResponseShape } from "./axios-shapes.ts";
import { cancellationOf } from "./cancellation.ts";
import { toldDeadline } from "./deadline.ts";
import { discardAnswer, isOnceData } from "./streams.ts";

/**
 * An instance without defaults and interceptors: it finds adapters by name, and cancels in axios's own words. What it is asked to send
 * has all its options.
 */
export function bareInstance(given: AxiosInstanceShape): AxiosInstanceShape {
  const bare = given.create({});
  for (const option of Object.keys(bare.defaults)) delete bare.defaults[option];
  return bare;
}

/** What an attempt has of its own. */
interface OwnConfig extends Partial<AxiosConfigShape> {
  readonly adapter: unknown;
  readonly signal: AbortSignal | undefined;
}

/** Adapters of axios, with a policy around them. */
export class PolicyAdapters {
  readonly #policies: OriginPolicies<AxiosResponseShape>;
  readonly #settings: RequestSettings;
  readonly #bare: AxiosInstanceShape;
  readonly #made = new WeakSet<object>();

  constructor(policies: OriginPolicies<AxiosResponseShape>, settings: RequestSettings, bare: AxiosInstanceShape) {
    this.#policies = policies;
    this.#settings = settings;
    this.#bare = bare;
  }

  /** @param adapter the name of an adapter, a function, or a list of those to choose from */
  around(adapter: unknown): AxiosAdapter {
    if (typeof adapter === "function" && this.#made.has(adapter)) return adapter as AxiosAdapter;
    const around: AxiosAdapter = (config) => this.#send(config, adapter);
    this.#made.add(around);
    return around;
  }

  async #send(config: AxiosConfigShape, adapter: unknown): Promise<AxiosResponseShape> {
    refuseAxiosRetry(config);
    const url = this.#urlOf(config);
    // No request at all: axios knows what to say of it.
    if (url === undefined) return this.#attempt(config, { adapter, signal: config.signal });
    const request = { method: (config.method ?? "get").toUpperCase(), url };
    const operation = nameOfRequest(this.#settings, request);
    const rule = repeatRuleOf(this.#settings, request, isOnceData(config.data), config.headers);
    const cancellation = cancellationOf(config);
    let failed: unknown;
    const policy = this.#policies.for(config.socketPath ? `unix:${config.socketPath}` : url.origin);
    const outcome = await policy
      .execute(
        async (info) => {
          discardAnswer(answerOf(failed));
          failed = undefined;
          try {
            const told = toldDeadline(this.#settings.deadlines, config, { url, info, policy });
            const response = await this.#attempt(config, { adapter, signal: info.signal, ...told });
            if (!isWorthAnotherTry(response.status, response.headers)) return response;
            throw new FailedAnswer(operation, response.status, response);
          } catch (error) {
            // Of a hedged attempt, too.
            discardAnswer(answerOf(failed));
            failed = error;
            throw error;
          }
        },
        {
          operation,
          signal: cancellation.signal,
          // What was redirected has left, wherever it failed.
          refuseRepeat: rule && ((last) => rule(wasRedirected(last?.value) ? undefined : last)),
          discard: discardAnswer,
        },
      )
      .finally(cancellation.end);
    if (outcome.ok) {
      if (outcome.fellBack) requireAnswer(outcome.value);
      keepOutcome(outcome.value, outcome);
      return outcome.value;
    }
    const { error, lastError, stopReason } = outcome;
    if (lastError instanceof FailedAnswer && stopReason !== "ABORTED") {
      keepOutcome(lastError.response, outcome);
      return lastError.response as AxiosResponseShape;
    }
    if (error !== failed) discardAnswer(answerOf(failed));
    throw cancellation.signal?.aborted ? await this.#cancelled(config, outcome) : error;
  }

  /** What axios makes of it, with an error and a response that tell of the caller's request. */
  async #attempt(config: AxiosConfigShape, own: OwnConfig): Promise<AxiosResponseShape> {
    const attempt = {
      ...config,
      ...own,
      cancelToken: undefined,
      headers: own.headers ?? config.headers.concat(),
      transformRequest: [],
      transformResponse: [],
    };
    try {
      const response = await this.#bare.request(attempt);
      response.config = config;
      return response;
    } catch (error) {
      if (isAxiosError(error)) {
        error.config = config;
        if (error.response !== undefined) error.response.config = config;
      }
      throw error;
    }
  }

  /** The `CanceledError` of axios, with what the caller gave as the reason, which axios leaves out, as its cause. */
  async #cancelled(config: AxiosConfigShape, outcome: Failure): Promise<unknown> {
    const adapter = (): never => {
      throw outcome.error;
    };
    const error: unknown = await this.#bare.request({ ...config, adapter }).catch((thrown: unknown) => thrown);
    keepOutcome(error, outcome);
    if (isAxiosError(error) && error !== outcome.error && error.cause === undefined)
      Object.defineProperty(error, "cause", { value: outcome.error, writable: true, configurable: true });
    return error;
  }

  #urlOf(config: AxiosConfigShape): URL | undefined {
    const page = (globalThis as { readonly location?: { readonly href?: string } }).location?.href;
    try {
      const url = new URL(this.#bare.getUri({ ...config, params: undefined }), config.socketPath ? "http://localhost" : page);
      return url.protocol === "https:" || url.protocol === "http:" ? url : undefined;
    } catch {
      return undefined;
    }
  }
}

/** Of anything else, axios would make an answer without data. */
function requireAnswer(value: unknown): void {
  if (typeof value !== "object" || value === null || !("data" in value))
    refuse("what fallback gives to axiosWithPolicy", "a response of axios, such as { data, status: 200 }", value, TypeError);
}

interface AxiosErrorShape {
  config: unknown;
  readonly cause?: unknown;
  readonly response?: AxiosResponseShape;
}

function isAxiosError(error: unknown): error is AxiosErrorShape {
  return typeof error === "object" && error !== null && (error as { readonly isAxiosError?: unknown }).isAxiosError === true;
}

const answerOf = (error: unknown): unknown => (error as { readonly response?: unknown } | undefined)?.response;

/** By what follow-redirects, which sends for axios in Node, keeps of it. */
function wasRedirected(error: unknown): boolean {
  const { request } = (error ?? {}) as { readonly request?: { readonly _redirectCount?: number } };
  return (request?._redirectCount ?? 0) > 0;
}

/** axios-retry marks the requests that it watches. It would send them again, beside the policy and past it. */
function refuseAxiosRetry(config: AxiosConfigShape): void {
  const mark = config["axios-retry"] as { readonly retries?: number } | undefined;
  if (mark === undefined || mark === null || mark.retries === 0) return;
  throw new TypeError(
    "axios-retry is at work on an axios that has a policy: both would retry. Take it off, or set its retries to 0.",
  );
}
