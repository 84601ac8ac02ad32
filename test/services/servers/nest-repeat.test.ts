/* repeatHandler of redress/nest: what is repeated, what is taken back, and what is refused. */
import {
  type CallHandler,
  type ExecutionContext,
  Get,
  HttpCode,
  Param,
  Post,
  Res,
  ServiceUnavailableException,
  Sse,
  type Type,
  UseGuards,
  UseInterceptors,
} from "@nestjs/common";
import { constant, Policy, TransientError } from "redress";
import { RedressModule, repeatHandler } from "redress/nest";
import { currentAttempt } from "redress/scope";
import { of, timeout } from "rxjs";
import { afterEach, describe, expect, test } from "vitest";
import { ask } from "./client.ts";
import { controller, create, listen, method, type Platform, parameter, root } from "./nest.ts";
import type { Running } from "./service.ts";

const policy = new Policy({ retry: { maxAttempts: 3, strategy: constant(0) } });
const attempt = (): number => currentAttempt()?.attempt ?? 1;
const use = (...interceptors: Parameters<typeof UseInterceptors>): MethodDecorator =>
  UseInterceptors(...interceptors) as MethodDecorator;

describe.each<Platform>(["express", "fastify"])("on %s", (platform) => {
  const running: Running[] = [];
  afterEach(async () => {
    for (const each of running.splice(0)) await each.close();
  });
  const start = async (of: Type): Promise<string> => {
    const app = await create(root({ imports: [RedressModule.forRoot()], controllers: [controller(of)] }), platform);
    const started = await listen(app);
    running.push(started);
    return started.origin;
  };

  test("pipes and inner interceptors run again, guards do not; what a failed attempt has set is taken back", async () => {
    const ran: string[] = [];
    class Orders {
      read(
        id: string,
        response: { setHeader?(name: string, value: string): void; header(name: string, value: string): void },
      ): object {
        response.header(`x-half-${attempt()}`, "yes");
        if (attempt() < 3) throw new TransientError("again");
        return { id };
      }
    }
    const guard = { canActivate: () => ran.push("guard") > 0 };
    const inner = {
      intercept: (_context: ExecutionContext, next: CallHandler) => {
        ran.push(`inner ${attempt()}`);
        return next.handle();
      },
    };
    const pipe = { transform: (value: string) => `${value}, ${ran.push("pipe")}` };
    parameter(Orders, "read", Param("id", pipe), 0);
    parameter(Orders, "read", Res({ passthrough: true }), 1);
    method(
      Orders,
      "read",
      Get("orders/:id"),
      HttpCode(203),
      UseGuards(guard) as MethodDecorator,
      use(repeatHandler(policy), inner),
    );
    const { status, headers, body } = await ask(`${await start(Orders)}/orders/7`);
    expect(ran).toEqual(["guard", "inner 1", "pipe", "inner 2", "pipe", "inner 3", "pipe"]);
    expect([status, JSON.parse(body)]).toEqual([203, { id: "7, 7" }]);
    expect(Object.keys(headers).filter((name) => name.startsWith("x-half"))).toEqual(["x-half-3"]);
  });

  test("Nest's own exceptions are retried where they say so, and are Nest's when all is in vain", async () => {
    let calls = 0;
    class Orders {
      read(): never {
        calls++;
        throw new ServiceUnavailableException("later");
      }
    }
    method(Orders, "read", Get("orders"), use(repeatHandler(policy)));
    const { status, headers, body } = await ask(`${await start(Orders)}/orders`);
    expect([calls, status, headers["x-should-retry"], JSON.parse(body).message]).toEqual([3, 503, "false", "later"]);
  });

  test("a handler may give an Observable, a fallback answers for it, and mayRepeat is asked with the request", async () => {
    const asked: unknown[] = [];
    class Orders {
      read(): unknown {
        return of(1, { attempt: attempt() });
      }
      fallen(): never {
        throw new TransientError("down");
      }
      write(): unknown {
        if (attempt() < 2) throw new TransientError("again");
        return { attempt: attempt() };
      }
    }
    method(Orders, "read", Get("orders"), use(repeatHandler(policy)));
    method(Orders, "fallen", Get("fallen"), use(repeatHandler(policy.with({ fallback: () => ({ stale: true }) }))));
    const mayRepeat = (request: { body: { key: string } }): boolean => asked.push(request.body) > 0;
    method(Orders, "write", Post("orders"), use(repeatHandler(policy, { mayRepeat })));
    const origin = await start(Orders);
    expect(JSON.parse((await ask(`${origin}/orders`)).body)).toEqual({ attempt: 1 });
    expect(JSON.parse((await ask(`${origin}/fallen`)).body)).toEqual({ stale: true });
    const sent = { method: "POST", headers: { "content-type": "application/json" }, body: '{"key":"k"}' };
    expect(JSON.parse((await ask(`${origin}/orders`, sent)).body)).toEqual({ attempt: 2 });
    expect(asked).toEqual([{ key: "k" }]);
  });

  test("an outer interceptor that waits no longer ends it: the attempt is aborted, and none follows", async () => {
    const signals: (AbortSignal | undefined)[] = [];
    class Orders {
      read(): Promise<never> {
        signals.push(currentAttempt()?.signal);
        return new Promise(() => {});
      }
    }
    const impatient = { intercept: (_context: ExecutionContext, next: CallHandler) => next.handle().pipe(timeout(100)) };
    method(Orders, "read", Get("orders"), use(impatient, repeatHandler(policy)));
    expect((await ask(`${await start(Orders)}/orders`)).status).toBe(500);
    await expect.poll(() => signals.map((signal) => signal?.aborted)).toEqual([true]);
  });

  test("a handler that answers by itself is not called again when its answer has begun", async () => {
    let calls = 0;
    class Orders {
      async read(response: { raw?: NodeJS.WritableStream } & NodeJS.WritableStream): Promise<void> {
        calls++;
        (response.raw ?? response).write("half");
        await new Promise((resolve) => setTimeout(resolve, 100));
        throw new TransientError("broken");
      }
    }
    parameter(Orders, "read", Res());
    method(Orders, "read", Get("orders"), use(repeatHandler(policy)));
    await ask(`${await start(Orders)}/orders`);
    expect(calls).toBe(1);
  });

  test("a route with @Sse() is refused", async () => {
    class Orders {
      events(): unknown {
        return of({ data: "1" });
      }
    }
    method(Orders, "events", Sse("events"), use(repeatHandler(policy)));
    const { status, body } = await ask(`${await start(Orders)}/events`);
    expect([status, JSON.parse(body)]).toEqual([500, { statusCode: 500, message: "Internal server error" }]);
  });
});

test.each<[string, () => unknown, string]>([
  ["the options of a policy", () => repeatHandler({ retry: {} } as never), "repeatHandler.policy must be a Policy"],
  [
    "no policy, where it is installed without its parentheses",
    () => Reflect.construct(repeatHandler, []),
    "repeatHandler.policy",
  ],
  ["an unknown option", () => repeatHandler(policy, { may: 1 } as never), "repeatHandler.may is not an option"],
])("%s is refused", (_what, make, message) => {
  expect(make).toThrow(message);
});
