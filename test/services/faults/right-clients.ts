/* Clients written by hand over a policy, as they should be: what the gauntlet lets pass. */
import { type AttemptInfo, type CallOptions, isRetryExhaustedError, type Policy } from "redress";
import { Agent, request } from "undici";
import type { Asked, ClientUnderTest, Manners } from "./client-under-test.ts";

/** What may be repeated: by its method, by its key, or because nobody has got it. */
function optionsOf({ url, method, signal, idempotencyKey }: Asked): CallOptions {
  const repeatable = method === "GET" || idempotencyKey !== undefined;
  return {
    signal,
    refuseRepeat: (failed) =>
      repeatable || neverLeft(failed?.value, url) ? undefined : "POST is not repeated without an Idempotency-Key",
  };
}

/** Refused, or not found: at the address that was asked, and not at one that an answer redirected to. */
function neverLeft(thrown: unknown, url: string): boolean {
  const error = thrown instanceof Error && thrown.cause instanceof Error ? thrown.cause : thrown;
  if (!(error instanceof Error) || !("code" in error)) return false;
  const { hostname, port } = new URL(url);
  if (error.code === "ECONNREFUSED") return "port" in error && String(error.port) === port;
  return error.code === "ENOTFOUND" && "hostname" in error && error.hostname === hostname;
}

const headersOf = ({ idempotencyKey }: Asked): Record<string, string> =>
  idempotencyKey === undefined ? {} : { "Idempotency-Key": idempotencyKey };

/** The platform's `fetch`. The response of the last attempt is given out, as an error's last result or as the value. */
export function fetchClient(policy: Policy): ClientUnderTest {
  return {
    async request(asked) {
      const { url, method, body } = asked;
      const init = { method, headers: headersOf(asked), ...(body !== undefined && { body }) };
      const discard = (value: unknown) => void (value as Response).body?.cancel().catch(() => {});
      const operation = ({ signal }: AttemptInfo) => fetch(url, { ...init, signal });
      try {
        const response = await policy.call(operation, { ...optionsOf(asked), discard });
        return { status: response.status, text: await response.text() };
      } catch (error) {
        const last: unknown = isRetryExhaustedError(error) ? error.lastResult : undefined;
        if (last instanceof Response) discard(last);
        throw error;
      }
    },
  };
}

/** undici's `request`, with a pool of its own, which reads the body within the attempt: no redirects, no decoding, statuses as they are. */
export function undiciClient(policy: Policy): ClientUnderTest {
  const dispatcher = new Agent({ connect: { timeout: 500 } });
  return {
    async request(asked) {
      const { url, method, body } = asked;
      return policy.call(async ({ signal }) => {
        const answer = await request(url, {
          dispatcher,
          method,
          headers: headersOf(asked),
          signal,
          ...(body !== undefined && { body }),
        });
        const text = await answer.body.text();
        if (answer.statusCode >= 400)
          throw Object.assign(new Error(`HTTP ${answer.statusCode}`), { status: answer.statusCode, headers: answer.headers });
        return { status: answer.statusCode, text };
      }, optionsOf(asked));
    },
    close: () => dispatcher.close(),
  };
}

export const UNDICI_MANNERS: Manners = { bodies: "buffered", redirects: "given", gzip: "raw", repeatsWhatNeverLeft: true };
