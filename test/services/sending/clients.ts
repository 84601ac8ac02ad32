/* The clients of HTTP, each as its users would make it: what they send, and what they make of answers, must not differ. */
import axios, { isAxiosError } from "axios";
import got, { HTTPError } from "got";
import got15, { HTTPError as HTTPError15 } from "got15";
import ky, { HTTPError as KyError } from "ky";
import type { PolicyOptions } from "redress";
import { axiosWithPolicy } from "redress/axios";
import { createFetch } from "redress/fetch";
import { gotWithPolicy } from "redress/got";
import { kyWithPolicy } from "redress/ky";
import { policyInterceptor, type RequestOptions } from "redress/undici";
import { Agent, interceptors, request } from "undici";
import * as undici6 from "undici6";

type Headers = Readonly<Record<string, string>>;

export interface Asking {
  /** Asks for it, and reads it whole. Rejects where there is no answer. */
  ask(url: string, headers?: Headers): Promise<number>;
  /** Resolves with what reads its body, once the answer has begun. */
  open(url: string): Promise<() => Promise<unknown>>;
}

type Make = (policy: PolicyOptions<never, never>, options?: RequestOptions) => Asking;

async function drained(body: AsyncIterable<unknown>): Promise<void> {
  for await (const _chunk of body);
}

/** The status of an error of a client's own for an answer; any other error is thrown. */
const statusOf =
  (is: (error: unknown) => number | undefined) =>
  (error: unknown): number => {
    const status = is(error);
    if (status === undefined) throw error;
    return status;
  };

function fetching(fetch: (url: string, init?: { headers?: Headers }) => Promise<Response>): Asking {
  return {
    ask: async (url, headers = {}) => {
      const response = await fetch(url, { headers });
      await response.text();
      return response.status;
    },
    open: async (url) => {
      const response = await fetch(url);
      return () => response.text();
    },
  };
}

const undiciOf =
  (undici: { readonly Agent: typeof Agent; readonly request: typeof request }): Make =>
  (policy, options) => {
    const dispatcher = new undici.Agent().compose(policyInterceptor(policy as object, options));
    return {
      ask: async (url, headers = {}) => {
        const { statusCode, body } = await undici.request(url, { dispatcher, headers });
        await body.text();
        return statusCode;
      },
      open: async (url) => {
        const { body } = await undici.request(url, { dispatcher });
        return () => body.text();
      },
    };
  };

const gotOf =
  (library: typeof got, isHttpError: (error: unknown) => error is HTTPError): Make =>
  (policy, options) => {
    const api = gotWithPolicy(library, policy as object, options);
    return {
      ask: async (url, headers = {}) => {
        const failed = statusOf((error) => (isHttpError(error) ? error.response.statusCode : undefined));
        return api(url, { headers }).then(({ statusCode }) => statusCode, failed);
      },
      open: async (url) => {
        const stream = api.stream(url);
        await new Promise((resolve, reject) => stream.once("response", resolve).once("error", reject));
        return () => drained(stream);
      },
    };
  };

export const clients: Readonly<Record<string, Make>> = {
  createFetch: (policy, options) => fetching(createFetch(policy as object, options)),
  "undici 7": undiciOf({ Agent, request }),
  "undici 6": undiciOf(undici6 as never),
  axios: (policy, options) => {
    const api = axiosWithPolicy(axios, policy as object, options);
    return {
      ask: (url, headers = {}) =>
        api.get(url, { headers }).then(
          ({ status }) => status,
          statusOf((error) => (isAxiosError(error) ? error.response?.status : undefined)),
        ),
      open: async (url) => {
        const { data } = await api.get<AsyncIterable<unknown>>(url, { responseType: "stream" });
        return () => drained(data);
      },
    };
  },
  "got 14": gotOf(got, (error) => error instanceof HTTPError),
  "got 15": gotOf(got15 as never, (error): error is HTTPError => error instanceof HTTPError15),
  ky: (policy, options) => {
    const api = kyWithPolicy(ky, policy as object, options);
    return {
      ask: async (url, headers = {}) => {
        const failed = statusOf((error) => (error instanceof KyError ? error.response.status : undefined));
        return api(url, { headers }).then(({ status }) => status, failed);
      },
      open: async (url) => {
        const response = await api(url);
        return () => response.text();
      },
    };
  },
};

/** Those that see a redirect before it is followed, or follow none. */
export const followers: Readonly<Record<string, Make>> = {
  axios: clients["axios"] as Make,
  "got 14": clients["got 14"] as Make,
  "got 15": clients["got 15"] as Make,
  "undici 7, whose redirects go through the policy": (policy, options) => {
    const dispatcher = new Agent().compose(
      policyInterceptor(policy as object, options),
      interceptors.redirect({ maxRedirections: 3 }),
    );
    return {
      ask: async (url, headers = {}) => {
        const { statusCode, body } = await request(url, { dispatcher, headers });
        await body.text();
        return statusCode;
      },
      open: () => Promise.reject(new Error("It reads no streams.")),
    };
  },
};
