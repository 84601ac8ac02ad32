/* What createFetch must do on every platform: run by each of them against the same server, with the published package. */
import { constant, type PolicyOptions } from "redress";
import { createFetch, isHttpError, outcomeOf } from "redress/fetch";

/** What each part of the scenario came to, as plain data. */
export type Report = Readonly<Record<string, unknown>>;

/** @param origin of the server @param dead an origin where nobody listens */
export async function scenario(origin: string, dead: string): Promise<Report> {
  const retry: PolicyOptions<Response, Response>["retry"] = { maxAttempts: 3, strategy: constant(5), deadlineMs: 20_000 };
  const api = createFetch({ retry });
  // Each part of each platform has a path of its own: the server counts by path.
  const run = Math.random().toString(36).slice(2);
  const url = (path: string): string => `${origin}/${run}${path}`;
  const stopOf = (of: unknown): unknown => {
    const outcome = outcomeOf(of);
    return outcome === undefined ? null : [outcome.ok ? "ok" : outcome.stopReason, outcome.attempts];
  };
  const thrown = (promise: Promise<unknown>): Promise<unknown> =>
    promise.then(
      () => "no error",
      (error: unknown) => error,
    );

  const busy = await api(url("/busy"));
  const posted = await api(url("/busy-post"), { method: "POST", body: "order" });
  const keyed = await createFetch({ retry }, { idempotencyKey: true })(url("/busy-keyed"), { method: "POST", body: "order" });
  const request = await api(new Request(url("/busy-request"), { method: "PUT", body: "whole" }));
  const refused = await thrown(api(`${dead}/`));
  const missing = await thrown(createFetch({ retry }, { throwHttpErrors: true })(url("/missing")));
  const impatient = createFetch({ retry: { ...retry, maxAttempts: 2, attemptTimeoutMs: 300 } });
  const late = await thrown(impatient(url("/hang")));

  const controller = new AbortController();
  const leaving = thrown(api(url("/hang"), { signal: controller.signal }));
  controller.abort(new Error("left"));
  const left = await leaving;

  const flowing = new AbortController();
  const stream = await api(url("/stream"), { signal: flowing.signal });
  const reader = stream.body?.getReader();
  await reader?.read();
  flowing.abort(new Error("enough"));
  const cut = await thrown(
    (async () => {
      while (!(await reader?.read())?.done);
    })(),
  );

  return {
    busy: [busy.status, await busy.text(), stopOf(busy)],
    posted: [posted.status, stopOf(posted)],
    keyed: [keyed.status, await keyed.text(), stopOf(keyed)],
    request: [request.status, await request.text(), stopOf(request)],
    refused: stopOf(refused),
    missing: isHttpError(missing) && [missing.status, missing.problem?.title, missing.errorClass],
    late: [(late as Error).name, stopOf(late)],
    left: [(left as Error).message, stopOf(left)],
    cut: cut !== "no error",
  };
}
