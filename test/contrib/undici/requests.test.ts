import { type Failure, outcomeOf } from "redress";
import { policyInterceptor, type RequestFacts, type ResponseHead } from "redress/undici";
import { describe, expect, test } from "vitest";
import { type FakeRequest, type Raw, type Script, stage } from "./stage.ts";

const fails =
  (error: Error) =>
  (request: FakeRequest): void =>
    request.fails(error);
const refused = (): Error => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
const reset = (): Error => Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
const thrice = (answer: Script[number]): Script => [answer, answer, answer];

/** How often it was sent, and why no more. */
async function sent(options: Raw, answer: Script[number], settings = {}): Promise<[number, string | undefined]> {
  const { caller, requests, send } = stage("newer", thrice(answer), {}, settings);
  await send(options);
  return [requests.length, (outcomeOf(caller.error) as Failure | undefined)?.refusal ?? undefined];
}

describe("what may be repeated", () => {
  test.each([
    ["GET", { method: "GET" }, 3],
    ["a method in small letters", { method: "get" }, 3],
    ["PUT", { method: "PUT" }, 3],
    ["QUERY", { method: "QUERY" }, 3],
    ["POST", { method: "POST" }, 1],
    ["PATCH", { method: "PATCH" }, 1],
    ["POST with a key", { method: "POST", headers: { "Idempotency-Key": "k" } }, 3],
    ["POST with a key in a list", { method: "POST", headers: ["a", "b", "idempotency-key", "k"] }, 3],
    ["POST with a key in a Map", { method: "POST", headers: new Map([["Idempotency-Key", "k"]]) }, 3],
    ["POST with a value that reads like a key", { method: "POST", headers: ["a", "idempotency-key"] }, 1],
    ["POST that is idempotent, by undici's word", { method: "POST", idempotent: true }, 3],
    ["GET that is not", { method: "GET", idempotent: false }, 1],
  ])("%s", async (_what, options, times) => {
    expect((await sent(options, fails(reset())))[0]).toBe(times);
  });

  test("a POST that never left is repeated", async () => {
    expect(await sent({ method: "POST" }, fails(refused()))).toEqual([3, undefined]);
  });

  test("a POST that was redirected to a place that is not there has arrived, and is not repeated", async () => {
    const there = Object.assign(refused(), { address: "10.0.0.1", port: 1 });
    expect((await sent({ method: "POST", origin: "http://127.0.0.1:8080" }, fails(there)))[0]).toBe(1);
    const here = Object.assign(refused(), { address: "127.0.0.1", port: 8080 });
    expect((await sent({ method: "POST", origin: "http://127.0.0.1:8080" }, fails(here)))[0]).toBe(3);
  });

  test("mayRepeat decides, where the request does not say it itself", async () => {
    const mayRepeat = ({ url }: RequestFacts): boolean => url.pathname === "/search";
    expect((await sent({ method: "POST", path: "/search" }, fails(reset()), { mayRepeat }))[0]).toBe(3);
    expect((await sent({ method: "POST" }, fails(reset()), { mayRepeat }))[0]).toBe(1);
    expect((await sent({ method: "POST", path: "/search", idempotent: false }, fails(reset()), { mayRepeat }))[0]).toBe(1);
  });

  test("what undici's own retry gave up is not repeated", async () => {
    const error = Object.assign(new Error("Request failed"), { code: "UND_ERR_REQ_RETRY", statusCode: 503 });
    expect(await sent({}, fails(error))).toEqual([1, expect.stringMatching(/^undici's own retry/)]);
  });
});

describe("bodies", () => {
  async function* generated(): AsyncGenerator<string> {
    yield "text";
  }
  const read = async (body: unknown): Promise<void> => {
    for await (const _chunk of body as AsyncIterable<unknown>);
  };

  test.each([
    ["a string", "text"],
    ["bytes", new Uint8Array(2)],
    ["an ArrayBuffer", new ArrayBuffer(2)],
    ["a Blob", new Blob(["text"])],
    ["a form", new FormData()],
    ["nothing", null],
  ])("%s is sent again as it is", async (_what, body) => {
    const { requests, send } = stage("newer", thrice(fails(reset())));
    await send({ method: "PUT", body });
    expect(requests.map(({ options }) => options["body"])).toEqual([body, body, body]);
    expect(requests[0]?.options["body"]).toBe(body);
  });

  test("what is no body is left to undici, which knows what to say of it", async () => {
    const body = { name: "Ann" };
    const { requests, send } = stage("newer", [(request) => request.answers(200)]);
    await send({ method: "PUT", body });
    expect(requests[0]?.options["body"]).toBe(body);
  });

  test.each([
    ["a generator", generated],
    ["a web stream", () => new Blob(["text"]).stream()],
    ["an iterator", () => ["text"][Symbol.iterator]()],
  ])("%s that was read is sent once", async (_what, body) => {
    const answer = async (request: FakeRequest): Promise<void> => {
      await read(request.options["body"]);
      request.fails(refused());
    };
    const refusal = "its body is a stream, which can be sent once";
    expect(await sent({ method: "PUT", body: body() }, (request) => void answer(request))).toEqual([1, refusal]);
  });

  test("a stream that was not read is sent again, where the request never left", async () => {
    expect((await sent({ method: "POST", body: generated() }, fails(refused())))[0]).toBe(3);
    expect((await sent({ method: "PUT", body: generated() }, fails(reset())))[0]).toBe(1);
    const stream = { pipe: () => {}, readableDidRead: false, destroyed: false };
    expect((await sent({ method: "PUT", body: stream }, fails(refused())))[0]).toBe(3);
    expect((await sent({ method: "PUT", body: { ...stream, readableDidRead: true } }, fails(refused())))[0]).toBe(1);
    expect((await sent({ method: "PUT", body: { ...stream, destroyed: true } }, fails(refused())))[0]).toBe(1);
    expect((await sent({ method: "PUT", body: { pipe: () => {} } }, fails(refused())))[0]).toBe(1);
  });
});

describe("headers", () => {
  test("each attempt sends what was there at the call", async () => {
    const headers: Record<string, string> = { a: "1" };
    const { requests, send } = stage("newer", thrice(fails(reset())));
    const all = send({ headers });
    headers["a"] = "2";
    await all;
    expect(requests.map(({ options }) => options["headers"])).toEqual([{ a: "1" }, { a: "1" }, { a: "1" }]);
  });

  test("a key is made where there is none, the same for all attempts, and for no other method", async () => {
    const keys = async (options: Raw): Promise<unknown[]> => {
      const { requests, send } = stage("newer", thrice(fails(reset())), {}, { idempotencyKey: true });
      await send(options);
      return requests.map((request) => (request.options["headers"] as Raw | undefined)?.["idempotency-key"]);
    };
    const made = await keys({ method: "POST" });
    expect(made).toHaveLength(3);
    expect(new Set(made).size).toBe(1);
    expect(made[0]).toMatch(/^[\da-f-]{36}$/);
    expect(await keys({ method: "POST", headers: { "Idempotency-Key": "mine" } })).toEqual([undefined, undefined, undefined]);
    expect(await keys({ method: "PUT" })).toEqual([undefined, undefined, undefined]);
  });

  test("what undici would refuse is left to it", async () => {
    const { requests, send } = stage("newer", [fails(reset())]);
    await send({ headers: new Set(["not a pair"]) });
    expect(requests[0]?.options["headers"]).toEqual(["not a pair"]);
  });

  test("a result classifier sees the head of an answer", async () => {
    const seen: unknown[] = [];
    const resultClassifier = ({ status, statusText, ok, headers }: ResponseHead): null => {
      seen.push([status, statusText, ok, headers.get("X-Name"), headers.get("x-list"), headers.has("none"), headers.get("none")]);
      return null;
    };
    const answer = (request: FakeRequest): void => {
      request.connects();
      request.head(418, { "x-name": "value", "X-List": "a, b" });
      request.end();
    };
    for (const words of ["legacy", "newer"] as const) await stage(words, [answer], { retry: { resultClassifier } }).send();
    const head = [418, "text", false, "value", "a, b", false, null];
    expect(seen).toEqual([head, head]);
  });
});

describe("names and keys", () => {
  test("METHOD host, or the route", async () => {
    const operations: unknown[] = [];
    const hooks = {
      onCallEnd: ({ operation }: { readonly operation: string | null }): void => void operations.push(operation),
    };
    const facts: RequestFacts[] = [];
    const route = (request: RequestFacts): string | undefined => {
      facts.push(request);
      return request.url.pathname === "/7" ? "/:id" : undefined;
    };
    const answer = (request: FakeRequest): void => request.answers(200);
    await stage("newer", [answer], { hooks }, { route }).send();
    await stage("newer", [answer], { hooks }, { route }).send({ path: "/", origin: new URL("https://users.example:8443/x") });
    await stage("newer", [answer], { hooks }, { route }).send({ path: "/", origin: undefined });
    expect(operations).toEqual(["GET /:id", "GET users.example:8443", "GET dispatcher-1.invalid"]);
    expect(facts[1]).toEqual({ method: "GET", url: new URL("https://users.example:8443/") });
    expect(facts[2]?.url.href).toBe("http://dispatcher-1.invalid/");
  });

  test("policies of one's own are asked for by origin, and for each dispatcher that does not say it", () => {
    const asked: string[] = [];
    const policies = {
      for: (key: string): never => {
        asked.push(key);
        throw new Error("none");
      },
    };
    const interceptor = policyInterceptor(policies);
    const handler = { onRequestStart: () => {}, onResponseError: () => {} };
    const dispatches = [interceptor(() => true), interceptor(() => true)] as const;
    for (const dispatch of dispatches) {
      (dispatch as (options: unknown, handler: unknown) => boolean)({ path: "/", method: "GET" }, handler);
    }
    (dispatches[0] as (options: unknown, handler: unknown) => boolean)(
      { origin: "http://A.example/x", path: "/", method: "GET" },
      handler,
    );
    expect(asked).toEqual(["http://dispatcher-1.invalid", "http://dispatcher-2.invalid", "http://a.example"]);
  });
});

describe("options", () => {
  test.each<[string, () => unknown, string]>([
    ["an unknown one", () => policyInterceptor({}, { retries: 3 } as never), "policyInterceptor.retries is not an option"],
    [
      "a wrong type",
      () => policyInterceptor({}, { idempotencyKey: "yes" as never }),
      "policyInterceptor.idempotencyKey must be true or false",
    ],
    [
      "a wrong range",
      () => policyInterceptor({}, { maxOrigins: 0 }),
      "policyInterceptor.maxOrigins must be an integer >= 1, got 0.",
    ],
    ["a wrong policy", () => policyInterceptor({ retry: { maxAttempts: 0 } }), "retry.maxAttempts"],
    ["the interceptor that was not called", () => policyInterceptor((() => true) as never), "compose(policyInterceptor())"],
    ["a dispatcher in place of its dispatch", () => policyInterceptor()({} as never), "agent.compose(policyInterceptor())"],
  ])("%s is refused", (_what, make, message) => {
    expect(make).toThrow(message);
  });
});
