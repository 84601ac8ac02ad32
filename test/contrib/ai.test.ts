import { constant, outcomeOf, type PolicyOptions, TransientError } from "redress";
import { policyMiddleware, type StreamPart } from "redress/ai";
import { expect, test } from "vitest";

const quick: PolicyOptions = { retry: { strategy: constant(0) } };
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
  return { seen, open: () => policyMiddleware(quick).wrapStream({ params: {}, model: { doStream } }) };
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
  await expect(read((await open()).stream)).rejects.toThrow("ended without its finish part");
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
});
