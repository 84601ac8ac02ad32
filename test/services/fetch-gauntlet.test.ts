/* `createFetch` through the gauntlet, and the variants of it that take some faults differently. */
import { createFetch, type FetchOptions, outcomeOf } from "redress/fetch";
import { describeGauntlet, type MakeClient } from "./faults/gauntlet.ts";

const clientWith = (options: FetchOptions): MakeClient => {
  return (policy) => {
    const fetch = createFetch(policy, options);
    return {
      async request({ url, method, body, signal, idempotencyKey }) {
        const headers = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
        const response = await fetch(url, { method, signal, headers, ...(body !== undefined && { body }) });
        return { status: response.status, text: await response.text(), response };
      },
    };
  };
};

describeGauntlet("createFetch", clientWith({}), { repeatsWhatNeverLeft: true });

describeGauntlet(
  "createFetch with bodyTimeoutMs",
  clientWith({ bodyTimeoutMs: 50 }),
  { boundsBodies: true },
  ({ where, name, trickles }) => (where === "body" && !trickles) || name === "slow-body",
);

describeGauntlet(
  "createFetch with throwHttpErrors",
  clientWith({ throwHttpErrors: true }),
  // A 404 ended no call as a failure: its error tells how often it was tried.
  { explains: (error) => outcomeOf(error) && "tried" },
  ({ where, stalls }) => where === "status" && !stalls,
);

describeGauntlet(
  "createFetch with keys of its own",
  clientWith({ idempotencyKey: true }),
  { makesKeys: true },
  ({ where, stalls }) => (where === "head" || where === "redirect") && !stalls,
);
