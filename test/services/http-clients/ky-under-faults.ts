/* ky, as the gauntlet asks it: of any version. */
import { kyWithPolicy } from "redress/ky";
import type { Got, MakeClient, Manners } from "../faults/client-under-test.ts";
import type { AnyKy } from "./ky-scenarios.ts";

export const kyUnderFaults =
  (ky: AnyKy): MakeClient =>
  (policy) => {
    const api = kyWithPolicy(ky.default, policy);
    return {
      async request({ url, method, body, signal, idempotencyKey }): Promise<Got> {
        const headers = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
        try {
          const response = await api(url, { method, signal, headers, ...(body !== undefined && { body }) });
          return { status: response.status, text: await response.text(), response };
        } catch (error) {
          if (!(error instanceof ky.HTTPError)) throw error;
          const { response } = error;
          // Version 2 has read it.
          const text = "data" in error ? String(error.data ?? "") : await response.text();
          return { status: response.status, text, response };
        }
      },
    };
  };

export const KY_MANNERS: Manners = { repeatsWhatNeverLeft: true };
