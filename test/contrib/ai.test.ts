import { constant, type ErrorClass, outcomeOf, Policy, type PolicyOptions, TransientError } from "redress";
import { type MiddlewareOptions, ModelLimiter, modelErrorClassifier, policyMiddleware, type StreamPart } from "redress/ai";
import { universalClassifier } from "redress/extras";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";
import { recordedBy } from "../fixtures/recordings.ts";

/** Tells how the calls ended. */
function policyOf(ended: string[] = []): PolicyOptions {
  return {
    retry: { strategy: constant(0) },
    hooks: { onCallEnd: ({ operation }, end) => void ended.push(`${operation}: ${end.ok ? "ok" : end.stopReason}`) },
  };
}

const quick = policyOf();
const text = (delta: string): StreamPart & { delta: string } => ({ type: "text-delta", delta });
const start = { type: "stream-start" };
const finish = { type: "finish" };
const broken = Object.assign(new TransientError("no"), { isRetryable: true });
const failing = (error: unknown) => ({ type: "error", error });

/** A model whose streams have these parts, one stream after the other. */
function streams(...answers: readonly (readonly StreamPart[])[]) {
  const seen = { opened: 0, cancelled: 0 };
  const doStream = async (_params: object) => {
    const parts = [...(answers[seen.opened++] ?? [])];
    return {
      response: "kept",
      stream: new ReadableStream<StreamPart>({
        pull: (controller) => {
          const part = parts.shift();
          if (part === undefined) controller.close();
          else controller.enqueue(part);
        },
        cancel: () => {
          seen.cancelled++;
        },
      }),
    };
  };
  const model = { doStream, provider: "openai.chat", modelId: "gpt-5" };
  return {
    seen,
    open: (policy: PolicyOptions | Policy = quick, options: MiddlewareOptions = {}, params: object = {}) =>
      policyMiddleware(policy, options).wrapStream({ params, model }),
  };
}

async function read(stream: ReadableStream<StreamPart>): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of stream) types.push(type);
  return types;
}

test("an answer is asked for again, with the attempt's signal and the caller's parameters", async () => {
  const asked: object[] = [];
  const doGenerate = async (params: object) => {
    if (asked.push(params) < 3) throw broken;
    return "answer";
  };
  const params = { prompt: "Why?", abortSignal: new AbortController().signal };
  expect(await policyMiddleware(quick).wrapGenerate({ params, model: { doGenerate } })).toBe("answer");
  expect(asked).toHaveLength(3);
  expect(asked[0]).toMatchObject({ prompt: "Why?", abortSignal: expect.any(AbortSignal) });
  expect(asked[0]).not.toHaveProperty("abortSignal", params.abortSignal);
});

test("the error that ends a call is the model's own, and says that it is not to be retried", async () => {
  const error = Object.assign(new TransientError("no"), { isRetryable: true });
  const call = policyMiddleware(quick).wrapGenerate({ params: {}, model: { doGenerate: () => Promise.reject(error) } });
  await expect(call).rejects.toBe(error);
  expect(error.isRetryable).toBe(false);
  expect(outcomeOf(error)).toMatchObject({ ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
});

test("a caller who aborts ends the call", async () => {
  const caller = new AbortController();
  const doGenerate = () => {
    caller.abort(new Error("enough"));
    return new Promise<never>(() => {});
  };
  const call = policyMiddleware(quick).wrapGenerate({ params: { abortSignal: caller.signal }, model: { doGenerate } });
  await expect(call).rejects.toThrow("enough");
});

test.each<[string, readonly StreamPart[]]>([
  ["fails before the answer", [start, failing(broken)]],
  ["ends before the answer", [start]],
])("a stream that %s is opened again", async (_how, parts) => {
  const { open, seen } = streams(parts, [start, text("hi"), finish]);
  const { stream, response } = await open();
  expect(response).toBe("kept");
  expect(await read(stream)).toEqual(["stream-start", "text-delta", "finish"]);
  expect(seen.opened).toBe(2);
});

test("a stream that fails after the first part is not opened again, and its error is passed on", async () => {
  const { open, seen } = streams([text("hi"), failing(broken)]);
  expect(await read((await open()).stream)).toEqual(["text-delta", "error"]);
  expect(seen.opened).toBe(1);
});

test("a stream that ends without its finish fails", async () => {
  const { open } = streams([text("hi")]);
  await expect(read((await open()).stream)).rejects.toThrow("The stream of openai.chat gpt-5 was cut after 1 ");
});

// ---- what the policy hears

test.each<[string, readonly StreamPart[], string]>([
  ["is whole", [start, text("hi"), finish], "ok"],
  ["is cut", [text("hi")], "RETRY_REFUSED"],
  ["holds an error", [text("hi"), failing(broken)], "RETRY_REFUSED"],
  ["holds an error, and a finish after it", [text("hi"), failing(broken), finish], "RETRY_REFUSED"],
])("the policy hears of a stream that %s, when it has ended", async (_how, parts, end) => {
  const ended: string[] = [];
  const { open } = streams(parts);
  const { stream } = await open(policyOf(ended));
  expect(ended).toEqual([]);
  const seen = await read(stream).catch(() => null);
  if (seen !== null) expect(seen).toEqual(parts.map(({ type }) => type));
  expect(ended).toEqual([`openai.chat gpt-5: ${end}`]);
});

test("a circuit opens for streams that break in the middle", async () => {
  const { open } = streams(...Array.from({ length: 3 }, () => [text("hi"), failing(broken)]));
  const policy = new Policy({ retry: { classifier: modelErrorClassifier }, circuitBreaker: { failureThreshold: 3 } });
  for (let i = 0; i < 3; i++) await read((await open(policy)).stream);
  await expect(open(policy)).rejects.toThrow("is open");
});

test("a stream that is silent for too long fails", async () => {
  const clock = new VirtualClock();
  const doStream = async () => ({
    stream: new ReadableStream<StreamPart>({ start: (controller) => controller.enqueue(text("hi")) }),
  });
  const middleware = policyMiddleware({ ...quick, clock }, { idleTimeoutMs: 5_000 });
  const { stream } = await middleware.wrapStream({ params: {}, model: { doStream } });
  const reading = read(stream).catch((error: unknown) => error);
  await clock.advance(4_999);
  expect(clock.pending).toBeGreaterThan(0);
  await clock.advance(10);
  expect(String(await reading)).toContain("5000 ms");
});

test("a reader who stops ends the call, which is no failure of the model", async () => {
  const ended: string[] = [];
  const { open } = streams([text("hi"), text("ho"), finish]);
  for await (const _part of (await open(policyOf(ended))).stream) break;
  await Promise.resolve();
  expect(ended).toEqual(["openai.chat gpt-5: ABORTED"]);
});

test("the caller's signal ends a stream that flows", async () => {
  const caller = new AbortController();
  const { open } = streams([text("hi"), text("ho"), finish]);
  const { stream } = await open(quick, {}, { abortSignal: caller.signal });
  const reader = stream.getReader();
  await reader.read();
  caller.abort(new Error("enough"));
  await expect(reader.read()).rejects.toThrow("enough");
});

test("a fallback gives another stream", async () => {
  const { open } = streams([failing(broken)], [failing(broken)], [failing(broken)]);
  const other = { stream: new ReadableStream<StreamPart>({ start: (controller) => controller.close() }) };
  const policy = new Policy({ retry: { strategy: constant(0) }, fallback: () => other });
  expect(await open(policy as never)).toBe(other);
});

test.each<[string, () => unknown]>([
  ["the parts", () => [text("hi"), finish]],
  ["no parts", () => []],
  ["a stream alone", () => new ReadableStream({ pull: (controller) => controller.enqueue(text("hi")) })],
  ["null", () => null],
])("a fallback that gives %s is refused, and keeps nobody waiting", async (_what, fallback) => {
  const { open } = streams([failing(broken)], [failing(broken)], [failing(broken)]);
  const policy = new Policy({ retry: { strategy: constant(0) }, fallback });
  await expect(open(policy as never)).rejects.toThrow("what fallback gives to policyMiddleware for a stream must be");
});

test("calls are named as the user says, and by provider and model where he does not", async () => {
  const ended: string[] = [];
  const { open } = streams([finish], [finish]);
  const operation: MiddlewareOptions["operation"] = ({ kind, modelId }) => (modelId === "gpt-5" ? `${kind} five` : undefined);
  await read((await open(policyOf(ended), { operation })).stream);
  await read((await open(policyOf(ended), { operation: () => undefined })).stream);
  expect(ended).toEqual(["stream five: ok", "openai.chat gpt-5: ok"]);
});

// ---- tokens

const usage = (input: number, output: number) => ({ inputTokens: { total: input }, outputTokens: { total: output } });
const question = { prompt: [{ role: "user", content: [{ type: "text", text: "x".repeat(400) }] }], maxOutputTokens: 500 };

test("a call takes what it is estimated to use, and is corrected by what the answer says", async () => {
  const clock = new VirtualClock();
  const limiter = new ModelLimiter({ tokensPerMinute: 10_000, clock });
  let left = 0;
  const doGenerate = async () => {
    left = limiter.remaining().tokens;
    return { usage: usage(90, 30) };
  };
  await policyMiddleware({ ...quick, clock }, { limiter }).wrapGenerate({ params: question, model: { doGenerate } });
  expect(10_000 - left).toBeGreaterThanOrEqual(600);
  expect(10_000 - left).toBeLessThan(620);
  expect(limiter.remaining().tokens).toBe(9_880);
});

test.each<[string, readonly StreamPart[], number | undefined, number]>([
  ["that says so", [text("hi"), text("ho"), { type: "finish", usage: usage(120, 30) } as StreamPart], undefined, 150],
  ["that is left after two words", [text("hi"), text("ho"), text("hu"), finish], 2, 102],
  ["that is cut after two words", [text("hi"), text("ho")], undefined, 102],
])("a stream counts when it is over: one %s", async (_what, parts, leaveAfter, tokens) => {
  const clock = new VirtualClock();
  const limiter = new ModelLimiter({ tokensPerMinute: 10_000, clock });
  const { open } = streams(parts);
  const options: MiddlewareOptions = { limiter, estimateTokens: () => ({ inputTokens: 100, outputTokens: 999 }) };
  const reader = (await open({ ...quick, clock }, options, question)).stream.getReader();
  expect(limiter.remaining().tokens).toBe(9_900);
  for (let read = 0; read !== leaveAfter; read++) {
    const { done } = await reader.read().catch(() => ({ done: true }));
    if (done) break;
  }
  await reader.cancel().catch(() => {});
  expect(limiter.remaining().tokens).toBe(10_000 - tokens);
});

// ---- classes

test.each(recordedBy("vercel-ai").map(({ id, revive }) => [id, revive] as const))(
  "%s is to modelErrorClassifier what it is to universalClassifier",
  (_id, revive) => {
    const revived = revive();
    const classOf = (classified: ReturnType<typeof modelErrorClassifier>) =>
      typeof classified === "string" ? { errorClass: classified } : classified;
    expect(classOf(modelErrorClassifier(revived))).toMatchObject(classOf(universalClassifier(revived)));
  },
);

const callError = (statusCode: number, body: object) => ({
  name: "AI_APICallError",
  statusCode,
  responseHeaders: {},
  responseBody: JSON.stringify(body),
});
const details = (...given: object[]) => ({ error: { code: 429, status: "RESOURCE_EXHAUSTED", details: given } });
const type = "type.googleapis.com/google.rpc";

test.each<[string, object, ErrorClass, number | undefined]>([
  ["a quota that is used up", callError(429, { error: { code: "insufficient_quota" } }), "PERMANENT", undefined],
  ["Google's delay", callError(429, details({ "@type": `${type}.RetryInfo`, retryDelay: "34s" })), "RATE_LIMIT", 34_000],
  [
    "Google's quota of a day",
    callError(429, details({ "@type": `${type}.QuotaFailure`, violations: [{ quotaId: "GenerateRequestsPerDay" }] })),
    "PERMANENT",
    undefined,
  ],
  ["an error in the middle of a stream", { type: "server_error", message: "no", code: null }, "SERVER_ERROR", undefined],
  ["a body that is no JSON", { ...callError(503, {}), responseBody: "<p>" }, "SERVER_ERROR", undefined],
])("%s is known", (_what, error, errorClass, retryAfterMs) => {
  const classification = modelErrorClassifier(error);
  expect(typeof classification === "string" ? { errorClass: classification } : classification).toMatchObject({
    errorClass,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  });
});

test("a reader who stops cancels the model's stream", async () => {
  const { open, seen } = streams([text("hi"), text("ho"), finish]);
  for await (const _part of (await open()).stream) break;
  expect(seen.cancelled).toBe(1);
});

test("what is no policy and no options is refused", () => {
  // @ts-expect-error: no option
  expect(() => policyMiddleware({ retries: 3 })).toThrow("retries");
  // @ts-expect-error: no policy
  expect(() => policyMiddleware(3)).toThrow(TypeError);
  // @ts-expect-error: no option
  expect(() => policyMiddleware({}, { idleMs: 3 })).toThrow("idleMs");
  expect(() => policyMiddleware({}, { idleTimeoutMs: 0 })).toThrow("policyMiddleware.idleTimeoutMs must be");
  expect(() => policyMiddleware({}, { estimateTokens: () => undefined })).toThrow(
    "policyMiddleware.estimateTokens must be left out",
  );
  const limiter = new ModelLimiter({ tokensPerMinute: 10 });
  expect(() => policyMiddleware(new Policy(), { limiter })).toThrow(
    "policyMiddleware.limiter must be among the limiters of the Policy",
  );
});
