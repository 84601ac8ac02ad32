/* redress/got through every fault. */
import { setMaxListeners } from "node:events";
import { Agent } from "node:http";
import got from "got";
import type { Policy } from "redress";
import { gotWithPolicy } from "redress/got";
import type { ClientUnderTest } from "./faults/client-under-test.ts";
import { describeGauntlet } from "./faults/gauntlet.ts";

function client(policy: Policy): ClientUnderTest {
  const agent = new Agent({ keepAlive: true });
  const api = gotWithPolicy(got.extend({ agent: { http: agent } }), policy);
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
}

describeGauntlet("got", client, { bodies: "buffered", repeatsWhatNeverLeft: true });
