/* redress/node-http on node:http and node:http2. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { constant, Policy, RateLimitError, TransientError } from "redress";
import { handleRequests, repeatHandler } from "redress/node-http";
import { currentAttempt } from "redress/scope";
import { expect, test, vi } from "vitest";
import { ask } from "./client.ts";
import { closing } from "./closing.ts";
import { describeServer } from "./scenarios.ts";
import { doorOf, type Running, type Service } from "./service.ts";

function start(given: Service): Promise<Running> {
  const { handle, says = {}, options, repeatedBy, protocol } = given;
  const order = async (_request: IncomingMessage, response: ServerResponse): Promise<void> => {
    for (const [name, value] of Object.entries(says)) response.setHeader(name, value);
    const value = await handle(currentAttempt()?.attempt ?? 1);
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(value));
  };
  const named = repeatedBy?.with({ operation: "GET /orders/:id" });
  const route = named === undefined ? order : repeatHandler(named, order);
  const service = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url?.startsWith("/orders/")) return route(request, response);
    response.write("first ");
    response.end(String(await handle(1)));
  };
  const operation = ({ method }: IncomingMessage): string => `${method} /orders/:id`;
  const door = doorOf<IncomingMessage>(given, ({ method = "" }) => method);
  const listener = handleRequests(service, { ...options, ...door, operation, onError: () => {} });
  return closing(protocol === "h2c" ? createHttp2Server(listener as never) : createServer(listener));
}

describeServer({
  name: "node:http",
  start,
  speaksH2c: true,
  tellsTheEnd: true,
  repeats: true,
  bare: { status: 503, retryAfter: "3" },
  unknownStatus: 500,
});

test("an error that nobody knows is heard of, and answered without a word of it", async () => {
  const heard: unknown[] = [];
  const failure = new Error("secret");
  const listener = handleRequests(
    (_request: IncomingMessage, response: ServerResponse) => {
      response.setHeader("x-half", "yes");
      throw failure;
    },
    { onError: (error, request) => heard.push([error, request.url]) },
  );
  const running = await closing(createServer(listener));
  const { status, body, headers } = await ask(`${running.origin}/a`);
  expect([status, JSON.parse(body), headers["x-half"]]).toEqual([
    500,
    { type: "about:blank", title: "Internal Server Error", status: 500 },
    undefined,
  ]);
  expect(heard).toEqual([[failure, "/a"]]);
  await running.close();
});

test("a stop that comes when the answer has begun is heard of, too, since nobody is told by an answer", async () => {
  const heard: unknown[] = [];
  const stop = new RateLimitError("slow down", { retryAfterMs: 5_000 });
  const listener = handleRequests(
    async (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === "/begun") response.write("first ");
      await sleep(100);
      throw stop;
    },
    { onError: (error, request) => heard.push([error, request.url]) },
  );
  const running = await closing(createServer(listener));
  expect((await ask(`${running.origin}/answered`)).status).toBe(429);
  expect((await ask(`${running.origin}/begun`)).isCut).toBe(true);
  expect(heard).toEqual([[stop, "/begun"]]);
  await running.close();
});

test.each<[string, () => unknown]>([
  ["throws", () => expect.fail("of onError")],
  ["rejects", async () => Promise.reject(new Error("of onError"))],
])("an onError that %s keeps no answer, and its error goes to the console", async (_how, onError) => {
  const spoken = vi.spyOn(console, "error").mockImplementation(() => {});
  const listener = handleRequests(() => Promise.reject(new Error("mine")), { onError });
  const running = await closing(createServer(listener));
  expect((await ask(running.origin)).status).toBe(500);
  await expect.poll(() => spoken.mock.calls.map(([error]) => (error as Error).message)).toEqual(["of onError"]);
  spoken.mockRestore();
  await running.close();
});

test("a handler with callbacks answers when it likes", async () => {
  const listener = handleRequests((_request: IncomingMessage, response: ServerResponse) => {
    setTimeout(() => response.end("later"), 20);
  });
  const running = await closing(createServer(listener));
  expect((await ask(running.origin)).body).toBe("later");
  await running.close();
});

test("what a failed attempt has set is taken back, and a body that was read is read once", async () => {
  const policy = new Policy({ retry: { maxAttempts: 3, strategy: constant(0) } });
  const attempts: string[] = [];
  const handler = repeatHandler(
    policy,
    async (request: IncomingMessage, response: ServerResponse) => {
      attempts.push(String(request.method));
      if (request.method === "PUT") for await (const _chunk of request);
      if (request.method === "GET" && attempts.length === 2) return void response.end("well");
      response.setHeader("x-half", "yes");
      response.statusCode = 201;
      throw new TransientError("again");
    },
    { mayRepeat: () => true },
  );
  const running = await closing(createServer(handleRequests(handler, { onError: () => {} })));
  const { status, headers, body } = await ask(running.origin);
  expect([status, headers["x-half"], body]).toEqual([200, undefined, "well"]);
  expect((await ask(running.origin, { method: "PUT", body: "tea" })).status).toBe(500);
  expect(attempts).toEqual(["GET", "GET", "PUT"]);
  await running.close();
});

test.each<[string, () => unknown, string]>([
  ["no handler", () => handleRequests(undefined as never), "handleRequests.handler must be a function"],
  ["an unknown option", () => handleRequests(() => {}, { onErr: 1 } as never), "handleRequests.onErr is not an option"],
  ["the options of a policy", () => repeatHandler({ retry: {} } as never, () => {}), "repeatHandler.policy must be a Policy"],
])("%s is refused", (_what, make, message) => {
  expect(make).toThrow(message);
});

test("a handler that is repeated knows its attempt, also where no request has a scope", async () => {
  const attempts: unknown[] = [];
  const policy = new Policy({ retry: { strategy: constant(0), maxAttempts: 3 } });
  const handler = repeatHandler(policy, async (_request: IncomingMessage, response: ServerResponse) => {
    attempts.push([currentAttempt()?.attempt, currentAttempt()?.signal.aborted]);
    if (attempts.length < 3) throw new TransientError("again");
    response.end("done");
  });
  const server = await closing(createServer((request, response) => void handler(request, response)));
  expect((await ask(server.origin)).body).toBe("done");
  expect(attempts).toEqual([1, 2, 3].map((attempt) => [attempt, false]));
  await server.close();
});
