/* `createFetch` through the gauntlet. */
import { createFetch } from "redress/fetch";
import { describeGauntlet } from "./faults/gauntlet.ts";

describeGauntlet(
  "createFetch",
  (policy) => {
    const fetch = createFetch(policy);
    return {
      async request({ url, method, body, signal, idempotencyKey }) {
        const headers = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
        const response = await fetch(url, { method, signal, headers, ...(body !== undefined && { body }) });
        return { status: response.status, text: await response.text(), response };
      },
    };
  },
  { repeatsWhatNeverLeft: true },
);
