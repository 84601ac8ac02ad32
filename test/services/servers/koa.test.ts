/* redress/koa in Koa 3, with @koa/router. */
import { createServer } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { PassThrough } from "node:stream";
import Router from "@koa/router";
import Koa from "koa";
import { type CallContext, CircuitBreaker, constant, Policy, TransientError } from "redress";
import { answerErrors, repeatHandler, requestScope } from "redress/koa";
import { currentAttempt } from "redress/scope";
import { expect, test } from "vitest";
import { ask } from "./client.ts";
import { closing } from "./closing.ts";
import { describeServer } from "./scenarios.ts";
import { doorOf, type Running, type Service } from "./service.ts";

async function listen(app: Koa, protocol: Service["protocol"] = "http/1.1"): Promise<Running> {
  app.silent = true;
  const server = protocol === "h2c" ? createHttp2Server(app.callback()) : createServer(app.callback());
  return closing(server);
}

function start(service: Service): Promise<Running> {
  const { handle, says = {}, options, repeatedBy, isBare, protocol } = service;
  const app = new Koa();
  if (!isBare) {
    app.use(requestScope({ ...options, ...doorOf<Koa.Context>(service, ({ method }) => method) }));
    app.use(answerErrors());
  }
  const router = new Router();
  const order = async (context: Koa.Context): Promise<void> => {
    context.set({ ...says });
    context.body = JSON.stringify(await handle(currentAttempt()?.attempt ?? 1));
    context.type = "json";
  };
  const route = repeatedBy === undefined ? order : repeatHandler(repeatedBy, order);
  router.get("/orders/:id", route);
  router.post("/orders/:id", route);
  router.get("/parts/:id", async (context: Koa.Context) => {
    context.respond = false;
    context.res.statusCode = 200;
    context.res.write("first ");
    context.res.end(String(await handle(1)));
  });
  app.use(router.routes());
  return listen(app, protocol);
}

describeServer({
  name: "Koa 3",
  start,
  speaksH2c: true,
  tellsTheEnd: true,
  repeats: true,
  bare: { status: 503, retryAfter: "3" },
  unknownStatus: 500,
});

test("what a failed attempt has set is taken back: body, status and headers", async () => {
  const app = new Koa();
  const policy = new Policy({ retry: { maxAttempts: 2 } });
  let attempts = 0;
  app.use(
    repeatHandler(policy, async (context: Koa.Context) => {
      if (++attempts > 1) return;
      context.status = 201;
      context.set("x-half", "yes");
      context.body = "half";
      throw new TransientError("again");
    }),
  );
  const running = await listen(app);
  const { status, headers, body } = await ask(running.origin);
  expect([attempts, status, headers["x-half"], body]).toEqual([2, 404, undefined, "Not Found"]);
  await running.close();
});

test("a body that is a stream is cut when its client leaves, and the calls that fill it abort", async () => {
  const app = new Koa();
  app.use(requestScope());
  const policy = new Policy({ retry: {} });
  const ended: unknown[] = [];
  app.use((context: Koa.Context) => {
    const body = new PassThrough();
    body.write("first ");
    body.on("error", () => {});
    void policy.execute(() => new Promise(() => {})).then((outcome) => ended.push(outcome.ok || outcome.stopReason));
    context.body = body;
  });
  const running = await listen(app);
  const leaving = new AbortController();
  const response = await fetch(running.origin, { signal: leaving.signal });
  await response.body?.getReader().read();
  leaving.abort();
  await expect.poll(() => ended).toEqual(["ABORTED"]);
  await running.close();
});

const circuit = new CircuitBreaker({ name: "db" });
circuit.trip();
const broken = new Policy({ circuitBreaker: circuit });

/** An application with both middlewares, and one handler. */
async function serving(handler: (context: Koa.Context) => unknown): Promise<Running> {
  const app = new Koa();
  app.use(requestScope());
  app.use(answerErrors());
  app.use(handler);
  return listen(app);
}

test("a stream that a failed attempt has set is closed, and its error ends nothing; nor does a body that is nothing", async () => {
  const policy = new Policy({ retry: { maxAttempts: 4, strategy: constant(0) } });
  const files: PassThrough[] = [];
  const running = await serving(
    repeatHandler(policy, async (context: Koa.Context) => {
      if (files.length === 2) {
        files.push(new PassThrough());
        context.body = null;
      } else if (files.length < 2) {
        const file = new PassThrough();
        files.push(file);
        context.body = file;
      } else return;
      throw new TransientError("again");
    }),
  );
  const { status, body } = await ask(running.origin);
  expect([status, body]).toEqual([404, "Not Found"]);
  expect(files.slice(0, 2).map((file) => [file.destroyed, file.emit("error", new Error("late"))])).toEqual([
    [true, true],
    [true, true],
  ]);
  await running.close();
});

test("a handler that wanted to answer past Koa, and failed before it did, is answered for", async () => {
  const running = await serving(async (context) => {
    context.respond = false;
    await broken.call(async () => 1);
  });
  expect((await ask(running.origin)).status).toBe(503);
  await running.close();
});

test("an answer that is whole goes out, whatever fails after it", async () => {
  const size = 20_000_000;
  const running = await serving((context) => {
    context.respond = false;
    context.res.end("x".repeat(size));
    throw new Error("after it");
  });
  const { body, isCut } = await ask(running.origin);
  expect([body.length, isCut]).toEqual([size, false]);
  await running.close();
});

test("an answer has no headers that describe the body that never came", async () => {
  const running = await serving(async (context) => {
    context.set({ "content-encoding": "gzip", "content-length": "5000", etag: '"1"', "x-request-id": "r7" });
    await broken.call(async () => 1);
  });
  const { status, headers } = await ask(running.origin);
  expect([status, headers["content-encoding"], headers.etag, headers["x-request-id"]]).toEqual([503, undefined, undefined, "r7"]);
  await running.close();
});

test("the route is that of @koa/router, or what the option says", async () => {
  const names: unknown[] = [];
  const hooks = { onCallStart: ({ parent }: CallContext) => void names.push(parent?.operation) };
  const policy = new Policy({ retry: {}, hooks });
  const call = (): Promise<number> => policy.call(async () => 1);
  const inner = new Router({ prefix: "/orders" });
  inner.use(async (_context, next) => {
    await call();
    await next();
  });
  inner.get("/:id", async (context) => {
    context.body = await call();
  });
  const outer = new Router();
  outer.use("/v1", inner.routes());
  const app = new Koa();
  app.use(requestScope());
  app.use(outer.routes());
  const routed = await listen(app);
  expect((await ask(`${routed.origin}/v1/orders/7`)).status).toBe(200);
  await routed.close();
  const other = new Koa();
  other.use(requestScope({ operation: (context: Koa.Context) => `${context.method} ${context.state["route"]}` }));
  other.use(async (context) => {
    context.state["route"] = "/parts/:id";
    context.body = await call();
  });
  const told = await listen(other);
  expect((await ask(`${told.origin}/parts/7`)).status).toBe(200);
  await told.close();
  expect(names).toEqual([null, "GET /v1/orders/:id", "GET /parts/:id"]);
  expect(() => requestScope({ operation: "GET /" as never })).toThrow(TypeError);
});
