/*
 * How a call ended, in the JSON of the answer that it ended with. The SDK makes of it the message of its `ApiError`, so that logs say it too:
 *   {"error":{"code":503,...},"redress":{"ok":false,"stopReason":"MAX_ATTEMPTS_GLOBAL","attempts":3,"elapsedMs":1830,"lastClass":"SERVER_ERROR","nextDelayMs":null}}
 * A body that is no JSON stands there as the SDK itself would put it: { error: { message, code, status } }.
 */
import { outcomeOf as outcomeOfModel, sameResponse } from "../../clients/llm/index.ts";
import type { Failure, Outcome } from "../../index.ts";

/** What is told. */
type Told =
  | Pick<Failure, "ok" | "stopReason" | "attempts" | "elapsedMs" | "lastClass" | "nextDelayMs">
  | { readonly ok: true; readonly attempts: number; readonly elapsedMs: number };

/** The same answer, which tells how its call ended. @param text its body */
export function withOutcome(response: Response, text: string, outcome: Outcome<Response>): Response {
  const headers = new Headers(response.headers);
  headers.set("content-type", "application/json");
  headers.delete("content-length");
  return sameResponse(response, JSON.stringify({ ...bodyOf(response, text), redress: told(outcome) }), headers);
}

function bodyOf({ status, statusText }: Response, text: string): object {
  const json = parsed(text);
  // Some services send an array of one.
  const body: unknown = Array.isArray(json) && json.length === 1 ? json[0] : json;
  if (typeof body === "object" && body !== null && !Array.isArray(body)) return body;
  return { error: { message: text, code: status, status: statusText } };
}

function told(outcome: Outcome<Response>): Told {
  const { ok, attempts, elapsedMs } = outcome;
  if (ok) return { ok, attempts, elapsedMs };
  const { stopReason, lastClass, nextDelayMs } = outcome;
  return { ok, stopReason, attempts, elapsedMs, lastClass, nextDelayMs };
}

/**
 * What happened in the call that ended with this error of the SDK: how many attempts it took and, where it gave up, why. It finds what `outcomeOf` of
 * redress finds, too. `undefined` for what no call gave, and for results: the SDK keeps nothing of the response.
 *
 * @example
 * import { outcomeOf } from "redress/google-genai";
 *
 * try { await op(); } catch (error) { log.warn(outcomeOf(error)?.attempts); throw error; }
 */
export function outcomeOf(error: unknown): Outcome<Response> | Failure | undefined {
  return outcomeOfModel(error) ?? toldBy(error);
}

function toldBy(error: unknown): Outcome<Response> | undefined {
  const { message, status } = Object(error) as { readonly message?: unknown; readonly status?: unknown };
  if (typeof message !== "string" || typeof status !== "number") return undefined;
  const body = parsed(message);
  const { redress } = Object(body) as { readonly redress?: unknown };
  if (typeof redress !== "object" || redress === null) return undefined;
  const answer = new Response(message, { status, headers: { "content-type": "application/json" } });
  const said = redress as Told;
  if (said.ok) return { ...said, value: answer, fellBack: false };
  return { ...said, cause: "result", lastError: null, lastResult: answer, error, progress: null };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
