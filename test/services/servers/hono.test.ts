/* redress/hono in Hono 4: on Node by @hono/node-server, and without any server. */
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { getRequestListener } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { setCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { requestId } from "hono/request-id";
import { stream } from "hono/streaming";
import { CircuitBreaker, constant, Policy, TransientError } from "redress";
import { answerErrors, repeatHandler, requestScope } from "redress/hono";
import { currentAttempt, currentScope } from "redress/scope";
import { expect, test, vi } from "vitest";
import { ask } from "./client.ts";
import { closing } from "./closing.ts";
import { describeServer } from "./scenarios.ts";
import { doorOf, type Running, type Service } from "./service.ts";

function appOf(service: Service): Hono {
  const { handle, says = {}, options, repeatedBy, isBare } = service;
  const app = new Hono();
  if (!isBare) {
    app.use(requestScope({ ...options, ...doorOf<Context>(service, ({ req }) => req.method) }));
    app.onError(answerErrors((_error, context) => context.text("mine", 500)));
  }
  const order = async (context: Context): Promise<Response> => {
    for (const [name, value] of Object.entries(says)) context.header(name, value);
    return context.json((await handle(currentAttempt()?.attempt ?? 1)) as object);
  };
  const route = repeatedBy === undefined ? order : repeatHandler(repeatedBy, order);
  app.get("/orders/:id", route);
  app.post("/orders/:id", route);
  app.get("/parts/:id", (context) => {
    const outgoing = new ReadableStream({
      async start(controller) {
        controller.enqueue(new TextEncoder().encode("first "));
        try {
          controller.enqueue(new TextEncoder().encode(String(await handle(1))));
          controller.close();
        } catch (error) {
          controller.error(error);
        }
      },
    });
    return context.body(outgoing);
  });
  return app;
}

function start(service: Service): Promise<Running> {
  const listener = getRequestListener(appOf(service).fetch, {
    errorHandler: () => new Response("broken", { status: 500 }),
  });
  return closing(service.protocol === "h2c" ? createHttp2Server(listener as never) : createServer(listener));
}

describeServer({
  name: "Hono 4",
  start,
  speaksH2c: true,
  tellsTheEnd: true,
  repeats: true,
  bare: { status: 503, retryAfter: "3" },
  unknownStatus: 500,
});

const circuit = new CircuitBreaker({ name: "db" });
circuit.trip();

test("works without a server, with the signal of the request", async () => {
  const policy = new Policy({ retry: {} });
  const leaving = new AbortController();
  const app = appOf({ handle: () => policy.call(() => new Promise(() => {})) });
  const answer = app.fetch(new Request("http://a/orders/7", { signal: leaving.signal }));
  await vi.waitFor(() => expect(policy.inFlight).toBe(1));
  leaving.abort();
  expect((await answer).status).toBe(499);
  expect(policy.inFlight).toBe(0);
});

test("without a handler of one's own, errors are answered as Hono does, and on the console", async () => {
  const app = new Hono();
  app.onError(answerErrors());
  const policy = new Policy({ retry: { maxAttempts: 2, strategy: constant(0) } });
  app.get("/a", () => policy.call(() => Promise.reject(new TransientError("down"))));
  app.get("/b", () => new Policy({ circuitBreaker: circuit }).call(async () => new Response()));
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  const failed = await app.request("/a");
  expect([failed.status, await failed.text(), failed.headers.get("x-should-retry")]).toEqual([
    500,
    "Internal Server Error",
    "false",
  ]);
  expect(told).toHaveBeenCalledTimes(1);
  told.mockRestore();
  expect((await app.request("/b")).status).toBe(503);
});

test("a response that says 503 is tried again, and the last one is the answer", async () => {
  const app = new Hono();
  const policy = new Policy({ retry: { maxAttempts: 3, strategy: constant(0) } });
  let asked = 0;
  app.get(
    "/a",
    repeatHandler(policy, (context: Context) => context.text(`${++asked}`, asked < 3 ? 503 : 200)),
  );
  app.get(
    "/b",
    repeatHandler(policy, (context: Context) => context.text("busy", 503)),
  );
  expect(await (await app.request("/a")).text()).toBe("3");
  const busy = await app.request("/b");
  expect([busy.status, await busy.text()]).toEqual([503, "busy"]);
});

test("streams of Hono's own helper have the scope", async () => {
  const app = new Hono();
  app.use(requestScope());
  app.get("/", (context) =>
    stream(context, async (out) => {
      await out.write(String((currentScope()?.remainingMs ?? 0) > 1_000));
    }),
  );
  const answer = await app.request("/", { headers: { "x-request-timeout-ms": "5000" } });
  expect(await answer.text()).toBe("true");
});

test("what a failed attempt has set on the context is taken back: status, headers and cookies", async () => {
  const app = new Hono();
  const policy = new Policy({ retry: { maxAttempts: 3, strategy: constant(0) } });
  let attempts = 0;
  app.use((context, next) => {
    context.header("vary", "accept");
    setCookie(context, "session", "s");
    return next();
  });
  app.get(
    "/",
    repeatHandler(policy, (context: Context) => {
      setCookie(context, "attempt", String(++attempts));
      if (attempts === 3) return context.text("done");
      context.status(503);
      context.header("vary", "origin", { append: true });
      context.header("x-half", "yes");
      if (attempts === 1) throw new TransientError("again");
      return context.text("busy");
    }),
  );
  const answer = await app.request("/");
  expect([answer.status, await answer.text(), attempts]).toEqual([200, "done", 3]);
  expect([answer.headers.get("x-half"), answer.headers.get("vary")]).toEqual([null, "accept"]);
  expect(answer.headers.getSetCookie()).toEqual(["session=s; Path=/", "attempt=3; Path=/"]);
});

test("a body that was read past Hono is not read twice: the error is that of the attempt that had it", async () => {
  const app = new Hono();
  const policy = new Policy({ retry: { maxAttempts: 3, strategy: constant(0) } });
  const seen: string[] = [];
  const failing = (read: (context: Context) => Promise<string>): ((context: Context) => Promise<Response>) =>
    repeatHandler(policy, async (context: Context) => {
      seen.push(await read(context));
      throw new TransientError("again");
    });
  app.onError(answerErrors((error, context) => context.text(error.message, 500)));
  app.put(
    "/raw",
    failing(({ req }) => req.raw.text()),
  );
  app.put(
    "/kept",
    failing(({ req }) => req.text()),
  );
  const running = await closing(createServer(getRequestListener(app.fetch)));
  const sent = { method: "PUT", body: "b" };
  expect((await ask(`${running.origin}/raw`, sent)).body).toBe("again");
  expect(await (await app.request("/raw", sent)).text()).toBe("again");
  expect(seen.splice(0)).toEqual(["b", "b"]);
  await ask(`${running.origin}/kept`, sent);
  expect(seen).toEqual(["b", "b", "b"]);
  await running.close();
});

test("answers keep the headers that middlewares have set, and none that describe the body that never came", async () => {
  const app = new Hono();
  app.use(requestId());
  app.onError(answerErrors());
  app.get("/", (context) => {
    context.header("content-encoding", "gzip");
    context.header("content-length", "5000");
    return new Policy({ circuitBreaker: circuit }).call(async () => context.text("zipped"));
  });
  app.get("/mine", () => {
    throw new HTTPException(418, { message: "tea" });
  });
  app.get("/unknown", () => {
    throw new Error("mine");
  });
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  for (const [path, status] of [
    ["/", 503],
    ["/mine", 418],
    ["/unknown", 500],
  ] as const) {
    const { headers, status: answered } = await app.request(path, { headers: { "x-request-id": "r7" } });
    const described = [headers.get("content-encoding"), headers.get("content-length")];
    expect([path, answered, headers.get("x-request-id"), ...described]).toEqual([path, status, "r7", null, null]);
  }
  told.mockRestore();
});

test("a platform whose requests have no signal is served", async () => {
  const app = new Hono();
  app.use(requestScope());
  app.get("/", (context) => context.text(String((currentScope()?.remainingMs ?? 0) > 1_000)));
  const request = new Request("http://a/", { headers: { "x-request-timeout-ms": "5000" } });
  Object.defineProperty(request, "signal", { value: undefined });
  expect(await (await app.fetch(request)).text()).toBe("true");
});
