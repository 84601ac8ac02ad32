/* redress/connect without a network: requests and responses by shape, as Connect's transports make them. */
import { AbortRetryError, CircuitBreaker, constant, outcomeOf, Policy, type PolicyOptions } from "redress";
import { type ConnectInterceptorOptions, connectInterceptor } from "redress/connect";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

interface Asked {
  readonly stream: boolean;
  readonly method: {
    readonly name: string;
    readonly methodKind: "unary" | "server_streaming" | "client_streaming" | "bidi_streaming";
    readonly idempotency: number;
    readonly parent: { readonly typeName: string };
  };
  readonly url: string;
  readonly signal: AbortSignal;
  readonly header: Headers;
  readonly message: unknown;
}
interface Answered {
  readonly stream: boolean;
  readonly message: unknown;
  readonly trailer?: Headers;
}

class ConnectError extends Error {
  readonly rawMessage: string;
  readonly metadata = new Headers();
  readonly details: unknown[] = [];
  override cause: unknown = undefined;
  readonly code: number;
  constructor(code: number, rawMessage = "d") {
    super(rawMessage);
    this.name = "ConnectError";
    this.code = code;
    this.rawMessage = rawMessage;
  }
  findDetails(): unknown[] {
    return ["a detail"];
  }
}

const parent = { typeName: "shop.Orders" };
const unary = { name: "Get", methodKind: "unary" as const, idempotency: 1, parent };
const watch = { ...unary, name: "Watch", methodKind: "server_streaming" as const };

const request = (more: Partial<Asked> = {}): Asked => ({
  stream: false,
  method: unary,
  url: "https://orders.example.com/shop.Orders/Get",
  signal: new AbortController().signal,
  header: new Headers({ "content-type": "application/proto" }),
  message: { text: "m" },
  ...more,
});

const policyOf = <F = never>({ retry, ...options }: PolicyOptions<unknown, F> = {}): Policy<unknown, F> =>
  new Policy({ retry: { strategy: constant(0), maxAttempts: 3, ...(retry as object) }, ...options });

async function* stream(...messages: readonly unknown[]): AsyncGenerator {
  yield* messages;
}

async function all(messages: unknown): Promise<unknown[]> {
  const got: unknown[] = [];
  for await (const each of messages as AsyncIterable<unknown>) got.push(each);
  return got;
}

/** What reaches the wire, and what is answered there: an error is thrown. */
function calls(policy: Policy<unknown, unknown>, options: ConnectInterceptorOptions, ...answers: readonly unknown[]) {
  const wire: Asked[] = [];
  const left = [...answers];
  const next = async (asked: Asked): Promise<Answered> => {
    wire.push(asked);
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    if (answer === "hang") await new Promise((_resolve, reject) => asked.signal.addEventListener("abort", reject));
    return answer as Answered;
  };
  return { wire, call: connectInterceptor(policy, options)(next) };
}

const failureOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => expect.unreachable(),
    (error: unknown) => error,
  );

test.each<[string, () => unknown, string]>([
  ["no policy", () => connectInterceptor(undefined as never), "connectInterceptor.policy must be a Policy"],
  ["the options of one", () => connectInterceptor({ retry: {} } as never), "connectInterceptor.policy must be a Policy"],
  ["an unknown option", () => connectInterceptor(policyOf(), { timeout: 1 } as never), "timeout"],
  [
    "a wrong one",
    () => connectInterceptor(policyOf(), { sendTimeout: 5 as never }),
    "connectInterceptor.sendTimeout must be true or false",
  ],
])("%s is refused, with words that say what to do", (_what, make, words) => {
  expect(make).toThrow(words);
});

describe("a unary call", () => {
  test("gives the answer as it was, and its request to each attempt with headers of its own", async () => {
    const answer = { stream: false, message: { text: "answer" } };
    const { wire, call } = calls(policyOf(), {}, new ConnectError(14), answer);
    const asked = request();
    expect(await call(asked)).toBe(answer);
    expect(wire.map(({ message }) => message)).toEqual([asked.message, asked.message]);
    wire[0]?.header.set("by", "an interceptor further in");
    expect(wire[1]?.header.has("by")).toBe(false);
    expect(asked.header.has("connect-timeout-ms")).toBe(false);
  });

  test("throws the last error as it was", async () => {
    const last = new ConnectError(14, "the last");
    const { call } = calls(policyOf(), {}, new ConnectError(14), new ConnectError(14), last);
    expect(await failureOf(call(request()))).toBe(last);
    expect(outcomeOf(last)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3, lastClass: "TRANSIENT" });
  });

  test("of a policy that wraps throws in the shape of Connect what the server said, with the wrapped error behind it", async () => {
    const { call } = calls(policyOf({ retry: { onExhausted: "wrap", maxAttempts: 1 } }), {}, new ConnectError(14, "busy"));
    const error = (await failureOf(call(request()))) as ConnectError;
    expect(error).toMatchObject({ name: "ConnectError", code: 14, rawMessage: "busy", message: "[unavailable] busy" });
    expect(error.cause).toMatchObject({ code: "ERR_REDRESS_RETRY_EXHAUSTED" });
    expect(error.findDetails()).toEqual(["a detail"]);
  });

  test("that the policy stops throws in the shape of Connect", async () => {
    const circuitBreaker = new CircuitBreaker({ name: "orders" });
    circuitBreaker.trip();
    const error = await failureOf(calls(policyOf({ circuitBreaker }), {}).call(request()));
    expect(error).toMatchObject({ name: "ConnectError", code: 14, details: [], metadata: expect.any(Headers) });
    expect((error as ConnectError).findDetails()).toEqual([]);
    const stopped = await failureOf(calls(policyOf(), {}, new AbortRetryError("enough")).call(request()));
    expect(stopped).toMatchObject({ name: "ConnectError", code: 1, message: "[canceled] enough" });
  });

  test("whose policy has a mistake throws it", async () => {
    const mistake = new TypeError("of the strategy");
    const strategy = (): number => {
      throw mistake;
    };
    expect(await failureOf(calls(policyOf({ retry: { strategy } }), {}, new ConnectError(14)).call(request()))).toBe(mistake);
  });

  test("has a fallback's message for an answer", async () => {
    const { call } = calls(policyOf({ fallback: () => ({ text: "cached" }) }), {}, new ConnectError(5));
    expect(await call(request())).toMatchObject({
      stream: false,
      method: unary,
      message: { text: "cached" },
      trailer: new Headers(),
    });
  });
});

describe("the time that a server is told", () => {
  // What is left of the caller's time is counted on the platform's clock, which stands still here.
  beforeEach(() => void vi.useFakeTimers({ toFake: ["Date"] }));
  afterEach(() => void vi.useRealTimers());

  const policy = policyOf({ retry: { attemptTimeoutMs: 5_000, deadlineMs: 20_000 } });
  const answer = { stream: false, message: {} };
  const headerOf = async (
    header: Record<string, string>,
    name: string,
    more: Partial<Asked> = {},
    options: ConnectInterceptorOptions = {},
  ): Promise<string | null | undefined> => {
    const { wire, call } = calls(policy, options, more.stream ? { stream: true, message: stream(1) } : answer);
    await call(request({ header: new Headers(header), ...more }));
    return wire[0]?.header.get(name);
  };
  const proto = { "content-type": "application/proto" };
  const grpc = { "content-type": "application/grpc+proto" };

  test("is the policy's bound, in the form of the protocol", async () => {
    expect(await headerOf(proto, "connect-timeout-ms")).toBe("5005");
    expect(await headerOf(grpc, "grpc-timeout")).toBe("5005m");
  });

  test.each([
    [{ ...proto, "connect-timeout-ms": "700" }, "connect-timeout-ms", "700"],
    [{ ...grpc, "grpc-timeout": "700m" }, "grpc-timeout", "700m"],
    [{ ...grpc, "grpc-timeout": "2S" }, "grpc-timeout", "2000m"],
    [{ ...proto, "connect-timeout-ms": "9000" }, "connect-timeout-ms", "5005"],
    [{ ...proto, "connect-timeout-ms": "soon" }, "connect-timeout-ms", "5005"],
  ])("of a caller who says %j is %s: %s", async (header, name, told) => {
    expect(await headerOf(header as unknown as Record<string, string>, name)).toBe(told);
  });

  test("is the caller's alone for streams, and where it is switched off", async () => {
    const open = { stream: true, method: watch, message: stream("m") };
    expect(await headerOf(proto, "connect-timeout-ms", open)).toBeNull();
    expect(
      await headerOf({ ...proto, "connect-timeout-ms": "700" }, "connect-timeout-ms", { ...open, message: stream("m") }),
    ).toBe("700");
    expect(await headerOf(proto, "connect-timeout-ms", {}, { sendTimeout: false })).toBeNull();
  });

  test("when it passes, is a timeout of the policy and not the caller's change of mind", async () => {
    const timeout = new ConnectError(4, "the operation timed out");
    const abort = new AbortController();
    const { call } = calls(policyOf(), {}, "hang");
    const header = new Headers({ "content-type": "application/proto", "connect-timeout-ms": "5" });
    const failed = failureOf(call(request({ header, signal: abort.signal })));
    abort.abort(timeout);
    expect(await failed).toMatchObject({ code: 4, cause: { code: "ERR_REDRESS_DEADLINE_EXCEEDED" } });
    // Connect throws the reason of its signal in the place of what an interceptor throws.
    expect(outcomeOf(timeout)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED" });
  });

  test("a caller's abort is one", async () => {
    const abort = new AbortController();
    const reason = new Error("left");
    const { call } = calls(policyOf(), {}, "hang");
    const failed = failureOf(call(request({ signal: abort.signal })));
    abort.abort(reason);
    expect(await failed).toBe(reason);
    expect(outcomeOf(reason)).toMatchObject({ stopReason: "ABORTED" });
    expect(await failureOf(calls(policyOf(), {}).call(request({ signal: abort.signal })))).toBe(reason);
  });
});

describe("streams", () => {
  test("a stream of answers begins with its first message; the one request is sent by every attempt", async () => {
    const trailer = new Headers();
    const broken = (async function* () {
      yield* [];
      throw new ConnectError(14);
    })();
    const { wire, call } = calls(
      policyOf(),
      {},
      { stream: true, message: broken },
      { stream: true, message: stream(1, 2), trailer },
    );
    const answer = await call(request({ stream: true, method: watch, message: stream("m") }));
    expect(answer.trailer).toBe(trailer);
    expect(await all(answer.message)).toEqual([1, 2]);
    expect(await Promise.all(wire.map(({ message }) => all(message)))).toEqual([["m"], ["m"]]);
  });

  test("without a message ends well", async () => {
    const { call } = calls(policyOf(), {}, { stream: true, message: stream() });
    expect(await all((await call(request({ stream: true, method: watch, message: stream("m") }))).message)).toEqual([]);
  });

  test("a reader who leaves closes the source", async () => {
    let isClosed = false;
    const source = (async function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        isClosed = true;
      }
    })();
    const { call } = calls(policyOf(), {}, { stream: true, message: source });
    const answer = await call(request({ stream: true, method: watch, message: stream("m") }));
    for await (const _each of answer.message as AsyncIterable<unknown>) break;
    expect(isClosed).toBe(true);
  });

  test("a stream whose first message is judged a failure is closed, and another opened", async () => {
    let isClosed = false;
    const bad = (async function* () {
      try {
        yield "bad";
        yield "worse";
      } finally {
        isClosed = true;
      }
    })();
    const retry = { resultClassifier: (first: unknown) => (first === "bad" ? "TRANSIENT" : null) } as object;
    const { call } = calls(policyOf({ retry }), {}, { stream: true, message: bad }, { stream: true, message: stream("good") });
    const answer = await call(request({ stream: true, method: watch, message: stream("m") }));
    expect(await all(answer.message)).toEqual(["good"]);
    expect(isClosed).toBe(true);
  });

  test("a fallback gives the messages of a stream", async () => {
    const { call } = calls(policyOf({ fallback: () => [1, 2] }), {}, new ConnectError(5));
    expect(await all((await call(request({ stream: true, method: watch, message: stream("m") }))).message)).toEqual([1, 2]);
  });

  test("a stream of requests is handed on as it is, and sent once", async () => {
    const sent = stream("a", "b");
    const method = { ...unary, methodKind: "client_streaming" as const };
    const { wire, call } = calls(policyOf(), { idempotent: true }, new ConnectError(14));
    const error = await failureOf(call(request({ stream: true, method, message: sent })));
    expect(wire).toHaveLength(1);
    expect(wire[0]?.message).toBe(sent);
    expect(outcomeOf(error)).toMatchObject({ refusal: "its requests are a stream, which is sent once" });
  });
});

test("policies are asked for by the origin of the server", async () => {
  const asked: string[] = [];
  const answer = { stream: false, message: {} };
  const policies = {
    for(origin: string): Policy {
      asked.push(origin);
      return policyOf();
    },
  };
  const call = connectInterceptor(policies)(async (_request: Asked) => answer);
  await call(request());
  await call(request({ url: "/api/shop.Orders/Get" }));
  expect(asked).toEqual(["https://orders.example.com", ""]);
});

describe("policies by key", () => {
  const call = (policy: unknown): Promise<unknown> =>
    connectInterceptor(policy as Policy)(async () => ({ stream: false, message: 1 }) as Answered)(request());

  test("that are none are refused where they are given", () => {
    expect(() => connectInterceptor({ for: 1 } as never)).toThrow(
      "connectInterceptor.policy must be a Policy, such as new Policy({ retry: {} }), got an object with for.",
    );
  });

  test.each([
    ["nothing", undefined, "got undefined."],
    ["the options of a policy", { retry: {} }, "got an object with retry."],
  ])("that give %s are told so", async (_what, given, got) => {
    await expect(call({ for: () => given })).rejects.toThrow(
      `what connectInterceptor.policy.for() gives must be a Policy, such as new Policy({ retry: {} }), ${got}`,
    );
  });
});
