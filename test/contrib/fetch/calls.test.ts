/* How a call of such a fetch is bounded, named, counted and kept apart by origin. */
import { CircuitBreaker, constant, type Hooks, isAttemptTimeoutError, keyed, Policy } from "redress";
import { createFetch, isIdempotentMethod, outcomeOf } from "redress/fetch";
import { describe, expect, test, vi } from "vitest";
import { played, refused, stage, status } from "./stage.ts";

const hang = ({ signal }: { signal?: AbortSignal | null }): Promise<Response> =>
  new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));

const operations: (string | undefined)[] = [];
const hooks: Hooks = { onCallEnd: ({ operation }) => operations.push(operation ?? undefined) };

describe("signals", () => {
  test("the caller's abort ends the call with its reason, and no further request is sent", async () => {
    const on = stage([hang]);
    const controller = new AbortController();
    const ending = on.api("https://api.example/", { signal: controller.signal });
    ending.catch(() => {});
    await Promise.resolve();
    controller.abort(new Error("left"));
    await expect(ending).rejects.toThrow("left");
    expect(on.sent).toHaveLength(1);
  });

  test("so does that of a Request", async () => {
    const on = stage([hang]);
    const controller = new AbortController();
    const ending = on.api(new Request("https://api.example/", { signal: controller.signal }));
    ending.catch(() => {});
    controller.abort(new Error("left"));
    await expect(ending).rejects.toThrow("left");
  });

  test("an abort in the backoff lets the answer before it go", async () => {
    let cancelled = 0;
    const body = new ReadableStream({ cancel: () => void cancelled++ });
    const on = stage([() => new Response(body, { status: 503, headers: { "content-length": "100000" } })]);
    const controller = new AbortController();
    const ending = on.api("https://api.example/", { signal: controller.signal });
    ending.catch(() => {});
    await vi.waitFor(() => expect(on.clock.pending).toBeGreaterThan(0));
    controller.abort(new Error("left"));
    await expect(ending).rejects.toThrow("left");
    expect(cancelled).toBe(1);
  });

  test("an attempt that takes too long is aborted and sent again", async () => {
    const on = stage([hang, status(200)], {}, { retry: { attemptTimeoutMs: 50 } });
    expect((await played(on, on.api("https://api.example/"))).status).toBe(200);
    expect(isAttemptTimeoutError(on.sent[0]?.signal.reason)).toBe(true);
  });

  test("a call may have a deadline of its own", async () => {
    const on = stage([hang]);
    const error = await played(on, on.api("https://api.example/", { redress: { deadlineMs: 20 } })).catch((e: unknown) => e);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "DEADLINE_EXCEEDED", elapsedMs: 20 });
  });
});

describe("names", () => {
  test.each([
    [{}, {}, "GET api.example:8443"],
    [{ route: () => "/users/:id" }, {}, "GET /users/:id"],
    [{ route: () => undefined }, {}, "GET api.example:8443"],
    [{ route: () => "/users/:id" }, { operation: "load user" }, "load user"],
  ])("%o and %o give %s", async (options, redress, name) => {
    operations.length = 0;
    const on = stage([status(200)], options, { hooks });
    await played(on, on.api("https://api.example:8443/users/7?token=secret", { redress }));
    expect(operations).toEqual([name]);
  });
});

describe("origins", () => {
  const policy = { retry: { maxAttempts: 1 }, circuitBreaker: { failureThreshold: 2 } };

  test.each([
    ["options", () => policy],
    ["a policy", () => new Policy<Response, Response>(policy)],
    ["a keyed policy", () => keyed<Response, Response>(policy)],
  ])("a dead host does not shut out the others, of %s", async (_what, make) => {
    const fetch = async (input: unknown): Promise<Response> => status(String(input).includes("dead") ? 503 : 200);
    const api = createFetch(make(), { fetch });
    for (let call = 0; call < 2; call++) await api("https://dead.example/");
    await expect(api("https://dead.example/")).rejects.toThrow(/Circuit "https:\/\/dead\.example" is open/);
    expect((await api("https://well.example/")).status).toBe(200);
    expect((await api("https://dead.example:444/")).status).toBe(503);
  });

  test("a circuit that is given as an instance is shared by all", async () => {
    const circuitBreaker = new CircuitBreaker({ failureThreshold: 1 });
    const api = createFetch({ circuitBreaker }, { fetch: async () => status(503) });
    await api("https://one.example/");
    await expect(api("https://two.example/")).rejects.toThrow(/is open/);
  });

  test("without a policy there is a good one", async () => {
    let sent = 0;
    const api = createFetch(undefined, { fetch: async () => status(sent++ === 0 ? 503 : 200, { "retry-after-ms": "1" }) });
    const response = await api("https://api.example/");
    expect([response.status, sent, outcomeOf(response)?.attempts]).toEqual([200, 2, 2]);
    expect(api.policies.for("https://api.example").describe()).toMatchObject({
      retry: { maxAttempts: 4, attemptTimeoutMs: 30_000, deadlineMs: 60_000 },
    });
  });

  test("calls of all origins are in flight in the policy that was given", async () => {
    const given = new Policy<Response, Response>({ retry: { strategy: constant(0) } });
    let answer = (_response: Response): void => {};
    const api = createFetch(given, { fetch: () => new Promise((resolve) => (answer = resolve)) });
    const ending = api("https://api.example/");
    expect(given.inFlight).toBe(1);
    answer(status(200));
    await ending;
    await given.idle();
    expect(given.inFlight).toBe(0);
  });
});

describe("what is no request over HTTP goes to the platform's fetch as it is", () => {
  test.each(["nope", "data:text/plain,hello", "blob:nodedata:1"])("%s", async (url) => {
    const seen: unknown[] = [];
    const api = createFetch(
      {},
      {
        fetch: async (...args) => {
          seen.push(args);
          return status(200);
        },
      },
    );
    const init = { method: "GET" };
    await api(url, init);
    expect(seen).toEqual([[url, init]]);
  });

  test("its mistakes are those of the platform", async () => {
    await expect(createFetch()("nope")).rejects.toThrow(TypeError);
    const error = await createFetch()("https://api.example/", { method: "GET", body: "no" }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TypeError);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", attempts: 1 });
  });
});

test("bad options are refused where they are given", async () => {
  expect(() => createFetch({}, { retries: 3 } as object)).toThrow(/createFetch\.retries is not an option/);
  expect(() => createFetch({ retries: 3 } as object)).toThrow(/policy\.retries is not an option/);
  expect(() => createFetch({}, { bodyTimeoutMs: 0 })).toThrow("createFetch.bodyTimeoutMs must be a number > 0, got 0.");
  expect(() => createFetch({}, { maxOrigins: 0 })).toThrow(/createFetch\.maxOrigins/);
  await expect(createFetch()("https://api.example/", { redress: { deadline: 3 } as object })).rejects.toThrow(
    /fetch\.redress\.deadline is not an option/,
  );
});

test.each([
  ["null", null, "got null."],
  ["the data that were wanted", { name: "Ann" }, "got an object with name."],
])("a fallback that gives %s in the place of a Response is told so", async (_what, given, got) => {
  const on = stage([status(503)], {}, { fallback: () => given as never });
  await expect(played(on, on.api("https://api.example/"))).rejects.toThrow(
    `what fallback gives to createFetch must be a Response, ${got}`,
  );
});

test("the last error is thrown as it was", async () => {
  const error = refused();
  const on = stage([error]);
  await expect(played(on, on.api("https://api.example/"))).rejects.toBe(error);
  expect([on.sent.length, outcomeOf(error)]).toMatchObject([3, { stopReason: "MAX_ATTEMPTS_GLOBAL" }]);
});

test("fetch is looked up when it is called", async () => {
  const before = globalThis.fetch;
  const api = createFetch();
  try {
    globalThis.fetch = async () => status(200, {}, "patched");
    expect(await (await api("https://api.example/")).text()).toBe("patched");
  } finally {
    globalThis.fetch = before;
  }
});

test("helpers for clients of one's own", () => {
  expect(["get", "QUERY", "post", "PATCH", ""].map(isIdempotentMethod)).toEqual([true, true, false, false, false]);
});
