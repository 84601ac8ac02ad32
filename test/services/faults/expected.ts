/* How often a request is tried, and how it ends: by the fault, by whether it may be repeated, and by the client's manners. */
import type { Manners } from "./client-under-test.ts";
import type { Fault } from "./fault.ts";
import { MAX_ATTEMPTS, type Meeting } from "./meeting.ts";

export interface Expected {
  /** At least, and at most. */
  readonly attempts: readonly [number, number];
  readonly ends: Fault["ends"];
  /** Of a value, where it is known. */
  readonly status?: number | undefined;
  readonly text?: string | undefined;
}

const ONCE: Expected["attempts"] = [1, 1];

export function expectedOf(meeting: Meeting, manners: Manners): Expected {
  const { fault, early, path } = meeting;
  if (early && fault.where !== "status") return { attempts: ONCE, ends: "failure" };
  if (fault.where === "redirect" && manners.redirects === "given") return { attempts: ONCE, ends: "either" };
  const raw = fault.coded === true && manners.gzip === "raw";
  if (raw) return { attempts: ONCE, ends: "value" };
  const recovers = meeting.fails !== undefined;
  const attempts = attemptsOf(meeting, manners);
  const answered = fault.where === "status" || fault.where === "none" || fault.where === "redirect";
  if (recovers && attempts[0] > 1)
    return { attempts: [meeting.fails + 1, meeting.fails + 1], ends: "value", status: 200, text: path };
  const ends = fault.where === "head" && fault.ends === "value" && !mayRepeat(meeting, manners) ? "failure" : fault.ends;
  const text = typeof fault.text === "function" ? fault.text(path) : (fault.text ?? path);
  const stalled = fault.where === "status" && fault.stalls;
  if (early && fault.where === "status") return { attempts: [1, MAX_ATTEMPTS], ends };
  return { attempts, ends, ...((answered || ends === "value") && !stalled && { status: fault.status ?? 200, text }) };
}

const mayRepeat = ({ way }: Meeting, { makesKeys }: Manners): boolean => way !== "POST" || makesKeys === true;

function attemptsOf(meeting: Meeting, manners: Manners): Expected["attempts"] {
  const { fault } = meeting;
  if (fault.where === "connect" && !mayRepeat(meeting, manners))
    return [manners.repeatsWhatNeverLeft && fault.retried === true && !fault.stalls ? MAX_ATTEMPTS : 1, MAX_ATTEMPTS];
  if (!mayRepeat(meeting, manners) || fault.retried === false) return ONCE;
  if (fault.where === "body" && manners.bodies !== "buffered") return ONCE;
  // The second attempt of a request that was raced by its connection's end finds another connection, or the next one.
  if (fault.primed) return [2, MAX_ATTEMPTS];
  return fault.retried === "either" ? [1, MAX_ATTEMPTS] : [MAX_ATTEMPTS, MAX_ATTEMPTS];
}
