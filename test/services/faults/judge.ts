/*
 * What is wrong with how a client took a fault, in sentences; none where all is well. The laws, for every client and fault:
 *
 *   1. the call settles
 *   2. what it ends with is explained: by the answer itself, by an outcome, or as the client documents
 *   3. requests on the wire are the policy's attempts
 *   4. a POST without a key is sent once, unless it never left
 *   5. every attempt sends the same key and the same, whole body
 *   6. it is tried as often, and ends, as the fault says
 */
import { outcomeOf } from "redress";
import type { Manners } from "./client-under-test.ts";
import { expectedOf } from "./expected.ts";
import type { Meeting } from "./meeting.ts";

export function judge(meeting: Meeting, manners: Manners): readonly string[] {
  const { fault, way, early } = meeting;
  const title = `${fault.name}, ${way}${early ? ", and the caller leaves" : ""}`;
  if (!meeting.settled) return [`${title}: the call has not settled.`];
  if (!meeting.closed) return [`${title}: the client does not close.`];
  const laws = [explained, wire, sentOnce, sentTheSame, ...(manners.differs?.[fault.name] ? [] : [triedAndEnded])];
  return laws.flatMap((law) => law(meeting, manners)).map((wrong) => `${title}: ${wrong}`);
}

/** Also for calls that `judge` has no laws for. */
export function explained({ fault, way, got, error }: Meeting, manners: Manners): readonly string[] {
  if (got !== undefined) {
    const repeated = way !== "POST" || manners.makesKeys === true;
    const gaveUp = fault.where === "status" && fault.retried === true && repeated && got.status >= 400;
    return gaveUp && outcomeOf(got.response) === undefined
      ? [`a ${got.status} was given out after retries, and no outcome says so.`]
      : [];
  }
  // The reader of a body meets its end when the call is over: the error is the platform's.
  const reading = manners.bodies !== "buffered" && (fault.where === "body" || (fault.where === "status" && fault.stalls));
  if (reading && error !== undefined) return [];
  return (outcomeOf(error)?.stopReason ?? manners.explains?.(error)) ? [] : [`no outcome explains ${wordsOf(error)}.`];
}

function wire({ fault, attempts, arrivals, connections, leavesMs }: Meeting): readonly string[] {
  if (fault.platformRepeats) return [];
  const countsConnections = fault.name.startsWith("tls-");
  const seen = countsConnections ? connections : arrivals.length;
  const expected = fault.where === "connect" && !countsConnections ? 0 : attempts;
  // What is cut short may be cut before it has come.
  const fits = seen === expected || ((fault.stalls || leavesMs !== undefined) && seen < expected);
  return fits
    ? []
    : [`${seen} ${countsConnections ? "connections" : "requests"} on the wire, ${attempts} attempts of the policy.`];
}

function sentOnce({ fault, way, arrivals }: Meeting): readonly string[] {
  const keyless = arrivals.filter(({ headers }) => !headers.has("idempotency-key")).length;
  return way === "POST" && keyless > 1 && !fault.platformRepeats
    ? [`a POST without an Idempotency-Key was sent ${keyless} times.`]
    : [];
}

function sentTheSame({ way, body, key, arrivals }: Meeting): readonly string[] {
  if (way === "GET") return [];
  const wrong: string[] = [];
  for (const [index, arrival] of arrivals.entries()) {
    const which = `request ${index + 1}`;
    if (arrival.method !== "POST") wrong.push(`${which} was a ${arrival.method}.`);
    if (arrival.body !== undefined && arrival.body !== body) {
      wrong.push(`the body of ${which} was not what was given: ${arrival.body.length} bytes of ${body.length}.`);
    }
    const sent = arrival.headers.get("idempotency-key");
    const first = way === "POST" ? arrivals[0]?.headers.get("idempotency-key") : key;
    if (sent !== first) wrong.push(`${which} had the Idempotency-Key ${sent}, not ${first}.`);
  }
  return wrong;
}

function triedAndEnded(meeting: Meeting, manners: Manners): readonly string[] {
  const { fault, attempts, got, error } = meeting;
  const expected = expectedOf(meeting, manners);
  const wrong: string[] = [];
  const aborted = meeting.early && (fault.where === "connect" || fault.where === "head");
  const stop = outcomeOf(error)?.stopReason;
  if (aborted && stop !== undefined && stop !== "ABORTED") wrong.push(`it stopped with ${stop}, not with ABORTED.`);
  const [least, most] = expected.attempts;
  if (attempts < least || attempts > most)
    wrong.push(`${attempts} attempts, not ${least === most ? least : `${least} to ${most}`}.`);
  if (expected.ends === "value" && got === undefined) wrong.push(`it ended with ${wordsOf(error)}, not with a value.`);
  if (expected.ends === "failure" && got !== undefined)
    wrong.push(`it ended with ${got.status} and ${got.text.length} bytes, not with an error.`);
  if (got !== undefined && expected.ends !== "failure") {
    if (expected.status !== undefined && got.status !== expected.status)
      wrong.push(`the status was ${got.status}, not ${expected.status}.`);
    if (expected.text !== undefined && got.text !== expected.text)
      wrong.push(`the body was ${JSON.stringify(got.text.slice(0, 60))}, not the answer's.`);
  }
  return wrong;
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return `the thrown ${typeof error} ${String(error)}`;
  const cause = error.cause instanceof Error ? ` (${error.cause.name}: ${error.cause.message})` : "";
  return `${error.name}: ${error.message}${cause}`;
}
