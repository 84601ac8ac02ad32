/* got, as the gauntlet asks it: of any version. */
import { setMaxListeners } from "node:events";
import { Agent } from "node:http";
import type * as Got from "got";
import { gotWithPolicy } from "redress/got";
import type { MakeClient, Manners } from "../faults/client-under-test.ts";

export const gotUnderFaults =
  (got: typeof Got): MakeClient =>
  (policy) => {
    const agent = new Agent({ keepAlive: true });
    const api = gotWithPolicy(got.default.extend({ agent: { http: agent } }), policy);
    return {
      async request({ url, method, body, signal, idempotencyKey }) {
        // got has a listener of its own for each request.
        setMaxListeners(0, signal);
        const headers = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
        const { statusCode, body: text } = await api(url, { method, signal, headers, ...(body !== undefined && { body }) });
        return { status: statusCode, text };
      },
      close: () => agent.destroy(),
    };
  };

export const GOT_MANNERS: Manners = {
  bodies: "buffered",
  repeatsWhatNeverLeft: true,
  // got hands a connection that was upgraded to whoever listens, and says nothing more of the request.
  stalledBy: ["switching-protocols"],
};
