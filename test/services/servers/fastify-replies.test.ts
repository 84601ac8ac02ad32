/* Handlers of Fastify that are repeated: what counts as an answer, what as a failure, and what is taken back. */
import { PassThrough } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import { constant, Policy, TransientError } from "redress";
import { redressPlugin, repeatHandler } from "redress/fastify";
import { currentAttempt } from "redress/scope";
import { afterEach, describe, expect, test } from "vitest";
import { ask } from "./client.ts";

type Handler = (request: FastifyRequest, reply: FastifyReply) => unknown;
const retry = { maxAttempts: 3, strategy: constant(0) };
const apps: FastifyInstance[] = [];
afterEach(async () => {
  for (const app of apps.splice(0)) await app.close();
});

/** An application whose `/` is repeated; `lines` are what it has logged from the level of warnings on. */
function repeated(handler: Handler, policy = new Policy({ retry })): { app: FastifyInstance; lines: string[] } {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) };
  const app = fastify({ logger: { level: "warn", stream }, forceCloseConnections: true });
  apps.push(app);
  app.register(redressPlugin);
  app.get("/", repeatHandler(policy, handler));
  app.post("/", repeatHandler(policy, handler));
  return { app, lines };
}

const attempt = (): number => currentAttempt()?.attempt ?? 0;
const failFirst = (): void => {
  if (attempt() === 1) throw new TransientError("again");
};

describe("a handler answers", () => {
  test.each<[string, Handler]>([
    ["by returning a value", () => ({ ok: true })],
    ["by returning a promise", async () => ({ ok: true })],
    ["by sending", async (_request, reply) => void reply.send({ ok: true })],
    ["by sending, and returning the reply", async (_request, reply) => reply.send({ ok: true })],
    ["by sending without a promise", (_request, reply) => reply.send({ ok: true })],
    ["in a callback", (_request, reply) => void setTimeout(() => void reply.send({ ok: true }), 20)],
    [
      "in a callback that it waits for",
      async (_request, reply) => {
        setTimeout(() => void reply.send({ ok: true }), 20);
        await reply;
      },
    ],
    ["by hijacking", async (_request, reply) => void reply.hijack().raw.end('{"ok":true}')],
    ["on the raw response", async (_request, reply) => void reply.raw.end('{"ok":true}')],
  ])("%s, in the second attempt too", async (_how, handler) => {
    let calls = 0;
    const { app, lines } = repeated((request, reply) => {
      calls++;
      failFirst();
      return handler(request, reply);
    });
    const { statusCode, body } = await app.inject("/");
    expect([statusCode, body, calls, lines]).toEqual([200, '{"ok":true}', 2, []]);
  });

  test("with nothing, or a redirection", async () => {
    const { app } = repeated(async () => {});
    const empty = await app.inject("/");
    expect([empty.statusCode, empty.body]).toEqual([200, ""]);
    const { app: other } = repeated((_request, reply) => reply.redirect("/there"));
    const { statusCode, headers } = await other.inject("/");
    expect([statusCode, headers.location]).toEqual([302, "/there"]);
  });
});

describe("a handler fails", () => {
  test.each<[string, Handler]>([
    [
      "by throwing",
      () => {
        throw new TransientError("again");
      },
    ],
    ["by rejecting", () => Promise.reject(new TransientError("again"))],
    ["by sending an error", (_request, reply) => void reply.send(new TransientError("again"))],
    ["by returning what has sent one", async (_request, reply) => reply.send(new TransientError("again"))],
    ["in a callback", (_request, reply) => void setTimeout(() => void reply.send(new TransientError("again")), 20)],
  ])("%s, and is repeated until it does not", async (_how, handler) => {
    const { app } = repeated((request, reply) => (attempt() < 3 ? handler(request, reply) : { attempt: attempt() }));
    expect((await app.inject("/")).json()).toEqual({ attempt: 3 });
  });

  test("and the status that it has sent the error with is heeded", async () => {
    let calls = 0;
    const { app } = repeated(async (_request, reply) => {
      calls++;
      return reply.code(418).send(new Error("short and stout"));
    });
    const { statusCode, body } = await app.inject({ method: "POST", url: "/" });
    expect([statusCode, body, calls]).toEqual([418, expect.stringContaining("short and stout"), 1]);
  });
});

describe("when the answer has begun, nothing is repeated", () => {
  const streaming =
    (then: (parts: PassThrough) => unknown): Handler =>
    async (_request, reply) => {
      const parts = new PassThrough();
      parts.write("first ");
      void reply.send(parts);
      await then(parts);
    };

  test("and an error of the handler breaks a stream off, as ever", async () => {
    let calls = 0;
    const handler = streaming(async () => {
      calls++;
      await sleep(100);
      throw new TransientError("too late");
    });
    const { app, lines } = repeated(handler);
    const { status, body, isCut } = await ask(await app.listen({ port: 0, host: "127.0.0.1" }));
    expect([status, body, isCut, calls]).toEqual([200, "first ", true, 1]);
    expect(lines).toContain("too late");
  });

  test("and a stream may take longer than an attempt: it is not the policy's", async () => {
    let calls = 0;
    const policy = new Policy({ retry: { ...retry, attemptTimeoutMs: 150 } });
    const inFlight: number[] = [];
    const { app } = repeated(async (_request, reply) => {
      calls++;
      const parts = new PassThrough();
      parts.write("first ");
      setTimeout(() => {
        inFlight.push(policy.inFlight);
        parts.end("last");
      }, 500);
      return reply.send(parts);
    }, policy);
    const { status, body, isCut } = await ask(await app.listen({ port: 0, host: "127.0.0.1" }));
    expect([status, body, isCut, calls, inFlight]).toEqual([200, "first last", false, 1, [0]]);
  });

  test("nor while hooks work on it, and the error is told", async () => {
    let calls = 0;
    const { app, lines } = repeated(async (_request, reply) => {
      calls++;
      void reply.send({ ok: true });
      throw new TransientError("too late");
    });
    app.addHook("onSend", () => sleep(100));
    await app.inject("/");
    expect([calls, lines]).toEqual([1, expect.arrayContaining(["too late"])]);
  });

  test("nor when the reply was hijacked, and the error is told", async () => {
    let calls = 0;
    const { app, lines } = repeated(async (_request, reply) => {
      calls++;
      reply.hijack();
      reply.raw.end("raw");
      throw new TransientError("too late");
    });
    expect((await app.inject("/")).body).toBe("raw");
    expect([calls, lines]).toEqual([1, ["Promise errored, but reply.sent = true was set"]]);
  });
});

test("what a failed attempt has set is taken back, and what hooks have set stays", async () => {
  const { app } = repeated((_request, reply) => {
    reply.header("set-cookie", `attempt=${attempt()}`).header(`x-of-${attempt()}`, "yes");
    reply.trailer(`t${attempt()}`, async () => "x");
    if (attempt() > 1) return { attempt: attempt() };
    reply
      .code(201)
      .type("text/html")
      .serializer(() => "of the first");
    throw new TransientError("again");
  });
  app.addHook("onRequest", async (_request, reply) => {
    reply.header("set-cookie", ["a=1", "b=2"]).header("x-kept", "yes");
  });
  const { statusCode, headers, body } = await app.inject("/");
  expect([statusCode, body, headers["x-of-1"], headers["x-of-2"], headers["x-kept"], headers.trailer]).toEqual([
    200,
    '{"attempt":2}',
    undefined,
    "yes",
    "yes",
    "t2",
  ]);
  expect(headers["set-cookie"]).toEqual(["a=1", "b=2", "attempt=2"]);
  expect(headers["content-type"]).toContain("application/json");
});

test("decorators, `this` and typed requests are the handler's as ever, and what it replaced of the reply stays replaced", async () => {
  const app = fastify();
  apps.push(app);
  app.register(redressPlugin);
  app.decorate("greeting", "hello");
  app.decorateReply("shout", function (this: FastifyReply, text: string) {
    return this.send(text.toUpperCase());
  });
  let calls = 0;
  const handler = async function (
    this: FastifyInstance,
    request: FastifyRequest<{ Params: { id: string } }>,
    reply: FastifyReply,
  ) {
    if (++calls === 1) throw new TransientError("again");
    const { greeting } = this as unknown as { greeting: string };
    return (reply as unknown as { shout(text: string): FastifyReply }).shout(`${greeting} ${request.params.id}`);
  };
  let sends = 0;
  const policy = new Policy({ retry });
  app.addHook("preHandler", async (_request, reply) => {
    const { send } = reply;
    reply.send = (payload) => {
      sends++;
      return send.call(reply, payload);
    };
  });
  app.get<{ Params: { id: string } }>("/:id", repeatHandler(policy, repeatHandler(new Policy(), handler)));
  expect((await app.inject("/you")).body).toBe("HELLO YOU");
  expect([calls, sends]).toEqual([2, 1]);
});
