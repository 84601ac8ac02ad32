/* The interceptor, sent through every fault, by `request`. */
import { outcomeOf, policyInterceptor } from "redress/undici";
import * as undici7 from "undici";
import * as undici6 from "undici6";
import { describeGauntlet } from "./faults/gauntlet.ts";

const versions = { "undici 6": undici6 as unknown as typeof undici7, "undici 7": undici7 };

for (const [name, { Agent }] of Object.entries(versions)) {
  describeGauntlet(
    `the interceptor in ${name}`,
    (policy) => {
      const bare = new Agent({ connect: { rejectUnauthorized: true } });
      const agent = bare.compose(policyInterceptor(policy));
      return {
        async request({ url, method, body, signal, idempotencyKey }) {
          const { origin, pathname, search } = new URL(url);
          const headers = idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };
          // Undici has a listener on the signal of each request; one signal for hundreds of them would make Node warn.
          const own = AbortSignal.any([signal]);
          const sent = { origin, path: pathname + search, method, signal: own, headers, ...(body !== undefined && { body }) };
          const response = await agent.request(sent);
          const text = await response.body.text();
          const outcome = outcomeOf(response);
          return { status: response.statusCode, text, response: outcome?.ok === false ? outcome.error : response };
        },
        close: () => bare.destroy(),
      };
    },
    { redirects: "given", bodies: "streamed", gzip: "raw", repeatsWhatNeverLeft: true },
  );
}
