/* HTTP clients and the SDKs of language models, against a server that fails in every way: the class, and what a policy makes of it. */

import { createOpenAI } from "@ai-sdk/openai";
import Anthropic from "@anthropic-ai/sdk";
import { generateText } from "ai";
import axios from "axios";
import got from "got";
import ky from "ky";
import nodeFetch from "node-fetch";
import { ofetch } from "ofetch";
import OpenAI from "openai";
import { constant, type ErrorClass, Policy } from "redress";
import { universalClassifier } from "redress/extras";
import superagent from "superagent";
import { request as undici } from "undici";
import { request as undici6 } from "undici6";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { type FailingServer, failingServer, refusedUrl } from "./http-server.ts";

let server: FailingServer;
beforeAll(async () => {
  server = await failingServer();
});
afterAll(() => server.close());

/** A call that throws on a status from 400 on. */
type Client = (url: string, signal?: AbortSignal) => Promise<unknown>;

const throwing =
  (fetcher: (url: string, init: { signal?: AbortSignal }) => Promise<{ status: number; json(): Promise<unknown> }>): Client =>
  async (url, signal) => {
    const answer = await fetcher(url, signal ? { signal } : {});
    if (answer.status >= 400) throw Object.assign(new Error("bad answer"), { response: answer });
    return answer.json();
  };

const undiciClient =
  (request: typeof undici): Client =>
  async (url, signal) => {
    const answer = await request(url, signal ? { signal } : {});
    if (answer.statusCode >= 400) {
      await answer.body.dump();
      throw Object.assign(new Error("bad answer"), { response: answer });
    }
    return answer.body.json();
  };

const CLIENTS: Readonly<Record<string, Client>> = {
  fetch: throwing(fetch),
  "node-fetch": throwing(nodeFetch as never),
  undici: undiciClient(undici),
  "undici 6": undiciClient(undici6 as never),
  axios: (url, signal) =>
    axios.get(url, {
      ...(signal && { signal }),
      maxRedirects: 3,
      responseType: "json",
      transitional: { silentJSONParsing: false },
    }),
  "axios on fetch": (url, signal) =>
    axios.get(url, {
      ...(signal && { signal }),
      adapter: "fetch",
      responseType: "json",
      transitional: { silentJSONParsing: false },
    }),
  got: (url, signal) => got(url, { ...(signal && { signal }), retry: { limit: 0 } }).json(),
  ky: (url, signal) => ky(url, { ...(signal && { signal }), retry: 0 }).json(),
  ofetch: (url, signal) => ofetch(url, { ...(signal && { signal }), retry: 0 }),
  superagent: async (url) => (await superagent.get(url)).body,
};

const failureOf = async (call: Promise<unknown>): Promise<unknown> => {
  try {
    await call;
  } catch (error) {
    return error;
  }
  throw new Error("The call succeeded.");
};

describe.each(Object.entries(CLIENTS))("%s", (name, client) => {
  test.each<[string, ErrorClass]>([
    ["/400", "PERMANENT"],
    ["/401", "AUTH"],
    ["/403", "PERMISSION"],
    ["/limited", "RATE_LIMIT"],
    ["/404", "PERMANENT"],
    ["/408", "TRANSIENT"],
    ["/409", "CONCURRENCY"],
    ["/421", "TRANSIENT"],
    ["/429", "RATE_LIMIT"],
    ["/500", "SERVER_ERROR"],
    ["/503", "SERVER_ERROR"],
    ["/529", "SERVER_ERROR"],
    ["/reset", "TRANSIENT"],
    ["/hangup", "TRANSIENT"],
    ["/short", "TRANSIENT"],
    ["/nonsense", "PERMANENT"],
    ["/loop", "PERMANENT"],
  ])("%s is %s", async (path, errorClass) => {
    // undici follows no redirect unless it is told to.
    if (path === "/loop" && name.startsWith("undici")) return;
    const error = await failureOf(client(server.url + path));
    expect(classOf(universalClassifier, error)).toBe(errorClass);
    if (path === "/429" || path === "/503") expect(universalClassifier(error)).toMatchObject({ retryAfterMs: 7_000 });
  });

  test("nobody listens: TRANSIENT", async () => {
    expect(classOf(universalClassifier, await failureOf(client(await refusedUrl())))).toBe("TRANSIENT");
  });

  test("nobody knows the name: TRANSIENT", async () => {
    expect(classOf(universalClassifier, await failureOf(client("http://nope.invalid")))).toBe("TRANSIENT");
  });

  test("an abort is PERMANENT, and a timeout that the client lets through TRANSIENT", async () => {
    if (name === "superagent") return;
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 30);
    expect(classOf(universalClassifier, await failureOf(client(`${server.url}/silent`, controller.signal)))).toBe("PERMANENT");
    // axios and node-fetch report every abort alike.
    const erased = name.startsWith("axios") || name === "node-fetch";
    expect(classOf(universalClassifier, await failureOf(client(`${server.url}/silent`, AbortSignal.timeout(30))))).toBe(
      erased ? "PERMANENT" : "TRANSIENT",
    );
  });

  test("a policy recovers from two 503s, and waits as long as the server asked", async () => {
    const waits: (number | undefined)[] = [];
    const policy = new Policy({
      retry: {
        classifier: universalClassifier,
        strategy: (context) => {
          waits.push(context.classification.retryAfterMs);
          return 0;
        },
      },
    });
    await policy.call(() => client(`${server.url}/flaky/${encodeURIComponent(name)}`));
    expect(waits).toEqual([7_000, 7_000]);
  });

  test("a policy stops at once at a 404", async () => {
    const policy = new Policy({ retry: { classifier: universalClassifier, strategy: constant(0) } });
    const outcome = await policy.execute(() => client(`${server.url}/404`));
    expect(outcome).toMatchObject({ ok: false, stopReason: "NON_RETRYABLE_CLASS", attempts: 1, lastClass: "PERMANENT" });
  });
});

const SDKS: Readonly<Record<string, (url: string) => Promise<unknown>>> = {
  openai: (url) =>
    new OpenAI({ apiKey: "none", baseURL: url, maxRetries: 0, timeout: 200 }).chat.completions.create({
      model: "none",
      messages: [{ role: "user", content: "hi" }],
    }),
  anthropic: (url) =>
    new Anthropic({ apiKey: "none", baseURL: url, maxRetries: 0, timeout: 200 }).messages.create({
      model: "none",
      max_tokens: 1,
      messages: [{ role: "user", content: "hi" }],
    }),
  "the AI SDK": (url) =>
    generateText({ model: createOpenAI({ apiKey: "none", baseURL: url }).chat("none"), prompt: "hi", maxRetries: 0 }),
};

describe.each(Object.entries(SDKS))("%s", (_name, call) => {
  const answering = async (path: string): Promise<unknown> => {
    const always = await failingServer(path);
    try {
      return await failureOf(call(always.url));
    } finally {
      await always.close();
    }
  };

  test.each<[string, ErrorClass]>([
    ["/400", "PERMANENT"],
    ["/401", "AUTH"],
    ["/403", "PERMISSION"],
    ["/limited", "RATE_LIMIT"],
    ["/429", "RATE_LIMIT"],
    ["/500", "SERVER_ERROR"],
    ["/529", "SERVER_ERROR"],
    ["/reset", "TRANSIENT"],
    ["/hangup", "TRANSIENT"],
  ])("%s is %s", async (path, errorClass) => {
    const error = await answering(path);
    expect(classOf(universalClassifier, error)).toBe(errorClass);
    if (path === "/429") expect(universalClassifier(error)).toMatchObject({ retryAfterMs: 7_000 });
  });

  test("nobody listens: TRANSIENT", async () => {
    expect(classOf(universalClassifier, await failureOf(call(await refusedUrl())))).toBe("TRANSIENT");
  });
});

test.each(["openai", "anthropic"])("a timeout of %s's own is TRANSIENT", async (sdk) => {
  const silent = await failingServer("/silent");
  const error = await failureOf((SDKS[sdk] as (url: string) => Promise<unknown>)(silent.url));
  expect(classOf(universalClassifier, error)).toBe("TRANSIENT");
  await silent.close();
});
