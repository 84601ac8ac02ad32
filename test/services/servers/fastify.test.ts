/* redress/fastify in Fastify 5. */
import { AsyncLocalStorage } from "node:async_hooks";
import { once } from "node:events";
import { connect } from "node:http2";
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { CircuitBreaker, constant, type Outcome, Policy } from "redress";
import { answerError, redressPlugin, repeatHandler } from "redress/fastify";
import { currentAttempt, currentScope } from "redress/scope";
import { describe, expect, test, vi } from "vitest";
import { ask } from "./client.ts";
import { describeServer } from "./scenarios.ts";
import { doorOf, type Running, type Service } from "./service.ts";

async function listen(app: FastifyInstance): Promise<Running> {
  const origin = await app.listen({ port: 0, host: "127.0.0.1" });
  return {
    origin,
    close: () => app.close(),
    shutDown: (shutdown) => shutdown.close(app.server),
  };
}

function start(service: Service): Promise<Running> {
  const { handle, says = {}, options, repeatedBy, isBare, protocol } = service;
  const closes = { forceCloseConnections: true } as const;
  const app = (
    protocol === "h2c" ? fastify({ ...closes, http2: true, http2SessionTimeout: 100 } as never) : fastify(closes)
  ) as FastifyInstance;
  if (!isBare) app.register(redressPlugin, { ...options, ...doorOf<FastifyRequest>(service, ({ method }) => method) });
  const order = async (_request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    reply.headers(says);
    return handle(currentAttempt()?.attempt ?? 1);
  };
  const route = repeatedBy === undefined ? order : repeatHandler(repeatedBy, order);
  app.get("/orders/:id", route);
  app.post("/orders/:id", route);
  app.get("/parts/:id", async (_request, reply) => {
    const parts = new PassThrough();
    parts.write("first ");
    void (async () => handle(1))().then(
      (value) => parts.end(String(value)),
      (error: Error) => parts.destroy(error),
    );
    return reply.send(parts);
  });
  return listen(app);
}

describeServer({
  name: "Fastify 5",
  start,
  speaksH2c: true,
  tellsTheEnd: true,
  repeats: true,
  bare: { status: 503, retryAfter: "3" },
  unknownStatus: 500,
});

const circuit = new CircuitBreaker({ name: "db" });
circuit.trip();
const rejecting = new Policy({ circuitBreaker: circuit });
const rejected = (): Promise<unknown> => rejecting.call(async () => 1);

describe("error handlers of the application", () => {
  const own = (_error: unknown, _request: FastifyRequest, reply: FastifyReply): unknown => reply.code(418).send("mine");

  test.each<[string, (app: FastifyInstance) => unknown]>([
    ["before the plugin", (app) => [app.setErrorHandler(own), app.register(redressPlugin)]],
    ["after it", (app) => [app.register(redressPlugin), app.setErrorHandler(own)]],
    [
      "when it has been loaded",
      async (app) => {
        await app.register(redressPlugin);
        app.setErrorHandler(own);
      },
    ],
  ])("that are set %s hear of their own errors, and of no other", async (_when, install) => {
    // With it Fastify refuses a second handler: ours is none.
    const app = fastify({ allowErrorHandlerOverride: false });
    await install(app);
    app.get("/stopped", rejected);
    app.get("/broken", () => Promise.reject(new Error("mine")));
    const stopped = await app.inject("/stopped");
    expect([stopped.statusCode, stopped.json()]).toEqual([
      503,
      { type: "about:blank", title: "Service Unavailable", status: 503 },
    ]);
    expect((await app.inject("/broken")).statusCode).toBe(418);
    await app.close();
  });

  test("are refused where they are no functions, or too many, as ever, and nobody is warned of ours", async () => {
    const warned = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    const app = fastify({ allowErrorHandlerOverride: false });
    await app.register(redressPlugin);
    expect(() => app.setErrorHandler(undefined as never)).toThrow("Error Handler must be a function");
    app.setErrorHandler(own);
    expect(() => app.setErrorHandler(own)).toThrow("Error Handler already set in this scope");
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
    await app.close();
  });

  test("hear of errors of hooks, and of what is not found, by the same rule", async () => {
    const app = fastify();
    app.register(redressPlugin);
    app.setErrorHandler(own);
    app.setNotFoundHandler(rejected as never);
    app.get("/hook", { preHandler: async () => void (await rejected()) }, async () => "never");
    expect((await app.inject("/hook")).statusCode).toBe(503);
    expect((await app.inject("/nowhere")).statusCode).toBe(503);
    await app.close();
  });

  test("of a part, and of a route, are asked as ever", async () => {
    const app = fastify();
    app.register(redressPlugin);
    app.register((part, _options, done) => {
      part.setErrorHandler(own);
      part.get("/stopped", rejected);
      part.get("/broken", () => Promise.reject(new Error("mine")));
      const errorHandler = (error: Error, _request: FastifyRequest, reply: FastifyReply): unknown =>
        answerError(error, reply) ? reply : reply.code(419).send("the route's");
      part.get("/route", { errorHandler }, rejected);
      done();
    });
    expect((await app.inject("/stopped")).statusCode).toBe(503);
    expect((await app.inject("/broken")).statusCode).toBe(418);
    expect((await app.inject("/route")).statusCode).toBe(503);
    await app.close();
  });
});

test("parts of the application have scopes too, and so do handlers whose requests have bodies, and with callbacks", async () => {
  const app = fastify();
  app.register(redressPlugin, { deadlineMs: 9_000 });
  const left = (): unknown => ({ left: (currentScope()?.remainingMs ?? 0) > 1_000 });
  app.register((part, _options, done) => {
    part.post("/part", (_request, reply) => void reply.send(left()));
    done();
  });
  app.get("/callback", (_request, reply) => void setTimeout(() => reply.send(left()), 5));
  expect((await app.inject({ method: "POST", url: "/part", payload: { a: 1 } })).json()).toEqual({ left: true });
  expect((await app.inject("/callback")).json()).toEqual({ left: true });
  await app.close();
});

test("registered in a part, it acts on that part alone", async () => {
  const app = fastify();
  app.get("/out", () => ({ hasScope: currentScope() !== undefined }));
  app.register((part, _options, done) => {
    part.register(redressPlugin);
    part.get("/in", () => ({ hasScope: currentScope() !== undefined }));
    done();
  });
  expect((await app.inject("/in")).json()).toEqual({ hasScope: true });
  expect((await app.inject("/out")).json()).toEqual({ hasScope: false });
  await app.close();
});

describe("hooks", () => {
  test("after the plugin's are in the scope, each of them, also when a body came in pieces", async () => {
    const app = fastify({ forceCloseConnections: true });
    app.register(redressPlugin);
    const seen: string[] = [];
    const see = (name: string): void => void (currentScope() !== undefined && seen.push(name));
    app.addHook("onRequest", async () => see("onRequest"));
    app.addHook("preValidation", async () => see("preValidation"));
    app.addHook("preHandler", async () => see("preHandler"));
    app.addHook("onSend", async () => see("onSend"));
    app.post("/", async (request) => {
      see("handler");
      return request.body;
    });
    const origin = await app.listen({ port: 0, host: "127.0.0.1" });
    const body = JSON.stringify({ text: "x".repeat(500_000) });
    const answer = await ask(origin, { method: "POST", body, headers: { "content-type": "application/json" } });
    expect(answer.body).toBe(body);
    expect(seen).toEqual(["onRequest", "preValidation", "preHandler", "handler", "onSend"]);
    await app.close();
  });

  test.each(["onRequest", "preParsing"] as const)("that enter a context of their own in %s keep it", async (name) => {
    const context = new AsyncLocalStorage<string>();
    const app = fastify();
    app.register(redressPlugin);
    if (name === "onRequest") app.addHook(name, (_request, _reply, done) => context.run("mine", done));
    else app.addHook(name, (_request, _reply, payload, done) => context.run("mine", () => done(null, payload)));
    app.get("/", () => ({ context: context.getStore(), hasScope: currentScope() !== undefined }));
    expect((await app.inject("/")).json()).toEqual({ context: "mine", hasScope: true });
    await app.close();
  });
});

/** A call that only its scope can end, and how that was. */
function waiting(): { readonly call: () => Promise<Outcome<unknown>>; readonly outcome: Promise<Outcome<unknown>> } {
  const policy = new Policy({ retry: { strategy: constant(0) } });
  let told: (outcome: Outcome<unknown>) => void = () => {};
  const outcome = new Promise<Outcome<unknown>>((resolve) => {
    told = resolve;
  });
  const call = async (): Promise<Outcome<unknown>> => {
    const ended = await policy.execute(() => new Promise(() => {}));
    told(ended);
    return ended;
  };
  return { call, outcome };
}

describe("inject()", () => {
  test("that is answered aborts nothing, and what goes on is bounded no more", async () => {
    const policy = new Policy({ retry: { strategy: constant(0) } });
    const app = fastify();
    app.register(redressPlugin, { deadlineMs: 200 });
    let later: Promise<unknown> = Promise.resolve();
    let signal: AbortSignal | undefined;
    app.get("/", () => {
      signal = currentScope()?.signal;
      later = sleep(300).then(() => policy.call(async () => "audited"));
      return { ok: true };
    });
    expect((await app.inject("/")).json()).toEqual({ ok: true });
    expect(await later).toBe("audited");
    expect(signal?.aborted).toBe(false);
    await app.close();
  });

  test("that is given up is a client that has left", async () => {
    const { call, outcome } = waiting();
    const leaving = new AbortController();
    const app = fastify();
    app.register(redressPlugin);
    app.get("/", () => {
      setTimeout(() => leaving.abort(), 20);
      return call();
    });
    await expect(app.inject({ url: "/", signal: leaving.signal })).rejects.toThrow();
    expect(await outcome).toMatchObject({ stopReason: "ABORTED", error: { name: "ClientLeftError" } });
    await app.close();
  });
});

test.each<[string, (reply: FastifyReply) => unknown]>([
  [
    "a stream",
    (reply) => {
      const parts = new PassThrough();
      parts.write("first ");
      return reply.send(parts);
    },
  ],
  ["a hijacked reply", (reply) => void reply.hijack().raw.write("first ")],
])("over HTTP/2, a client that leaves in the middle of %s aborts the calls", async (_what, answer) => {
  const { call, outcome } = waiting();
  const app = fastify({ http2: true, http2SessionTimeout: 100 } as never) as unknown as FastifyInstance;
  app.register(redressPlugin);
  app.get("/", async (_request, reply) => {
    void call();
    return answer(reply);
  });
  const session = connect(await app.listen({ port: 0, host: "127.0.0.1" }));
  const stream = session.request({ ":path": "/" });
  stream.on("error", () => {});
  await once(stream, "data");
  stream.close(8);
  expect(await outcome).toMatchObject({ stopReason: "ABORTED", error: { name: "ClientLeftError" } });
  session.destroy();
  await app.close();
});

test("where Fastify answers in the handler's place, by its handlerTimeout, the calls of the handler end", async () => {
  const { call, outcome } = waiting();
  const app = fastify({ handlerTimeout: 150, forceCloseConnections: true });
  app.register(redressPlugin);
  app.get("/", call);
  const { status, body } = await ask(await app.listen({ port: 0, host: "127.0.0.1" }));
  expect([status, JSON.parse(body).code]).toEqual([503, "FST_ERR_HANDLER_TIMEOUT"]);
  expect(await outcome).toMatchObject({ stopReason: "ABORTED", error: { code: "FST_ERR_HANDLER_TIMEOUT" } });
  await app.close();
});

test("a wrong option keeps the application from starting", async () => {
  const app = fastify();
  app.register(redressPlugin, { deadline: 5 } as never);
  await expect(app.ready()).rejects.toThrow("redressPlugin.deadline is not an option");
});
