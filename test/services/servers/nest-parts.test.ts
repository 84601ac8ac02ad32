/* redress/nest with the parts of Nest: exceptions, filters, guards, middleware, prefixes; and its pieces by hand. */
import {
  type ArgumentsHost,
  Body,
  Catch,
  Get,
  HttpException,
  type INestApplication,
  Injectable,
  type MiddlewareConsumer,
  Module,
  NotFoundException,
  Param,
  Post,
  Res,
  Scope,
  type Type,
  UseFilters,
  UseGuards,
  VersioningType,
} from "@nestjs/common";
import { BaseExceptionFilter } from "@nestjs/core";
import { type CallContext, CircuitBreaker, CircuitOpenError, constant, Policy, TransientError } from "redress";
import { requestScope } from "redress/express";
import { redressPlugin } from "redress/fastify";
import { answerError, answerErrors, RedressModule, tellRetried } from "redress/nest";
import { currentScope } from "redress/scope";
import { afterEach, describe, expect, test } from "vitest";
import { type Answer, ask } from "./client.ts";
import { controller, create, listen, method, type Platform, parameter, root } from "./nest.ts";
import type { Running } from "./service.ts";

// Open until somebody closes it: no retry would help.
const circuit = new CircuitBreaker({ name: "db" });
circuit.trip();
const rejecting = new Policy({ circuitBreaker: circuit });
const rejected = (): Promise<unknown> => rejecting.call(async () => 1);
const retrying = new Policy({ retry: { maxAttempts: 2, strategy: constant(0) } });
const retriedInVain = (): Promise<unknown> =>
  retrying.call(async () => {
    throw new TransientError("db-7.internal is down");
  });
/** What a call that is made here and now is made for. */
async function operation(): Promise<string | null | undefined> {
  let parent: string | null | undefined;
  const hooks = {
    onCallStart: (call: CallContext) => {
      parent = call.parent?.operation;
    },
  };
  await new Policy({ hooks }).call(async () => 1);
  return parent;
}

const unavailable = { type: "about:blank", title: "Service Unavailable", status: 503 };
const json = { "content-type": "application/json" };

/** A controller whose routes do what they are given: `GET /name`. */
function routes(handlers: Readonly<Record<string, () => unknown>>, decorators: readonly MethodDecorator[] = []): Type {
  class Routes {}
  for (const [name, handle] of Object.entries(handlers)) {
    Object.defineProperty(Routes.prototype, name, { value: () => handle(), writable: true, configurable: true });
    method(Routes, name, Get(name), ...decorators);
  }
  return controller(Routes);
}

describe.each<Platform>(["express", "fastify"])("on %s", (platform) => {
  const running: Running[] = [];
  afterEach(async () => {
    for (const each of running.splice(0)) await each.close();
  });
  const start = async (
    parts: Parameters<typeof root>[0],
    prepare: (app: INestApplication) => unknown = () => {},
  ): Promise<string> => {
    const app = await create(root(parts), platform);
    await prepare(app);
    const started = await listen(app);
    running.push(started);
    return started.origin;
  };
  const told = ({ status, headers, body }: Answer): unknown => [status, headers["x-should-retry"], body && JSON.parse(body)];
  const imports = [RedressModule.forRoot()];

  describe("errors of the application", () => {
    test("are Nest's as ever: its exceptions, also those that a policy's error has caused, and what nobody knows", async () => {
      const cause = new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 2_100 });
      const controllers = [
        routes({
          missing: () => Promise.reject(new NotFoundException("no such order")),
          mapped: () => Promise.reject(new HttpException({ mine: true }, 418, { cause })),
          text: () => Promise.reject("secret"),
          nothing: () => Promise.reject(null),
        }),
      ];
      const origin = await start({ imports, controllers });
      expect(told(await ask(`${origin}/missing`))).toEqual([
        404,
        undefined,
        { message: "no such order", error: "Not Found", statusCode: 404 },
      ]);
      expect(told(await ask(`${origin}/mapped`))).toEqual([418, undefined, { mine: true }]);
      for (const path of ["text", "nothing"])
        expect(told(await ask(`${origin}/${path}`))).toEqual([
          500,
          undefined,
          { statusCode: 500, message: "Internal server error" },
        ]);
      expect((await ask(`${origin}/nowhere`)).status).toBe(404);
    });

    test("go to its filters: those of the application, and of a route", async () => {
      class Mine {
        catch(_error: unknown, host: ArgumentsHost): void {
          host.switchToHttp().getResponse().status(418).send({ mine: true });
        }
      }
      Catch(TransientError)(Mine);
      const handlers = { broken: retriedInVain, stopped: rejected };
      const origin = await start({ imports, controllers: [routes(handlers)] }, (app) => app.useGlobalFilters(new Mine()));
      const local = await start({ imports, controllers: [routes(handlers, [UseFilters(new Mine()) as MethodDecorator])] });
      for (const each of [origin, local]) {
        expect(told(await ask(`${each}/broken`))).toEqual([418, "false", { mine: true }]);
        expect(told(await ask(`${each}/stopped`))).toEqual([503, "false", unavailable]);
      }
    });

    test("and a filter that catches everything is asked first: it begins with answerError", async () => {
      class Everything extends BaseExceptionFilter {
        override catch(error: unknown, host: ArgumentsHost): void {
          if (!answerError(error, host)) super.catch(error, host);
        }
      }
      Catch()(Everything);
      const handlers = {
        stopped: rejected,
        broken: retriedInVain,
        missing: () => Promise.reject(new NotFoundException()),
      };
      const origin = await start({ imports, controllers: [routes(handlers)] }, (app) =>
        app.useGlobalFilters(new Everything(app.getHttpAdapter())),
      );
      expect(told(await ask(`${origin}/stopped`))).toEqual([503, "false", unavailable]);
      expect(told(await ask(`${origin}/broken`))).toEqual([500, "false", { statusCode: 500, message: "Internal server error" }]);
      expect((await ask(`${origin}/missing`)).status).toBe(404);
    });
  });

  test("what a handler has said of the body that it never sent is not said of the answer", async () => {
    class Orders {
      async read(response: { header(name: string, value: string): void }): Promise<void> {
        response.header("content-length", "5");
        response.header("content-encoding", "gzip");
        await rejected();
      }
    }
    parameter(Orders, "read", Res({ passthrough: true }));
    method(Orders, "read", Get("orders"));
    const answer = await ask(`${await start({ imports, controllers: [controller(Orders)] })}/orders`);
    expect(told(answer)).toEqual([503, "false", unavailable]);
    expect([answer.isCut, answer.headers["content-encoding"]]).toEqual([false, undefined]);
  });

  describe("guards and middleware", () => {
    test("have the scope and the route of their request, also one with a body, and their stops are answered", async () => {
      const seen: unknown[] = [];
      class Allowed {
        async canActivate(): Promise<boolean> {
          await new Promise((resolve) => setImmediate(resolve));
          seen.push([await operation(), (currentScope()?.remainingMs ?? 0) > 1_000]);
          await rejected();
          return true;
        }
      }
      class Orders {
        write(): string {
          return "never";
        }
      }
      method(Orders, "write", Post("orders/:id"), UseGuards(new Allowed()) as MethodDecorator);
      const origin = await start({ imports: [RedressModule.forRoot({ deadlineMs: 9_000 })], controllers: [controller(Orders)] });
      const answer = await ask(`${origin}/orders/7`, {
        method: "POST",
        headers: json,
        body: JSON.stringify({ a: "b".repeat(9_000) }),
      });
      expect(told(answer)).toEqual([503, "false", unavailable]);
      expect(seen).toEqual([["POST /orders/:id", true]]);
    });

    test("of a module that comes before are in the scope, too, and what stops there is answered", async () => {
      const lefts: unknown[] = [];
      class App {
        configure(consumer: MiddlewareConsumer): void {
          const auth = async (): Promise<void> => {
            lefts.push((currentScope()?.remainingMs ?? 0) > 1_000);
            await rejected();
          };
          consumer.apply(auth).forRoutes("orders");
        }
      }
      Module({ imports: [RedressModule.forRoot({ deadlineMs: 9_000 })], controllers: [routes({ orders: () => 1 })] })(App);
      const started = await listen(await create(App, platform));
      running.push(started);
      const answer = await ask(`${started.origin}/orders`);
      expect([told(answer), answer.headers["content-type"]]).toEqual([[503, "false", unavailable], "application/problem+json"]);
      expect(lefts).toEqual([true]);
    });
  });

  test("a route has its prefix and its version in its name, and a controller of each request has the scope", async () => {
    class Orders {
      async read(id: string): Promise<unknown> {
        return { id, operation: await operation() };
      }
    }
    Injectable({ scope: Scope.REQUEST })(Orders);
    parameter(Orders, "read", Param("id"));
    method(Orders, "read", Get("orders/:id"));
    controller(Orders);
    const origin = await start({ imports, controllers: [Orders] }, (app) => {
      app.setGlobalPrefix("api");
      app.enableVersioning({ type: VersioningType.URI, defaultVersion: "1" });
    });
    const answer = await ask(`${origin}/api/v1/orders/7`);
    expect(JSON.parse(answer.body)).toEqual({ id: "7", operation: "GET /api/v1/orders/:id" });
  });

  test("a body is parsed as ever, and handlers of requests with one have the scope", async () => {
    class Orders {
      async write(body: object): Promise<unknown> {
        return { body, operation: await operation() };
      }
    }
    parameter(Orders, "write", Body());
    method(Orders, "write", Post("orders"));
    const origin = await start({ imports, controllers: [controller(Orders)] });
    const { status, body } = await ask(`${origin}/orders`, { method: "POST", headers: json, body: '{"a":1}' });
    expect([status, JSON.parse(body)]).toEqual([201, { body: { a: 1 }, operation: "POST /orders" }]);
  });

  test("imported by several modules, the tightest deadline counts, and answers go out once", async () => {
    const left = (): unknown => ({ left: currentScope()?.remainingMs });
    const Part = root({
      imports: [RedressModule.forRoot({ deadlineMs: 1_000 })],
      controllers: [routes({ left, stopped: rejected })],
    });
    const origin = await start({ imports: [RedressModule.forRoot({ deadlineMs: 9_000 }), Part] });
    expect(JSON.parse((await ask(`${origin}/left`)).body).left).toBeLessThanOrEqual(1_000);
    expect(told(await ask(`${origin}/stopped`))).toEqual([503, "false", unavailable]);
  });

  test("by hand, the pieces do the same, with the scope that the platform has", async () => {
    const left = (): unknown => ({ left: currentScope()?.remainingMs });
    const origin = await start({ controllers: [routes({ left, stopped: rejected, broken: retriedInVain })] }, async (app) => {
      if (platform === "express") app.use(requestScope({ deadlineMs: 1_000 }));
      else await app.getHttpAdapter().getInstance().register(redressPlugin, { deadlineMs: 1_000 });
      app.useGlobalFilters(answerErrors());
      app.useGlobalInterceptors(tellRetried());
    });
    expect(JSON.parse((await ask(`${origin}/left`)).body).left).toBeLessThanOrEqual(1_000);
    expect(told(await ask(`${origin}/stopped`))).toEqual([503, "false", unavailable]);
    expect(told(await ask(`${origin}/broken`))).toEqual([500, "false", { statusCode: 500, message: "Internal server error" }]);
  });

  test("a module without its options, and a wrong option, keep the application from starting", async () => {
    await expect(create(root({ imports: [RedressModule as never] }), platform)).rejects.toThrow("write RedressModule.forRoot()");
    expect(() => RedressModule.forRoot({ deadline: 5 } as never)).toThrow("RedressModule.forRoot.deadline is not an option");
  });
});

test("a filter, and an interceptor, leave messages and resolvers to Nest", () => {
  const host = { getType: () => "rpc", switchToHttp: () => expect.unreachable(), getHandler: () => host };
  const stopped = new CircuitOpenError({ breaker: "b", state: "open", retryAfterMs: 1 });
  expect(answerErrors().catch(stopped, host)).toBeUndefined();
  expect(answerError(stopped, host)).toBe(false);
  const answers = { subscribe: () => expect.unreachable() };
  expect(tellRetried().intercept(host, { handle: () => answers })).toBe(answers);
});

test.each([
  ["answerErrors", answerErrors],
  ["tellRetried", tellRetried],
])("%s takes nothing", (name, make) => {
  expect(() => (make as (given: unknown) => unknown)({})).toThrow(`write ${name}()`);
});
