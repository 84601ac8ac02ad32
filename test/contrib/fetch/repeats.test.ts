/* Which requests are sent again, and with what. */
import { Readable } from "node:stream";
import { isHttpError, outcomeOf } from "redress/fetch";
import { describe, expect, test } from "vitest";
import { played, refused, reset, stage, status } from "./stage.ts";

const url = "https://api.example/users/7?verbose";

describe("methods", () => {
  test.each(["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "QUERY", "get", "delete"])("%s is sent again", async (method) => {
    const on = stage([status(503), status(200)]);
    const response = await played(on, on.api(url, { method }));
    expect([response.status, on.sent.length]).toEqual([200, 2]);
  });

  test.each(["POST", "PATCH", "post", "patch"])("%s is not, and the outcome says why", async (method) => {
    const on = stage([status(503), status(200)]);
    const response = await played(on, on.api(url, { method, body: "order" }));
    expect([response.status, on.sent.length]).toEqual([503, 1]);
    expect(outcomeOf(response)).toMatchObject({
      stopReason: "RETRY_REFUSED",
      refusal: `${method.toUpperCase()} is repeated with an Idempotency-Key only, or where the request has never left`,
    });
  });

  test("a POST whose connection was refused has never left: it is sent again", async () => {
    const on = stage([refused(), status(201)]);
    const response = await played(on, on.api(url, { method: "POST", body: "order" }));
    expect([response.status, on.sent.map(({ body }) => body)]).toEqual([201, ["order", "order"]]);
  });

  test.each<[string, object]>([
    ["a port", { syscall: "connect", code: "ECONNREFUSED", address: "10.0.0.1", port: 8080 }],
    ["a name", { syscall: "getaddrinfo", code: "ENOTFOUND", hostname: "elsewhere.example" }],
  ])("a POST that was answered by a redirect has left, whatever the place says that it led to: %s", async (_what, facts) => {
    const cause = Object.assign(new Error("elsewhere"), facts);
    const on = stage([new TypeError("fetch failed", { cause }), status(201)]);
    await expect(played(on, on.api(url, { method: "POST", body: "order" }))).rejects.toThrow("fetch failed");
    expect(on.sent).toHaveLength(1);
  });

  test.each<[string, string, object]>([
    ["a name", "https://api.example/", { syscall: "getaddrinfo", code: "EAI_AGAIN", hostname: "api.example" }],
    [
      "the port of the scheme",
      "http://api.example/",
      { syscall: "connect", code: "ECONNREFUSED", address: "10.0.0.1", port: 80 },
    ],
    ["an address of IPv6", "http://[::1]:81/", { syscall: "connect", code: "ECONNREFUSED", address: "::1", port: 81 }],
  ])("... and has not where it is the place that was asked: %s", async (_what, to, facts) => {
    const cause = Object.assign(new Error("here"), facts);
    const on = stage([new TypeError("fetch failed", { cause }), status(201)]);
    expect((await played(on, on.api(to, { method: "POST", body: "order" }))).status).toBe(201);
  });

  test("a POST whose connection broke may have arrived: it is not", async () => {
    const on = stage([reset(), status(201)]);
    await expect(played(on, on.api(url, { method: "POST", body: "order" }))).rejects.toThrow("fetch failed");
    expect(on.sent).toHaveLength(1);
  });

  test.each([{ "Idempotency-Key": "k1" }, new Headers({ "idempotency-key": "k1" }), [["IDEMPOTENCY-KEY", "k1"]]])(
    "a POST with an Idempotency-Key is sent again, with the same (%#)",
    async (headers) => {
      const on = stage([status(503), status(201)]);
      await played(on, on.api(url, { method: "POST", body: "order", headers: headers as HeadersInit }));
      expect(on.sent.map(({ headers: sent }) => sent["idempotency-key"])).toEqual(["k1", "k1"]);
    },
  );

  test("idempotencyKey: true makes one, the same for all attempts of a call, another for the next call", async () => {
    const on = stage([status(503), status(503), status(201)], { idempotencyKey: true });
    await played(on, on.api(url, { method: "POST", body: "order" }));
    await played(on, on.api(url, { method: "POST", body: "order" }));
    await played(on, on.api(url));
    const keys = on.sent.map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(5);
    expect(keys[0]).toMatch(/^[\da-f]{8}-/);
    expect([keys[1], keys[2]]).toEqual([keys[0], keys[0]]);
    expect(keys[3]).not.toBe(keys[0]);
    expect(keys[4]).toBeUndefined();
  });

  test("a key that is given stays", async () => {
    const on = stage([status(201)], { idempotencyKey: true });
    await played(on, on.api(new Request(url, { method: "POST", headers: { "idempotency-key": "mine" } })));
    expect(on.sent[0]?.headers["idempotency-key"]).toBe("mine");
  });

  test("what the user says may be repeated is, for all requests or for one", async () => {
    const search = stage([status(503), status(200)], {
      mayRepeat: ({ method, url: { pathname } }) => method === "POST" && pathname === "/search",
    });
    expect((await played(search, search.api("https://api.example/search", { method: "POST" }))).status).toBe(200);
    const one = stage([status(503), status(200)]);
    expect((await played(one, one.api(url, { method: "POST", redress: { mayRepeat: true } }))).status).toBe(200);
    const not = stage([status(503), status(200)], { mayRepeat: () => true });
    expect((await played(not, not.api(url, { method: "POST", redress: { mayRepeat: false } }))).status).toBe(503);
  });
});

describe("bodies", () => {
  const form = new FormData();
  form.set("name", "Ann");
  test.each<[string, () => RequestInit["body"], string]>([
    ["a string", () => "text", "text"],
    ["bytes", () => new TextEncoder().encode("bytes"), "bytes"],
    ["a buffer", () => new TextEncoder().encode("buffer").buffer, "buffer"],
    ["a Blob", () => new Blob(["blob"]), "blob"],
    ["URLSearchParams", () => new URLSearchParams({ a: "1" }), "a=1"],
    ["FormData", () => form, 'name="name"\r\n\r\nAnn'],
  ])("%s is sent again", async (_what, body, text) => {
    const on = stage([status(503), status(200)]);
    await played(on, on.api(url, { method: "PUT", body: body() as BodyInit }));
    expect(on.sent).toHaveLength(2);
    for (const sent of on.sent) expect(sent.body).toContain(text);
  });

  test.each<[string, () => unknown]>([
    ["a stream", () => new Blob(["streamed"]).stream()],
    [
      "an async iterable",
      async function* () {
        yield new TextEncoder().encode("streamed");
      },
    ],
  ])("%s is sent once, whatever the method and key, and the outcome says why", async (_what, body) => {
    const on = stage([status(503), status(200)], { mayRepeat: () => true });
    const init = { method: "PUT", body: body() as BodyInit, duplex: "half", headers: { "idempotency-key": "k" } };
    const response = await played(on, on.api(url, init as RequestInit));
    expect([response.status, on.sent.map((sent) => sent.body)]).toEqual([503, ["streamed"]]);
    expect(outcomeOf(response)).toMatchObject({
      stopReason: "RETRY_REFUSED",
      refusal: "its body is a stream, which can be sent once",
    });
  });

  test("a Request with a body is sent again, and counts as used, as with fetch", async () => {
    const on = stage([status(503), status(503), status(200)]);
    const request = new Request(url, { method: "PUT", body: "whole" });
    await played(on, on.api(request));
    expect(on.sent.map(({ body }) => body)).toEqual(["whole", "whole", "whole"]);
    expect(request.bodyUsed).toBe(true);
    await expect(on.api(request)).rejects.toThrow(TypeError);
  });

  test("the init takes the place of what the Request has", async () => {
    const on = stage([status(503), status(200)]);
    const request = new Request(url, { method: "POST", body: "old", headers: { a: "1", "x-old": "1" } });
    await played(on, on.api(request, { method: "PUT", body: "new", headers: { a: "2" } }));
    expect(on.sent.map(({ method, body, headers }) => [method, body, headers["a"], headers["x-old"]])).toEqual([
      ["PUT", "new", "2", undefined],
      ["PUT", "new", "2", undefined],
    ]);
    expect(request.bodyUsed).toBe(false);
  });

  test("a Request as init is read as fetch reads it", async () => {
    const on = stage([status(200)]);
    await played(on, on.api(url, new Request("https://elsewhere.example/", { method: "DELETE", headers: { a: "1" } })));
    expect(on.sent).toMatchObject([{ url, method: "DELETE", headers: { a: "1" } }]);
  });

  test("what the caller changes after the call changes no later attempt", async () => {
    const on = stage([status(503), status(200)]);
    const headers = new Headers({ a: "1" });
    const body = new FormData();
    body.set("n", "1");
    const ending = on.api(url, { method: "PUT", headers, body });
    headers.set("a", "2");
    body.set("n", "2");
    await played(on, ending);
    for (const sent of on.sent) expect([sent.headers["a"], sent.body.includes("\r\n\r\n1\r\n")]).toEqual(["1", true]);
  });
});

test("the last response comes back untouched", async () => {
  const on = stage(
    [status(503, { "x-nth": "1" }), status(500, { "x-nth": "2" }, "last words")],
    {},
    { retry: { maxAttempts: 2 } },
  );
  const response = await played(on, on.api(url));
  expect([response.status, response.headers.get("x-nth"), response.bodyUsed, await response.text()]).toEqual([
    500,
    "2",
    false,
    "last words",
  ]);
  expect(outcomeOf(response)).toMatchObject({
    ok: false,
    stopReason: "MAX_ATTEMPTS_GLOBAL",
    attempts: 2,
    lastClass: "SERVER_ERROR",
  });
});

test("a 404 is an answer, and so is a 409", async () => {
  for (const code of [400, 404, 409]) {
    const on = stage([status(code)]);
    const response = await played(on, on.api(url));
    expect([response.status, on.sent.length, outcomeOf(response)]).toMatchObject([code, 1, { ok: true, attempts: 1 }]);
  }
});

test("a 409 is sent again where the policy's result classifier says so", async () => {
  const on = stage(
    [status(409), status(200)],
    {},
    { retry: { resultClassifier: ({ status: code }: Response) => (code === 409 ? "CONCURRENCY" : null) } },
  );
  expect((await played(on, on.api(url))).status).toBe(200);
});

test("Retry-After is waited for", async () => {
  const on = stage([status(503, { "retry-after": "0.3" }), status(200)], {}, { retry: { strategy: undefined } });
  const ending = on.api(url);
  ending.catch(() => {});
  const waitedMs = await on.clock.run();
  expect(waitedMs).toBeGreaterThanOrEqual(300);
  expect((await ending).status).toBe(200);
});

describe("throwHttpErrors", () => {
  test("an answer from 400 on is thrown, with what the server sent", async () => {
    const problem = { type: "https://api.example/problems/stock", title: "Out of stock", status: 422, left: 0 };
    const answer = status(422, { "content-type": "application/problem+json; charset=utf-8" }, JSON.stringify(problem));
    const on = stage([answer], { throwHttpErrors: true });
    const error = await played(on, on.api(url)).catch((thrown: unknown) => thrown);
    expect(isHttpError(error)).toBe(true);
    expect(error).toMatchObject({
      name: "HttpError",
      code: "ERR_REDRESS_HTTP",
      message: "GET api.example answered 422.",
      status: 422,
      method: "GET",
      operation: "GET api.example",
      errorClass: "PERMANENT",
      body: JSON.stringify(problem),
      isBodyWhole: true,
      problem,
    });
    expect((error as { headers: Headers }).headers.get("content-type")).toContain("problem+json");
    expect(outcomeOf(error)).toMatchObject({ ok: true, attempts: 1 });
  });

  test("after the last attempt it says why the call stopped", async () => {
    const on = stage([status(503, { "retry-after": "7" })], { throwHttpErrors: true }, { retry: { maxAttempts: 1 } });
    const error = await played(on, on.api(url)).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ status: 503, errorClass: "SERVER_ERROR", retryAfterMs: 7_000 });
    expect(outcomeOf(error)).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  });

  test("of a long body it has the first 64 KiB, and says that this is not all", async () => {
    const on = stage([status(500, {}, "x".repeat(200_000))], { throwHttpErrors: true }, { retry: { maxAttempts: 1 } });
    const error = (await played(on, on.api(url)).catch((thrown: unknown) => thrown)) as { body: string; isBodyWhole: boolean };
    expect([error.body.length, error.isBodyWhole]).toEqual([65_536, false]);
  });
});

describe("a request that is never sent lets its stream go", () => {
  const bodies: [string, (cancelled: () => void) => unknown][] = [
    ["a stream", (cancel) => new ReadableStream({ cancel })],
    ["a stream of Node", (cancel) => new Readable({ read: () => {}, destroy: () => cancel() })],
  ];
  test.each(bodies)("%s", async (_what, make) => {
    let cancelled = 0;
    const on = stage([status(200)]);
    const body = make(() => cancelled++);
    const init = { method: "PUT", body, duplex: "half", signal: AbortSignal.abort(new Error("left")) };
    await expect(on.api(url, init as RequestInit)).rejects.toThrow("left");
    expect([cancelled, on.sent.length]).toEqual([1, 0]);
  });

  test("a Request", async () => {
    let cancelled = 0;
    const body = new ReadableStream({ cancel: () => void cancelled++ });
    const on = stage([status(200)]);
    const request = new Request(url, { method: "PUT", body, duplex: "half" } as RequestInit);
    await expect(on.api(request, { signal: AbortSignal.abort(new Error("left")) })).rejects.toThrow("left");
    expect([cancelled, on.sent.length]).toEqual([1, 0]);
  });
});
