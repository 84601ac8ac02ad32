/* Clients that are wrong on purpose, each in one way that is seen in the field, and what the gauntlet must say of it. */
import { isRetryExhaustedError, type Policy } from "redress";
import { Agent, fetch as undiciFetch } from "undici";
import type { Asked, ClientUnderTest, Got, MakeClient } from "./client-under-test.ts";

type Ask = (policy: Policy, asked: Asked, init: RequestInit) => Promise<Response | Got>;

const read = async (response: Response): Promise<Got> => ({ status: response.status, text: await response.text(), response });

const cancel = (value: unknown): void => void (value as Response).body?.cancel().catch(() => {});

/** Right in all that `ask` leaves to it: the last response is given up, and bodies are read. */
const client = (ask: Ask): MakeClient => {
  return (policy): ClientUnderTest => ({
    async request(asked) {
      const { method, body, idempotencyKey } = asked;
      const init = {
        method,
        headers: idempotencyKey ? { "Idempotency-Key": idempotencyKey } : {},
        ...(body !== undefined && { body }),
      };
      try {
        const response = await ask(policy, asked, init);
        return response instanceof Response ? await read(response) : response;
      } catch (error) {
        if (isRetryExhaustedError(error)) cancel(error.lastResult);
        throw error;
      }
    },
  });
};

const noPost = ({ method, idempotencyKey }: Asked) => ({
  refuseRepeat: () => (method === "GET" || idempotencyKey ? undefined : "POST is not repeated"),
});

const options = (asked: Asked) => ({ signal: asked.signal, discard: cancel, ...noPost(asked) });

const kept: unknown[] = [];

/** The same failure, in a wrapper that hides its response from `client`. */
const withoutResult = (cause: unknown): Error => new Error("It failed.", { cause });

export interface Wrong {
  readonly make: MakeClient;
  /** The fault that it is caught by; `"crowd"`: only in a crowd. */
  readonly fault: string;
  readonly says: RegExp;
}

export const WRONG: Readonly<Record<string, Wrong>> = {
  "repeats a POST": {
    make: client((policy, { url, signal }, init) =>
      policy.call((attempt) => fetch(url, { ...init, signal: attempt.signal }), { signal, discard: cancel }),
    ),
    fault: "reset-before-headers",
    says: /POST: a POST without an Idempotency-Key was sent 3 times/,
  },
  "takes the refusal of a redirect's target for one of its own": {
    make: client((policy, asked, init) =>
      policy.call((attempt) => fetch(asked.url, { ...init, signal: attempt.signal }), {
        ...options(asked),
        refuseRepeat: (failed) => {
          const refused = failed?.value instanceof Error && String(failed.value.cause).includes("ECONNREFUSED");
          return refused ? undefined : noPost(asked).refuseRepeat();
        },
      }),
    ),
    fault: "redirect-303-to-a-refused-port",
    says: /POST: a POST without an Idempotency-Key was sent 3 times/,
  },
  "retries by itself beside the policy": {
    make: client((policy, asked, init) =>
      policy.call((attempt) => {
        const once = () => fetch(asked.url, { ...init, signal: attempt.signal });
        return once().catch(once);
      }, options(asked)),
    ),
    fault: "fin-before-headers",
    says: /GET: 6 requests on the wire, 3 attempts of the policy/,
  },
  "leaves the body of the last answer unread": {
    make: client(async (policy, asked, init) => {
      const outcome = await policy.execute((attempt) => fetch(asked.url, { ...init, signal: attempt.signal }), options(asked));
      if (outcome.ok) return outcome.value;
      // Kept, as the logs of an application keep errors: nobody collects it.
      kept.push(outcome.lastResult);
      throw withoutResult(outcome.error);
    }),
    fault: "503-with-a-big-body",
    says: /GET: \d connections are held/,
  },
  "ignores the signal": {
    make: client((policy, asked, init) => policy.call(() => fetch(asked.url, init), options(asked))),
    fault: "hang-before-headers",
    says: /connections are held, of hang-before-headers/,
  },
  "makes a new key for every attempt": {
    make: client((policy, asked, init) =>
      policy.call((attempt) => {
        const headers = { "Idempotency-Key": `attempt-${attempt.attempt}` };
        return fetch(asked.url, { ...init, headers, signal: attempt.signal });
      }, options(asked)),
    ),
    fault: "503",
    says: /request 2 had the Idempotency-Key attempt-2, not key-/,
  },
  "sends a body empty the second time": {
    make: client((policy, asked, { body, ...init }) =>
      policy.call((attempt) => {
        const sent = attempt.attempt === 1 ? body : asked.method === "POST" ? "" : undefined;
        return fetch(asked.url, { ...init, ...(sent !== undefined && { body: sent }), signal: attempt.signal });
      }, options(asked)),
    ),
    fault: "503",
    says: /POST with a key: the body of request 2 was not what was given: 0 bytes/,
  },
  "resolves with the last 503, and nothing tells that it gave up": {
    make: client(async (policy, asked, init) => {
      const outcome = await policy.execute((attempt) => fetch(asked.url, { ...init, signal: attempt.signal }), options(asked));
      return read(outcome.ok ? outcome.value : (outcome.lastResult as Response)).then(({ status, text }) => ({ status, text }));
    }),
    fault: "503",
    says: /a 503 was given out after retries, and no outcome says so/,
  },
  "throws an error of its own, without its cause": {
    make: client((policy, asked, init) =>
      policy
        .call((attempt) => fetch(asked.url, { ...init, signal: attempt.signal }), options(asked))
        .catch((error: unknown) => {
          cancel(isRetryExhaustedError(error) ? error.lastResult : {});
          return Promise.reject(new Error("Request failed."));
        }),
    ),
    fault: "refused",
    says: /no outcome explains Error: Request failed/,
  },
  "trusts every certificate": {
    make: client(async (policy, asked, init) => {
      const dispatcher = new Agent({ connect: { rejectUnauthorized: false } });
      const ask = async (signal: AbortSignal): Promise<Got> => {
        const { method, body } = init as { method: string; body?: string };
        const response = await undiciFetch(asked.url, { method, dispatcher, signal, ...(body !== undefined && { body }) });
        return { status: response.status, text: await response.text() };
      };
      return policy.call((attempt) => ask(attempt.signal), options(asked)).finally(() => dispatcher.destroy());
    }),
    fault: "tls-self-signed",
    says: /GET: it ended with 200 and 7 bytes, not with an error/,
  },
  "gives up at the first failure": {
    make: client((_policy, asked, init) => fetch(asked.url, { ...init, signal: asked.signal })),
    fault: "503",
    says: /GET: 0 attempts, not 3/,
  },
  "never settles": {
    make: client((policy, asked, init) =>
      policy
        .call((attempt) => fetch(asked.url, { ...init, signal: attempt.signal }), options(asked))
        .catch(() => new Promise<never>(() => {})),
    ),
    fault: "garbage",
    says: /GET: the call has not settled/,
  },
  "leaves a rejection unhandled": {
    make: client((policy, asked, init) => {
      const call = policy.call((attempt) => fetch(asked.url, { ...init, signal: attempt.signal }), options(asked));
      void call.finally(() => {});
      return call;
    }),
    fault: "unknown-name",
    says: /GET: unhandledRejection: TypeError: fetch failed/,
  },
  "leaves a listener on the caller's signal for every call": {
    make: client((policy, asked, init) => {
      asked.signal.addEventListener("abort", () => init);
      return policy.call((attempt) => fetch(asked.url, { ...init, signal: attempt.signal }), options(asked));
    }),
    fault: "crowd",
    says: /\d{3} listeners are left on the caller's signal/,
  },
  "gives a caller the answer of another": {
    make: (policy) => {
      let latest: Promise<Got> | undefined;
      const right = client((_policy, asked, init) =>
        policy.call((attempt) => fetch(asked.url, { ...init, signal: attempt.signal }), options(asked)),
      )(policy) as ClientUnderTest;
      return {
        request: (asked) => {
          if (latest === undefined) setTimeout(() => (latest = undefined), 1);
          latest ??= right.request(asked);
          return latest;
        },
      };
    },
    fault: "crowd",
    says: /A call got the answer of another/,
  },
};
