/* A fetch of a policy over one that answers from a script, on a virtual clock. */
import { constant, Policy, type PolicyOptions } from "redress";
import { createFetch, type FetchInit, type FetchInput, type FetchOptions, type PolicyFetch } from "redress/fetch";
import { VirtualClock } from "redress/testing";

/** What an attempt has sent. */
interface Sent {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal;
}

export interface FetchStage {
  readonly api: PolicyFetch;
  readonly clock: VirtualClock;
  /** The requests on the wire. */
  readonly sent: Sent[];
}

/** A response, an error to throw, or what makes one of the request; the last one for ever. */
export type Answer = Response | Error | ((init: FetchInit) => Response | Promise<Response>);

/** Each answer in turn. */
export function stage(
  answers: readonly Answer[],
  options: FetchOptions = {},
  policy: PolicyOptions<Response, Response> = {},
): FetchStage {
  const clock = new VirtualClock();
  const sent: Sent[] = [];
  const fetch = async (input: FetchInput, init: FetchInit = {}): Promise<Response> => {
    const answer = answers[Math.min(sent.length, answers.length - 1)];
    const request = new Request(input, init as RequestInit);
    sent.push({
      url: request.url,
      method: request.method,
      headers: Object.fromEntries(request.headers),
      body: "",
      signal: init.signal as AbortSignal,
    });
    const at = sent.length - 1;
    sent[at] = { ...(sent[at] as Sent), body: await request.text() };
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(init) : (answer as Response).clone();
  };
  const retry = { maxAttempts: 3, strategy: constant(10), deadlineMs: 1_000, ...(policy.retry as object) };
  return { api: createFetch(new Policy<Response, Response>({ ...policy, retry, clock }), { fetch, ...options }), clock, sent };
}

/** Lets all the time pass that a promise waits for. */
export async function played<T>({ clock }: FetchStage, promise: Promise<T>): Promise<T> {
  promise.catch(() => {});
  await clock.run();
  return promise;
}

export const status = (code: number, headers: Record<string, string> = {}, body: string | null = `answer ${code}`): Response =>
  new Response([204, 304].includes(code) ? null : body, { status: code, headers });

/** Nobody listens. */
export const refused = (): Error =>
  Object.assign(new TypeError("fetch failed"), {
    cause: Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" }),
  });

/** The connection broke: the request may have arrived. */
export const reset = (): Error =>
  Object.assign(new TypeError("fetch failed"), {
    cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }),
  });
