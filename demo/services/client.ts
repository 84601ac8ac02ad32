/* The user: one request to the front service, by the same policy of four attempts. */
import { outcomeOf } from "redress";
import { createFetch } from "redress/fetch";
import { fourAttempts } from "./four-attempts.ts";

/** How the user behaves in one run. */
export interface ClientBehaviour {
  /** Closes the connection then, as a browser does whose tab is closed. */
  readonly leavesAfterMs?: number;
  /** Waits no longer than this. */
  readonly deadlineMs?: number;
  /** Says so in the request. */
  readonly saysDeadline?: boolean;
}

export interface Client {
  /** From when on nobody waits for the answer any more, by `Date.now()`; `null` as long as somebody does. */
  readonly goneAtMs: number | null;
  /** How it ended, in words; `null` before that. */
  readonly ending: string | null;
}

/** Sends the request. What is returned tells how it stands. */
export function sendRequest(url: string, behaviour: ClientBehaviour): Client {
  const { leavesAfterMs, deadlineMs, saysDeadline = false } = behaviour;
  const call = createFetch(fourAttempts(deadlineMs), {
    sendDeadline: saysDeadline && ["127.0.0.1"],
    // A client with a deadline is behind a proxy that keeps its connection open: that it has gone, nobody hears.
    ...(deadlineMs !== undefined && { fetch: (input, init) => fetch(input, { ...init, signal: null }) }),
  });
  const client: { goneAtMs: number | null; ending: string | null } = { goneAtMs: null, ending: null };
  const leaving = new AbortController();
  if (leavesAfterMs !== undefined) {
    setTimeout(() => {
      client.goneAtMs = Date.now();
      leaving.abort();
    }, leavesAfterMs);
  }
  if (deadlineMs !== undefined) client.goneAtMs = Date.now() + deadlineMs;
  call(url, { signal: leaving.signal }).then(
    (response) => {
      const attempts = outcomeOf(response)?.attempts ?? 1;
      client.ending = `got ${response.status} after ${attempts === 1 ? "1 attempt" : `${attempts} attempts`}`;
    },
    () => {
      client.ending = leavesAfterMs === undefined ? `gave up after ${deadlineMs} ms` : `left after ${leavesAfterMs} ms`;
    },
  );
  return client;
}
