/* redress/ky through every fault. */
import ky, { HTTPError } from "ky";
import type { Policy } from "redress";
import { kyWithPolicy } from "redress/ky";
import type { ClientUnderTest } from "./faults/client-under-test.ts";
import { describeGauntlet } from "./faults/gauntlet.ts";

function client(policy: Policy): ClientUnderTest {
  const api = kyWithPolicy(ky, policy);
  return {
    async request({ url, method, body, signal, idempotencyKey }) {
      const headers = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
      const response = await api(url, { method, signal, headers, ...(body !== undefined && { body }) }).catch(
        (error: unknown) => {
          if (error instanceof HTTPError) return error.response;
          throw error;
        },
      );
      return { status: response.status, text: await response.text(), response };
    },
  };
}

describeGauntlet("ky", client, { repeatsWhatNeverLeft: true });
