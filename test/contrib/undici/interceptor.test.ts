import { CircuitBreaker, constant, isCircuitOpenError } from "redress";
import { outcomeOf, policyInterceptor } from "redress/undici";
import { afterEach, describe, expect, test, vi } from "vitest";
import { FakeCaller, type FakeDispatch, FakeRequest, stage, type Words } from "./stage.ts";

afterEach(() => {
  vi.useRealTimers();
});

const LONG = 70_000;
const refused = (): Error => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED", syscall: "connect" });
const reset = (): Error => Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" });
const says =
  (status: number, body?: string, headers?: Readonly<Record<string, string>>) =>
  (request: FakeRequest): void =>
    request.answers(status, body, headers);

describe.each<Words>(["legacy", "newer"])("in %s words", (words) => {
  test("a 503 is retried, and the handler hears of the answer that is given back only", async () => {
    const { caller, requests, send } = stage(words, [says(503), says(503), says(200)]);
    await send();
    expect(requests).toHaveLength(3);
    expect(caller.told).toEqual(["start", "head 200", "answer 200", "end"]);
    expect(outcomeOf({ context: caller.context })).toMatchObject({ ok: true, attempts: 3 });
  });

  test("the last failing answer is given back with its body", async () => {
    const { caller, requests, send } = stage(words, [says(503, "one"), says(503, "two"), says(503, "three")]);
    await send();
    expect(requests).toHaveLength(3);
    expect(caller.told).toEqual(["start", "head 503", "three", "end"]);
    expect(outcomeOf({ context: caller.context })).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  });

  test("the error of the last attempt is told, with its outcome", async () => {
    const fails = (request: FakeRequest): void => request.fails(refused());
    const { caller, send } = stage(words, [fails, fails, fails]);
    await send();
    expect(caller.told).toEqual(["start", "error"]);
    expect(caller.error).toMatchObject({ code: "ECONNREFUSED" });
    expect(outcomeOf(caller.error)).toMatchObject({ attempts: 3 });
  });

  test("a policy around one that has retried does not repeat what that has repeated", async () => {
    const { caller, clock, requests } = stage(words, []);
    const answers: FakeDispatch = (given, handler) => {
      const request = new FakeRequest(given, handler, words);
      requests.push(request);
      queueMicrotask(() => request.answers(503, `answer ${requests.length}`));
      return true;
    };
    const retry = { strategy: constant(10), maxAttempts: 3 };
    const twice = policyInterceptor({ clock, retry })(policyInterceptor({ clock, retry })(answers));
    twice({ origin: "http://users.example", path: "/7", method: "GET" }, caller.handler(words));
    await clock.run();
    expect(requests).toHaveLength(3);
    expect(caller.told).toEqual(["start", "head 503", "answer 3", "end"]);
    expect(outcomeOf({ context: caller.context })).toMatchObject({ stopReason: "ALREADY_RETRIED", attempts: 1 });
  });

  test("Retry-After is heard, in whatever case it is written", async () => {
    const { clock, send } = stage(words, [says(503, "", { "retry-after-ms": "700" }), says(200)], {
      retry: { strategy: undefined },
    });
    const before = clock.now();
    await send();
    expect(clock.now() - before).toBeGreaterThanOrEqual(700);
  });

  test("a body that goes on streams at the pace of the handler", async () => {
    const { caller, requests, send } = stage(words, [
      (request) => {
        request.connects();
        request.head(200);
        request.data("a");
      },
    ]);
    await send();
    const [request] = requests as [FakeRequest];
    expect(caller.told).toEqual(["start", "head 200", "a"]);
    caller.isFull = true;
    request.data("b");
    expect(request.paused).toBe(true);
    caller.isFull = false;
    caller.resume();
    expect(request.paused).toBe(false);
    request.data("c");
    request.end();
    expect(caller.told.slice(3)).toEqual(["b", "c", "end"]);
  });

  test("what was read ahead waits for a handler that wants no more", async () => {
    const { caller, requests, send } = stage(words, [
      (request) => {
        request.connects();
        request.head(200);
        for (const chunk of ["a", "b", "c"]) request.data(chunk);
        request.end();
      },
    ]);
    caller.isFull = true;
    await send();
    expect(caller.told).toEqual(["start", "head 200"]);
    caller.resume();
    expect(caller.told).toEqual(["start", "head 200", "a"]);
    caller.isFull = false;
    caller.resume();
    expect(caller.told).toEqual(["start", "head 200", "a", "b", "c", "end"]);
    expect(requests[0]?.paused).toBe(false);
  });

  test("no more than 64 KiB are read ahead, and an answer longer than that is left when it is retried", async () => {
    const long = (request: FakeRequest): void => {
      request.connects();
      request.head(503);
      request.data("x".repeat(LONG));
    };
    const { caller, requests, send } = stage(words, [long, long, long]);
    await send();
    expect(requests.map(({ aborted }) => aborted !== null)).toEqual([true, true, false]);
    expect(caller.told).toEqual(["start", "head 503", `${LONG} bytes`]);
    expect(requests[2]?.paused).toBe(false);
  });

  test("an answer that says that it is long is left at once", async () => {
    const long = (request: FakeRequest): void => {
      request.connects();
      request.head(503, { "Content-Length": String(LONG) });
    };
    const { requests, send } = stage(words, [long, says(200)]);
    await send();
    expect(requests[0]?.aborted?.reason).toMatchObject({ message: expect.stringContaining("is not read") });
  });

  test("the rest of a short answer that is retried is read, for a second, and beyond 64 KiB it is left", async () => {
    vi.useFakeTimers();
    const begun = (request: FakeRequest): void => {
      request.connects();
      request.head(503);
      request.data("some");
    };
    const { requests, send } = stage(words, [begun, begun, says(200)]);
    await send();
    const [ended, left] = requests as [FakeRequest, FakeRequest];
    ended.data("more");
    ended.end();
    vi.advanceTimersByTime(999);
    expect([ended.aborted, left.aborted]).toEqual([null, null]);
    vi.advanceTimersByTime(1);
    expect(ended.aborted).toBeNull();
    expect(left.aborted).not.toBeNull();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a connection that breaks while an answer waits tells so after what had come", async () => {
    const { caller, send } = stage(words, [
      (request) => {
        request.connects();
        request.head(200);
        request.data("half");
        request.fails(reset());
      },
    ]);
    await send();
    expect(caller.told).toEqual(["start", "head 200", "half", "error"]);
  });

  test("informational heads are told at once, and are no answer", async () => {
    const { caller, requests, send } = stage(words, [
      (request) => {
        request.connects();
        request.tells("onResponseStarted");
        request.head(103);
        request.answers(200);
      },
    ]);
    await send();
    expect(caller.told).toEqual(["start", "first byte", "head 103", "head 200", "answer 200", "end"]);
    expect(requests[0]?.paused).toBe(false);
  });

  test("whoever leaves while the server thinks aborts the request, and hears of it once", async () => {
    const { caller, requests, send } = stage(words, [(request) => request.connects()]);
    const sent = send();
    await Promise.resolve();
    await Promise.resolve();
    const reason = new Error("left");
    caller.abort(reason);
    await sent;
    expect(requests[0]?.aborted?.reason).toBe(reason);
    requests[0]?.fails(reason);
    expect(caller.told).toEqual(["start", "error"]);
    expect(caller.error).toBe(reason);
    expect(outcomeOf(reason)).toMatchObject({ stopReason: "ABORTED" });
  });

  test("whoever leaves during the wait for a retry ends it, and the answer that had come is dropped", async () => {
    const { caller, requests, send } = stage(words, [says(503)], { retry: { deadlineMs: 100_000 } });
    const sent = send();
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    caller.abort(new Error("left"));
    await sent;
    expect(requests).toHaveLength(1);
    expect(caller.told).toEqual(["start", "error"]);
  });

  test("whoever leaves while the body comes aborts the request, and the error that follows is told", async () => {
    const { caller, requests, send } = stage(words, [
      (request) => {
        request.connects();
        request.head(200);
      },
    ]);
    await send();
    const reason = new Error("left");
    caller.abort(reason);
    expect(requests[0]?.aborted?.reason).toBe(reason);
    requests[0]?.fails(reason);
    expect(caller.told).toEqual(["start", "head 200", "error"]);
  });

  test("whoever leaves before the end has been told hears of an error instead", async () => {
    const { caller, send } = stage(words, [says(200)]);
    caller.isFull = true;
    await send();
    expect(caller.told).toEqual(["start", "head 200"]);
    caller.abort(new Error("left"));
    caller.resume();
    expect(caller.told).toEqual(["start", "head 200", "error"]);
  });

  test("whoever leaves at once asks nobody", async () => {
    const { caller, requests, send } = stage(words, [says(200)]);
    const start = caller.told.push.bind(caller.told);
    caller.told.push = (...told: string[]): number => {
      if (told[0] === "start") caller.abort(new Error("had left"));
      return start(...told);
    };
    await send();
    expect(requests).toHaveLength(0);
    expect(caller.error).toMatchObject({ message: "had left" });
  });

  test("an attempt that has no connection yet when its time is over is aborted when it gets one", async () => {
    const { requests, caller, send } = stage(words, [() => {}, says(200)], { retry: { attemptTimeoutMs: 50 } });
    await send();
    expect(caller.told).toEqual(["start", "head 200", "answer 200", "end"]);
    const [late] = requests as [FakeRequest];
    expect(late.aborted).toBeNull();
    late.connects();
    expect(late.aborted).not.toBeNull();
    late.fails(new Error("aborted"));
    expect(caller.told).toHaveLength(4);
  });

  test("a handler that throws at the head gets its own error", async () => {
    const { caller, requests, send } = stage(words, [
      (request) => {
        request.connects();
        request.head(200);
      },
    ]);
    caller.throwsAt = "head 200";
    await send();
    const [request] = requests as [FakeRequest];
    expect(request.aborted?.reason).toMatchObject({ message: "thrown at head 200" });
    request.fails(request.aborted?.reason);
    expect(caller.told).toEqual(["start", "head 200", "error"]);
  });

  test("an open circuit is told as an error, and nothing is sent", async () => {
    const circuitBreaker = new CircuitBreaker();
    circuitBreaker.trip();
    const { caller, requests, send } = stage(words, [], { circuitBreaker });
    await send();
    expect(requests).toHaveLength(0);
    expect(isCircuitOpenError(caller.error)).toBe(true);
  });

  test("the value of a fallback, which has no body, is an error that says so", async () => {
    const fallback = (): never => ({ status: 200 }) as never;
    const { caller, send } = stage(words, [says(503), says(503), says(503)], { fallback });
    await send();
    expect(caller.error).toMatchObject({ name: "TypeError", message: expect.stringContaining("fallback of policyInterceptor") });
  });

  test("a dispatch that throws is a failed attempt", async () => {
    const caller = new FakeCaller();
    const dispatch: FakeDispatch = () => {
      throw Object.assign(new Error("invalid"), { code: "UND_ERR_INVALID_ARG" });
    };
    policyInterceptor()(dispatch)({ origin: "http://users.example", path: "/", method: "GET" }, caller.handler(words));
    await expect.poll(() => caller.told).toEqual(["start", "error"]);
    expect(outcomeOf(caller.error)).toMatchObject({ attempts: 1 });
  });

  test("what the dispatcher tells of a request reaches the context", async () => {
    const history = [new URL("http://users.example")];
    const { caller, send } = stage(words, [
      (request) => {
        request.connects({ history });
        request.head(200);
        request.end();
      },
    ]);
    await send();
    expect((caller.context as { readonly history: unknown }).history).toBe(history);
    // Where an interceptor around it copies the context.
    expect(outcomeOf({ context: { ...(caller.context as object) } })).toMatchObject({ attempts: 1 });
  });

  test.each([
    ["CONNECT", { method: "CONNECT" }],
    ["an upgrade", { upgrade: "websocket" }],
    ["an origin that is none", { origin: "nowhere" }],
    ["a request without a path", { path: undefined }],
  ])("%s passes by, with the handler that it came with", (_what, options) => {
    const seen: unknown[] = [];
    const dispatch: FakeDispatch = (given, handler) => {
      seen.push(given, handler);
      return false;
    };
    const handler = new FakeCaller().handler(words);
    const given = { origin: "http://users.example", path: "/", method: "GET", ...options };
    expect(policyInterceptor()(dispatch)(given, handler)).toBe(false);
    expect(seen[0]).toBe(given);
    expect(seen[1]).toBe(handler);
  });
});
