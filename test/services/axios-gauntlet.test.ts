/* redress/axios through every fault, with both adapters that run in Node. */
import { Agent } from "node:http";
import axios from "axios";
import type { Policy } from "redress";
import { axiosWithPolicy } from "redress/axios";
import type { ClientUnderTest } from "./faults/client-under-test.ts";
import { describeGauntlet } from "./faults/gauntlet.ts";

const clientOf =
  (adapter: "http" | "fetch") =>
  (policy: Policy): ClientUnderTest => {
    const httpAgent = new Agent({ keepAlive: true });
    const api = axiosWithPolicy(axios.create({ adapter, httpAgent, responseType: "text", transformResponse: [] }), policy);
    return {
      async request({ url, method, body, signal, idempotencyKey }) {
        const headers = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
        const { status, data } = await api.request<string>({ url, method, signal, headers, data: body });
        return { status, text: data };
      },
      close: () => httpAgent.destroy(),
    };
  };

describeGauntlet("axios with its http adapter", clientOf("http"), { bodies: "buffered", repeatsWhatNeverLeft: true });
describeGauntlet("axios with its fetch adapter", clientOf("fetch"), { bodies: "buffered", repeatsWhatNeverLeft: true });
