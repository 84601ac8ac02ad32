/* Google's SDK through a policy, against a server that speaks its wire format: requests on the wire are the policy's attempts. */
import * as sdk from "@google/genai";
import { constant, type ErrorClass, isCircuitOpenError, Policy, type PolicyOptions } from "redress";
import { describeError, googleClassifier, universalClassifier } from "redress/extras";
import {
  type GenAIClientOptions,
  genaiOptions,
  isStreamEnd,
  ModelLimiter,
  type ModelOptions,
  outcomeOf,
} from "redress/google-genai";
import { isStreamCutError, isStreamStalledError, policyStream } from "redress/stream";
import { beforeAll, describe, expect, test } from "vitest";
import {
  contentAnswer,
  contents,
  events,
  googleError,
  half,
  interaction,
  json,
  type LlmServer,
  llmServer,
  reset,
  type Step,
  silent,
} from "./llm-server.ts";

const { ApiError, GoogleGenAI } = sdk;

let server: LlmServer;
beforeAll(async () => {
  server = await llmServer();
  return () => server.close();
});

const quick: PolicyOptions<Response, Response> = { retry: { strategy: constant(0) } };

function clientOf(
  policy: PolicyOptions<Response, Response> | Policy<Response, Response> = quick,
  options?: ModelOptions,
  httpOptions: sdk.HttpOptions = {},
): sdk.GoogleGenAI {
  return new GoogleGenAI(genaiOptions({ apiKey: "k", httpOptions: { baseUrl: server.url, ...httpOptions } }, policy, options));
}

const question = { model: "gemini-3-flash", contents: "Why is the sky blue?" };
const ask = (client: sdk.GoogleGenAI) => client.models.generateContent(question);
const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "no failure",
    (error: unknown) => error,
  );

const broken = json(503, googleError(503, "UNAVAILABLE"));
const fine = json(200, contentAnswer());
const html: Step = (answer) => answer.writeHead(502, { "content-type": "text/html" }).end("<p>Bad Gateway</p>");

// ---- what is retried

test("a 503, twice, and then an answer: three requests, one result", async () => {
  server.script(broken, broken, fine);
  expect((await ask(clientOf())).text).toBe("hi");
  expect(server.requests).toHaveLength(3);
  expect(server.requests[2]).toMatchObject({
    path: "/v1beta/models/gemini-3-flash:generateContent",
    body: server.requests[0]?.body,
  });
});

test.each([
  ["a rate limit", json(429, googleError(429, "RESOURCE_EXHAUSTED")), "RATE_LIMIT"],
  [
    "a rate limit of a minute",
    json(429, googleError(429, "RESOURCE_EXHAUSTED", { quotaId: "GenerateRequestsPerMinutePerProjectPerModel" })),
    "RATE_LIMIT",
  ],
  ["an overloaded service", broken, "SERVER_ERROR"],
  ["an error in an array", json(503, [googleError(503, "UNAVAILABLE")]), "SERVER_ERROR"],
  ["a page of a proxy", html, "SERVER_ERROR"],
  ["an answer without a body", json(500, ""), "SERVER_ERROR"],
] as const)(
  "%s is retried, and the SDK's own error comes at the end, which says how the call ended",
  async (_what, step, lastClass) => {
    server.script(step);
    const error = await failureOf(ask(clientOf()));
    expect(error).toBeInstanceOf(ApiError);
    expect(server.requests).toHaveLength(3);
    expect(outcomeOf(error)).toMatchObject({
      ok: false,
      stopReason: "MAX_ATTEMPTS_GLOBAL",
      attempts: 3,
      lastClass,
      cause: "result",
      error,
    });
    expect((error as Error).message).toContain('"stopReason":"MAX_ATTEMPTS_GLOBAL","attempts":3');
    expect(universalClassifier(error)).toMatchObject({ errorClass: lastClass, retry: false });
  },
);

test("the error keeps the status and the body of the answer", async () => {
  server.script(json(503, [googleError(503, "UNAVAILABLE")]));
  const error = (await failureOf(ask(clientOf()))) as sdk.ApiError;
  expect(error.status).toBe(503);
  expect(JSON.parse(error.message)).toMatchObject(googleError(503, "UNAVAILABLE"));
  server.script(html);
  const page = (await failureOf(ask(clientOf()))) as sdk.ApiError;
  expect(JSON.parse(page.message)).toMatchObject({ error: { code: 502, message: "<p>Bad Gateway</p>", status: "Bad Gateway" } });
});

test("the delay of RetryInfo is heard, which no header says", async () => {
  server.script(json(429, googleError(429, "RESOURCE_EXHAUSTED", { retryDelay: "0.02s" })), fine);
  const delays: number[] = [];
  await ask(clientOf({ hooks: { onAttemptEnd: ({ classification }) => delays.push(classification?.retryAfterMs ?? 0) } }));
  expect(delays).toEqual([20, 0]);
});

test("a quota of the day that is used up is not retried, whatever RetryInfo says", async () => {
  const used = googleError(429, "RESOURCE_EXHAUSTED", {
    retryDelay: "34s",
    quotaId: "GenerateRequestsPerDayPerProjectPerModel-FreeTier",
  });
  server.script(json(429, used));
  const error = await failureOf(ask(clientOf()));
  expect(server.requests).toHaveLength(1);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", lastClass: "PERMANENT", attempts: 1 });
  expect(describeError(error)).toMatchObject({ errorClass: "PERMANENT" });
});

test.each([400, 401, 403, 404])("a %i is an answer: one request, and the SDK's error", async (status) => {
  server.script(json(status, googleError(status, "NO")));
  const error = await failureOf(ask(clientOf()));
  expect(error).toBeInstanceOf(ApiError);
  expect(server.requests).toHaveLength(1);
  expect(outcomeOf(error)).toMatchObject({ ok: true, attempts: 1 });
});

test.each([
  ["breaks before a word", reset],
  ["breaks in the middle of its JSON", half],
])("a connection that %s is retried", async (_how, step) => {
  server.script(step, fine);
  expect((await ask(clientOf())).text).toBe("hi");
  server.script(step);
  const error = await failureOf(ask(clientOf()));
  expect(server.requests).toHaveLength(3);
  expect(outcomeOf(error)).toMatchObject({ attempts: 3, lastClass: "TRANSIENT" });
});

test("an attempt that takes too long is cut", async () => {
  server.script(silent, fine);
  expect((await ask(clientOf({ retry: { attemptTimeoutMs: 200, strategy: constant(0) } }))).text).toBe("hi");
  expect(server.requests).toHaveLength(2);
});

test("a caller who aborts ends the call", async () => {
  server.script(silent);
  const caller = new AbortController();
  const call = clientOf().models.generateContent({ ...question, config: { abortSignal: caller.signal } });
  setTimeout(() => caller.abort(), 50);
  const error = await failureOf(call);
  expect(error).toMatchObject({ name: "AbortError" });
  expect(server.requests).toHaveLength(1);
});

test("what the policy throws itself comes as it is", async () => {
  server.script(broken);
  const policy: PolicyOptions<Response, Response> = {
    ...quick,
    circuitBreaker: { failureThreshold: 1, recoveryTimeoutMs: 60_000 },
  };
  const client = clientOf(policy);
  await failureOf(ask(client));
  const error = await failureOf(ask(client));
  expect(isCircuitOpenError(error)).toBe(true);
  expect(outcomeOf(error)).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
});

// ---- one layer retries

test("retryOptions of one request are refused when the SDK sends it again", async () => {
  server.script(broken);
  const call = clientOf().models.generateContent({ ...question, config: { httpOptions: { retryOptions: { attempts: 5 } } } });
  await expect(call).rejects.toThrow("httpOptions.retryOptions must be left out");
  expect(server.requests).toHaveLength(3);
});

test("requests of one client are told apart, also at once", async () => {
  server.script(fine);
  const client = clientOf();
  await Promise.all(Array.from({ length: 50 }, () => ask(client)));
  expect(server.requests).toHaveLength(50);
});

test("a policy around the client's call does not multiply, where its classifier knows Google's errors", async () => {
  server.script(broken);
  const around = new Policy({ retry: { classifier: googleClassifier, strategy: constant(0), maxAttempts: 4 } });
  const client = clientOf();
  await failureOf(around.call(() => ask(client)));
  expect(server.requests).toHaveLength(3);
});

const interact = (client: sdk.GoogleGenAI) => client.interactions.create({ model: "gemini-3-flash", input: "Why?" });

describe("interactions, whose half of the SDK retries by itself", () => {
  test.each<[string, Step]>([
    ["a 503", broken],
    ["a 429", json(429, googleError(429, "RESOURCE_EXHAUSTED"))],
    ["a connection that breaks", reset],
  ])("%s is tried as often as the policy says, and no more", async (_what, step) => {
    server.script(step);
    const error = await failureOf(interact(clientOf()));
    expect(server.requests).toHaveLength(3);
    expect(outcomeOf(error)).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
  });

  test("a 503, twice, and then an answer", async () => {
    server.script(broken, broken, json(200, interaction.answer));
    expect(await interact(clientOf())).toMatchObject({ id: "int_1", status: "completed" });
    expect(server.requests).toHaveLength(3);
  });

  test("the error of a status that it does not repeat is its own", async () => {
    server.script(json(404, googleError(404, "NOT_FOUND")));
    expect(await failureOf(interact(clientOf()))).toMatchObject({ name: "NotFoundError", status: 404 });
    expect(server.requests).toHaveLength(1);
  });

  test("their tokens are counted", async () => {
    server.script(json(200, interaction.answer));
    const limiter = new ModelLimiter({ tokensPerMinute: 10_000 });
    await interact(clientOf(quick, { limiter }));
    expect(limiter.remaining().tokens).toBe(10_000 - 14);
  });
});

// ---- streams

const stream = (client: sdk.GoogleGenAI) => client.models.generateContentStream(question);
const read = async (source: AsyncIterable<unknown>): Promise<unknown> => {
  let items = 0;
  try {
    for await (const _ of source) items++;
    return items;
  } catch (error) {
    return error;
  }
};

test("the opening of a stream is retried", async () => {
  server.script(broken, broken, events([...contents.words("Hel", "lo"), contents.finish(3)]));
  expect(await read(await stream(clientOf()))).toBe(3);
  expect(server.requests).toHaveLength(3);
});

test("a stream that stalls, is cut or fails is a failure that the stream's policy hears of, and is not opened again", async () => {
  const once = new Policy();
  const client = clientOf();
  const open = () => policyStream(once, () => stream(client), { isEnd: isStreamEnd, idleTimeoutMs: 200 });
  server.script(events(contents.words("Hel")));
  expect(isStreamCutError(await read(open()))).toBe(true);
  server.script(events(contents.words("Hel"), "stall"));
  expect(isStreamStalledError(await read(open()))).toBe(true);
  server.script(events([...contents.words("Hel"), contents.error]));
  const failing = open();
  const error = await read(failing);
  expect(error).toBeInstanceOf(ApiError);
  expect(await failing.outcome).toMatchObject({ ok: false, lastError: error });
  expect(server.requests).toHaveLength(1);
  server.script(events([...contents.words("Hel"), contents.finish(2)]));
  expect(await read(open())).toBe(2);
});

// ---- tokens

test("tokens are taken before and corrected by the answer, of streams when they end", async () => {
  const limiter = new ModelLimiter({ tokensPerMinute: 10_000 });
  const client = clientOf(quick, { limiter });
  server.script(
    json(200, {
      ...contentAnswer("hi", 20, 30),
      usageMetadata: { promptTokenCount: 20, candidatesTokenCount: 30, thoughtsTokenCount: 50 },
    }),
  );
  await ask(client);
  expect(limiter.remaining().tokens).toBe(9_900);
  server.script(events([...contents.words("Hel", "lo"), contents.finish(91)]));
  await read(await stream(client));
  expect(limiter.remaining().tokens).toBe(9_800);
});

test("an embedding takes the tokens of its text alone", async () => {
  const limiter = new ModelLimiter({ tokensPerMinute: 10_000 });
  let taken = 0;
  server.script((answer, body) => {
    taken = 10_000 - (limiter.remaining().tokens ?? 0);
    json(200, { embeddings: [{ values: [0.1] }] })(answer, body);
  });
  await clientOf(quick, { limiter }).models.embedContent({ model: "gemini-embedding-001", contents: "x".repeat(400) });
  expect(taken).toBeGreaterThan(90);
  expect(taken).toBeLessThan(130);
});

// ---- names, options

test("requests are named without their models", async () => {
  server.script(fine);
  const names: unknown[] = [];
  await ask(clientOf({ ...quick, hooks: { onCallEnd: ({ operation }) => names.push(operation) } }));
  expect(names).toEqual(["POST /v1beta/models/:id:generateContent"]);
});

test("a fetch that the client has already sends the requests", async () => {
  server.script(fine);
  let sent = 0;
  const own: typeof globalThis.fetch = (input, init) => {
    sent++;
    return globalThis.fetch(input, init);
  };
  await ask(clientOf(quick, {}, { fetch: own }));
  expect(sent).toBe(1);
  expect(() => clientOf(quick, { fetch: own }, { fetch: own })).toThrow("genaiOptions.fetch must be left out");
});

test("what would do nothing, or retry twice, is refused", () => {
  // @ts-expect-error: the policy comes second
  expect(() => genaiOptions({ retry: {} })).toThrow("genaiOptions.client must be what new GoogleGenAI(...) takes");
  // @ts-expect-error: the policy comes second
  expect(() => genaiOptions(new Policy())).toThrow(TypeError);
  // @ts-expect-error: no client
  expect(() => genaiOptions()).toThrow("genaiOptions.client");
  const client: GenAIClientOptions = { httpOptions: { retryOptions: { attempts: 3 } } };
  expect(() => genaiOptions(client)).toThrow("genaiOptions.httpOptions.retryOptions must be left out");
  // @ts-expect-error: no such option
  expect(() => genaiOptions({ apiKey: "k" }, {}, { routes: 3 })).toThrow("routes");
});

const unavailable = () => new ApiError({ status: 503, message: JSON.stringify(googleError(503, "UNAVAILABLE")) });

/** The SDK's error classes, and what each is; a new one must be looked at. */
const CLASSES: Readonly<Record<string, readonly [error: () => unknown, errorClass: ErrorClass]>> = {
  ApiError: [unavailable, "SERVER_ERROR"],
  // It holds what the interactions have done until then, and what they failed with.
  ContinuationInterruptedError: [
    () => new sdk.ContinuationInterruptedError({ message: "interrupted", cause: unavailable(), continuationIds: [] } as never),
    "SERVER_ERROR",
  ],
};

test("every error class of the SDK is known", () => {
  expect(
    Object.keys(sdk)
      .filter((name) => name.endsWith("Error"))
      .sort(),
  ).toEqual(Object.keys(CLASSES).sort());
  for (const [make, errorClass] of Object.values(CLASSES)) expect(describeError(make())).toMatchObject({ errorClass });
});
