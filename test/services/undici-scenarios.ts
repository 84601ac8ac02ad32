/*
 * What an interceptor must keep to in every version of undici, as programs that throw where it does not: vitest runs them for undici 6 and 7, and a newer Node for undici 8.
 */
import assert from "node:assert/strict";
import { once, setMaxListeners } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { Readable, Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import type * as Undici from "undici";
import { outcomeOf, policyInterceptor, type ResponseHead } from "../../src/contrib/undici/index.ts";
import { constant, Hedge, isDeadlineExceededError, type PolicyOptions, unlimited } from "../../src/index.ts";
import { LONG, type UndiciServer } from "./undici-server.ts";

export interface Given {
  readonly undici: typeof Undici;
  readonly server: UndiciServer;
  /** Than the undici that this Node has built in. */
  readonly isNewerThanPlatform?: boolean;
}

type Options = PolicyOptions<ResponseHead, ResponseHead>;

const THREE: Options = { retry: { strategy: constant(0), maxAttempts: 3 } };

let names = 0;
/** A path that no other scenario asks for. */
const path = (way: string): string => `/${way}/${++names}`;

/** An agent with a policy, which is closed at the end. */
async function withAgent<T>(
  { undici }: Given,
  use: (agent: Undici.Dispatcher, bare: Undici.Agent) => Promise<T>,
  policy: Options = THREE,
  more: Parameters<typeof policyInterceptor>[1] = {},
  options: Undici.Agent.Options = {},
): Promise<T> {
  const bare = new undici.Agent(options);
  try {
    return await use(bare.compose(policyInterceptor(policy, more)), bare);
  } finally {
    await bare.destroy();
  }
}

/** Where nobody listens. */
async function refused(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return `http://127.0.0.1:${port}`;
}

const failure = (of: unknown): { readonly stopReason?: string; readonly attempts?: number; readonly refusal?: string } =>
  (outcomeOf(of) ?? {}) as never;
const thrown = (of: Promise<unknown>): Promise<unknown> =>
  of.then(
    () => assert.fail("it did not fail"),
    (error: unknown) => error,
  );

async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < 500 && !holds(); turn++) await sleep(10);
  assert.ok(holds(), `in vain: ${holds}`);
}

export const scenarios: Readonly<Record<string, (given: Given) => Promise<void>>> = {
  "request: a 503 is retried until the server is ready, and the outcome says so": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/2");
      const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
      assert.equal(response.statusCode, 200);
      assert.equal(await response.body.text(), `3 of ${at}`);
      assert.equal(given.server.count(at), 3);
      assert.equal(outcomeOf(response)?.attempts, 3);
      assert.equal(outcomeOf(response)?.ok, true);
    }),

  "request: the last answer is given back untouched, and the outcome says why": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/9");
      const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
      assert.equal(response.statusCode, 503);
      assert.equal(await response.body.text(), `3 of ${at}`);
      assert.equal(given.server.count(at), 3);
      assert.deepEqual(
        { attempts: failure(response).attempts, stopReason: failure(response).stopReason },
        { attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" },
      );
    }),

  "a server is told of the deadline by each attempt, whatever the headers are kept in, unless the caller has told it": (given) =>
    withAgent(
      given,
      async (agent) => {
        const told = async (headers?: unknown): Promise<(string | string[] | undefined)[]> => {
          const at = path("status/503/1");
          const options = { origin: given.server.url, path: at, method: "GET", headers } as Undici.Dispatcher.RequestOptions;
          await (await agent.request(options)).body.dump();
          return (given.server.arrivals.get(at) ?? []).map((arrival) => arrival.headers["x-request-timeout-ms"]);
        };
        for (const headers of [undefined, { a: "b" }, ["a", "b"], new Map([["a", "b"]]), new given.undici.Headers({ a: "b" })]) {
          const values = (await told(headers)).map(Number);
          assert.equal(values.length, 2);
          assert.ok(
            values.every((ms) => ms > 0 && ms <= 20_000),
            String(values),
          );
        }
        for (const headers of [{ "X-Request-Timeout-Ms": "70" }, ["x-request-timeout-ms", "70"]])
          assert.deepEqual(await told(headers), ["70", "70"]);
      },
      { retry: { strategy: constant(0), deadlineMs: 20_000 } },
      { sendDeadline: ["127.0.0.1"] },
    ),

  "a Client and a Pool, whose origin is not told, tell their server where all are told": async (given) => {
    const told = async (sendDeadline: true | string[], Kind: typeof Undici.Pool | typeof Undici.Client) => {
      const at = path("status/200/0");
      const bare = new Kind(given.server.url);
      const dispatcher = bare.compose(policyInterceptor({ retry: {} }, { sendDeadline }));
      await (await dispatcher.request({ path: at, method: "GET" } as Undici.Dispatcher.RequestOptions)).body.dump();
      await bare.close();
      return given.server.arrivals.get(at)?.[0]?.headers["x-request-timeout-ms"];
    };
    for (const Kind of [given.undici.Client, given.undici.Pool]) {
      assert.match(String(await told(true, Kind)), /^[1-9]\d*$/);
      // Nobody is told by a list where it is not known who it is; undici 8 says so.
      const byList = await told(["127.0.0.1"], Kind);
      assert.ok(byList === undefined || Number(byList) > 0);
    }
  },

  "a 404 is the caller's to judge": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/404/9");
      const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
      assert.equal(response.statusCode, 404);
      await response.body.dump();
      assert.equal(given.server.count(at), 1);
    }),

  "Retry-After is heard": (given) =>
    withAgent(
      given,
      async (agent) => {
        const at = path("retry-after");
        const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
        assert.equal(response.statusCode, 200);
        await response.body.dump();
        assert.ok((outcomeOf(response)?.elapsedMs ?? 0) >= 29);
      },
      { retry: { maxAttempts: 2 } },
    ),

  "a long answer that is retried is left, and the last one streams whole": (given) =>
    withAgent(given, async (agent) => {
      const at = path("big-503");
      const { statusCode, body } = await agent.request({ origin: given.server.url, path: at, method: "GET" });
      assert.equal(statusCode, 503);
      assert.equal((await body.arrayBuffer()).byteLength, LONG);
      assert.equal(given.server.count(at), 3);
      await until(() => given.server.closed.get(at) === 2);
    }),

  "short answers that are retried give their connection back": (given) =>
    withAgent(
      given,
      async (agent) => {
        const before = given.server.connections;
        for (let call = 0; call < 20; call++) {
          const at = path("status/503/2");
          const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
          assert.equal(await response.body.text(), `3 of ${at}`);
        }
        // Of two: undici frees a connection a turn of the event loop after its answer.
        assert.ok(given.server.connections - before <= 2);
      },
      { retry: { strategy: constant(0), maxAttempts: 3, budget: unlimited } },
    ),

  "a POST is sent once": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/2");
      const response = await agent.request({ origin: given.server.url, path: at, method: "POST", body: "order" });
      assert.equal(response.statusCode, 503);
      assert.equal(await response.body.text(), `1 of ${at}`);
      assert.equal(given.server.count(at), 1);
      assert.equal(failure(response).stopReason, "RETRY_REFUSED");
      assert.match(failure(response).refusal ?? "", /^POST is repeated with an Idempotency-Key only/);
    }),

  "a POST that undici is told is idempotent is repeated; a GET that is said not to be is not": (given) =>
    withAgent(given, async (agent) => {
      const post = path("status/503/2");
      const answered = await agent.request({
        origin: given.server.url,
        path: post,
        method: "POST",
        body: "read",
        idempotent: true,
      });
      assert.equal(answered.statusCode, 200);
      await answered.body.dump();
      const get = path("status/503/2");
      const once = await agent.request({ origin: given.server.url, path: get, method: "GET", idempotent: false });
      assert.equal(once.statusCode, 503);
      await once.body.dump();
      assert.equal(given.server.count(get), 1);
    }),

  "an Idempotency-Key is made once for all attempts": (given) =>
    withAgent(
      given,
      async (agent) => {
        for (const headers of [undefined, { a: "b" }, ["a", "b"], new Map([["a", "b"]]), new Headers({ a: "b" })]) {
          const at = path("status/503/2");
          const response = await agent.request({
            origin: given.server.url,
            path: at,
            method: "POST",
            body: "order",
            ...(headers && { headers: headers as never }),
          });
          assert.equal(response.statusCode, 200);
          await response.body.dump();
          const arrivals = given.server.arrivals.get(at) ?? [];
          const keys = arrivals.map((arrival) => arrival.headers["idempotency-key"]);
          assert.equal(keys.length, 3);
          assert.equal(new Set(keys).size, 1);
          assert.match(String(keys[0]), /^[\da-f-]{36}$/);
          if (headers) assert.ok(arrivals.every((arrival) => arrival.headers["a"] === "b"));
          assert.ok(arrivals.every((arrival) => arrival.body === "order"));
        }
      },
      THREE,
      { idempotencyKey: true },
    ),

  "headers that can be read once are sent with every attempt": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/2");
      function* headers(): Generator<[string, string]> {
        yield ["a", "b"];
      }
      const response = await agent.request({ origin: given.server.url, path: at, method: "GET", headers: headers() });
      await response.body.dump();
      assert.deepEqual(
        given.server.arrivals.get(at)?.map((arrival) => arrival.headers["a"]),
        ["b", "b", "b"],
      );
    }),

  "bodies that can be sent again are sent whole": (given) =>
    withAgent(given, async (agent) => {
      const form = new given.undici.FormData();
      form.append("field", "of a form");
      const bodies: readonly unknown[] = [
        "text",
        Buffer.from("text"),
        new Uint8Array([116, 101, 120, 116]),
        new Blob(["text"]),
        form,
      ];
      for (const body of bodies) {
        const at = path("status/503/2");
        const response = await agent.request({ origin: given.server.url, path: at, method: "PUT", body: body as string });
        assert.equal(response.statusCode, 200);
        await response.body.dump();
        const arrived = (given.server.arrivals.get(at) ?? []).map((arrival) => arrival.body);
        assert.equal(arrived.length, 3);
        assert.ok(
          arrived.every((each) => (body === form ? each.includes("of a form") : each === "text")),
          String(arrived),
        );
      }
    }),

  "a stream is sent once, and the outcome says why it was not sent again": (given) =>
    withAgent(given, async (agent) => {
      async function* generated(): AsyncGenerator<string> {
        yield "te";
        yield "xt";
      }
      const streams = [Readable.from(["te", "xt"]), generated(), new Blob(["text"]).stream()];
      for (const body of streams) {
        const at = path("status/503/2");
        const response = await agent.request({ origin: given.server.url, path: at, method: "PUT", body: body as Readable });
        assert.equal(response.statusCode, 503);
        await response.body.dump();
        assert.deepEqual(
          given.server.arrivals.get(at)?.map((arrival) => arrival.body),
          ["text"],
        );
        assert.equal(failure(response).refusal, "its body is a stream, which can be sent once");
      }
    }),

  "a stream that nothing was read of is sent again: the request never left": (given) =>
    withAgent(given, async (agent) => {
      async function* generated(): AsyncGenerator<string> {
        yield "text";
      }
      for (const body of [Readable.from(["text"]), generated()]) {
        const error = await thrown(agent.request({ origin: await refused(), path: "/", method: "POST", body: body as Readable }));
        assert.equal((error as NodeJS.ErrnoException).code, "ECONNREFUSED");
        assert.equal(failure(error).attempts, 3);
        assert.equal(failure(error).stopReason, "MAX_ATTEMPTS_GLOBAL");
      }
    }),

  "stream: the factory is called once, for the answer that is given back": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/2");
      const got: Buffer[] = [];
      const statuses: number[] = [];
      await agent.stream({ origin: given.server.url, path: at, method: "GET" }, ({ statusCode }) => {
        statuses.push(statusCode);
        return new Writable({
          write(chunk: Buffer, _encoding, done) {
            got.push(chunk);
            setTimeout(done, 1);
          },
        });
      });
      assert.deepEqual(statuses, [200]);
      assert.equal(Buffer.concat(got).toString(), `3 of ${at}`);
    }),

  "pipeline: its body is a stream, which is sent once": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/0");
      const duplex = agent.pipeline({ origin: given.server.url, path: at, method: "PUT" }, ({ body }) => body);
      duplex.end("text");
      const got: Buffer[] = [];
      for await (const chunk of duplex) got.push(chunk as Buffer);
      assert.equal(Buffer.concat(got).toString(), `1 of ${at}`);
      assert.equal(given.server.arrivals.get(at)?.[0]?.body, "text");
    }),

  "fetch of undici goes through it, and its error is explained": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/2");
      const response = await given.undici.fetch(given.server.url + at, { dispatcher: agent });
      assert.equal(response.status, 200);
      assert.equal(await response.text(), `3 of ${at}`);
      const error = await thrown(given.undici.fetch(await refused(), { dispatcher: agent }));
      assert.equal((error as Error).message, "fetch failed");
      assert.equal(failure(error).attempts, 3);
    }),

  "the platform's fetch takes it as its dispatcher": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/2");
      // What the built-in fetch of this Node says to a dispatcher, undici 8 does not understand.
      if (given.isNewerThanPlatform) {
        const error = await thrown(fetch(given.server.url + at, { dispatcher: agent } as RequestInit));
        assert.match(String((error as Error).cause), /invalid onRequestStart method/);
        return;
      }
      const response = await fetch(given.server.url + at, { dispatcher: agent } as RequestInit);
      assert.equal(await response.text(), `3 of ${at}`);
    }),

  "setGlobalDispatcher puts it beneath the platform's fetch": (given) =>
    withAgent(given, async (agent) => {
      const { setGlobalDispatcher, getGlobalDispatcher } = given.undici;
      const before = getGlobalDispatcher();
      setGlobalDispatcher(agent);
      try {
        const at = path("status/503/2");
        const response = await fetch(given.server.url + at);
        assert.equal(response.status, 200);
        assert.equal(await response.text(), `3 of ${at}`);
        const redirected = path("redirect");
        const followed = await fetch(given.server.url + redirected);
        assert.equal(await followed.text(), `2 of /status/503/1/after${redirected}`);
        const aborter = new AbortController();
        const hanging = path("hang");
        const left = thrown(fetch(given.server.url + hanging, { signal: aborter.signal }));
        await until(() => given.server.count(hanging) === 1);
        aborter.abort(new Error("left"));
        assert.equal(((await left) as Error).message, "left");
        await until(() => given.server.closed.get(hanging) === 1);
      } finally {
        setGlobalDispatcher(before);
      }
    }),

  "whoever leaves ends the attempt in flight": (given) =>
    withAgent(given, async (agent) => {
      const at = path("hang");
      const aborter = new AbortController();
      const left = thrown(agent.request({ origin: given.server.url, path: at, method: "GET", signal: aborter.signal }));
      await until(() => given.server.count(at) === 1);
      const reason = new Error("left");
      aborter.abort(reason);
      assert.equal(await left, reason);
      assert.equal(failure(await left).stopReason, "ABORTED");
      await until(() => given.server.closed.get(at) === 1);
      assert.equal(given.server.count(at), 1);
    }),

  "whoever leaves ends the wait for a retry, and who had left before asks nobody": (given) =>
    withAgent(
      given,
      async (agent) => {
        const at = path("status/503/9");
        const aborter = new AbortController();
        const left = thrown(agent.request({ origin: given.server.url, path: at, method: "GET", signal: aborter.signal }));
        await until(() => given.server.count(at) === 1);
        await sleep(20);
        aborter.abort(new Error("left"));
        assert.equal(((await left) as Error).message, "left");
        const signal = AbortSignal.abort(new Error("had left"));
        const never = path("status/200/0");
        assert.equal(
          ((await thrown(agent.request({ origin: given.server.url, path: never, method: "GET", signal }))) as Error).message,
          "had left",
        );
        assert.equal(given.server.count(never), 0);
      },
      { retry: { strategy: constant(30_000) } },
    ),

  "whoever leaves while the body is being read closes the connection": (given) =>
    withAgent(given, async (agent) => {
      const at = path("endless");
      const aborter = new AbortController();
      const { body } = await agent.request({ origin: given.server.url, path: at, method: "GET", signal: aborter.signal });
      const chunks = body[Symbol.asyncIterator]();
      await chunks.next();
      aborter.abort(new Error("left"));
      const error = await thrown(
        (async () => {
          for (;;) await chunks.next();
        })(),
      );
      assert.equal((error as Error).message, "left");
      await until(() => given.server.closed.get(at) === 1);
    }),

  "an attempt that takes too long is aborted, and the next one answers": (given) =>
    withAgent(
      given,
      async (agent) => {
        const at = path("hang-once");
        const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
        assert.equal(await response.body.text(), `2 of ${at}`);
        await until(() => given.server.closed.get(at) === 1);
      },
      { retry: { strategy: constant(0), attemptTimeoutMs: 400 } },
    ),

  "the deadline ends a call that hangs": (given) =>
    withAgent(
      given,
      async (agent) => {
        const at = path("hang");
        const error = await thrown(agent.request({ origin: given.server.url, path: at, method: "GET" }));
        assert.ok(isDeadlineExceededError(error));
        await until(() => given.server.closed.get(at) === 1);
      },
      { retry: { deadlineMs: 400 } },
    ),

  "the deadline does not end a body that is being read": (given) =>
    withAgent(
      given,
      async (agent) => {
        const { body } = await agent.request({ origin: given.server.url, path: path("endless"), method: "GET" });
        const chunks = body[Symbol.asyncIterator]();
        await chunks.next();
        await sleep(600);
        assert.equal((await chunks.next()).done, false);
        body.on("error", () => {}).destroy();
      },
      { retry: { deadlineMs: 400, attemptTimeoutMs: 400 } },
    ),

  "a body that nobody reads is not read: backpressure holds": (given) =>
    withAgent(given, async (agent) => {
      const at = path("endless");
      const sentBefore = given.server.sentBytes;
      const { body } = await agent.request({ origin: given.server.url, path: at, method: "GET" });
      let before = -1;
      while (before !== given.server.sentBytes) {
        before = given.server.sentBytes;
        await sleep(50);
      }
      const sentBytes = given.server.sentBytes - sentBefore;
      await body[Symbol.asyncIterator]().next();
      body.on("error", () => {});
      body.destroy();
      // What the kernel's buffers take, which is some megabytes.
      assert.ok(sentBytes < 64_000_000, `${sentBytes} bytes were sent`);
      await until(() => given.server.closed.get(at) === 1);
    }),

  "a connection that breaks within the body fails the reader, and nothing is repeated": (given) =>
    withAgent(given, async (agent) => {
      const at = path("broken");
      const { statusCode, body } = await agent.request({ origin: given.server.url, path: at, method: "GET" });
      assert.equal(statusCode, 200);
      await thrown(body.text());
      assert.equal(given.server.count(at), 1);
    }),

  "informational heads are told, and trailers are kept": (given) =>
    withAgent(given, async (agent) => {
      const infos: number[] = [];
      const early = path("early");
      const onInfo = ({ statusCode }: { statusCode: number }): void => void infos.push(statusCode);
      const informed = await agent.request({ origin: given.server.url, path: early, method: "GET", onInfo });
      assert.equal(informed.statusCode, 200);
      await informed.body.dump();
      assert.deepEqual(infos, [103, 103]);
      const response = await agent.request({ origin: given.server.url, path: path("trailers"), method: "GET" });
      await response.body.text();
      assert.equal(response.trailers["x-sum"], "42");
    }),

  "HEAD and answers without a body": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/2");
      const head = await agent.request({ origin: given.server.url, path: at, method: "HEAD" });
      assert.equal(head.statusCode, 200);
      assert.equal(await head.body.text(), "");
      const lasting = path("status/503/9");
      assert.equal((await agent.request({ origin: given.server.url, path: lasting, method: "HEAD" })).statusCode, 503);
      const empty = await agent.request({ origin: given.server.url, path: path("status/204/1"), method: "GET" });
      assert.equal(await empty.body.text(), "");
    }),

  "upgrades and CONNECT pass by": (given) =>
    withAgent(given, async (agent) => {
      const upgraded = await agent.upgrade({ origin: given.server.url, path: "/", protocol: "echo" } as never);
      upgraded.socket.write("hello");
      assert.equal(String((await once(upgraded.socket, "data"))[0]), "hello");
      upgraded.socket.destroy();
      const connected = await agent.connect({ origin: given.server.url, path: "example:443" } as never);
      connected.socket.write("hello");
      assert.equal(String((await once(connected.socket, "data"))[0]), "hello");
      connected.socket.destroy();
    }),

  "what undici refuses is told as undici tells it, once": (given) =>
    withAgent(given, async (agent) => {
      const error = await thrown(agent.request({ origin: given.server.url, path: "no-slash", method: "GET" }));
      assert.equal((error as NodeJS.ErrnoException).code, "UND_ERR_INVALID_ARG");
      assert.equal(failure(error).attempts, 1);
      const nowhere = await thrown(agent.request({ origin: "no origin", path: "/", method: "GET" }));
      assert.ok(nowhere instanceof Error);
    }),

  "each origin has a circuit of its own": (given) =>
    withAgent(
      given,
      async (agent) => {
        const origin = await refused();
        for (let call = 0; call < 3; call++) await thrown(agent.request({ origin, path: "/", method: "GET" }));
        const rejected = await thrown(agent.request({ origin, path: "/", method: "GET" }));
        assert.equal(failure(rejected).stopReason, "CIRCUIT_OPEN");
        const response = await agent.request({ origin: given.server.url, path: path("status/200/0"), method: "GET" });
        assert.equal(response.statusCode, 200);
        await response.body.dump();
      },
      { circuitBreaker: { failureThreshold: 3 } },
    ),

  "a Client and a Pool, whose requests name no origin": async (given) => {
    const operations: unknown[] = [];
    const hooks = {
      onCallEnd: ({ operation }: { readonly operation: string | null }): void => void operations.push(operation),
    };
    for (const made of [new given.undici.Client(given.server.url), new given.undici.Pool(given.server.url)]) {
      const at = path("status/503/2");
      const client = made.compose(policyInterceptor({ ...THREE, hooks }));
      const response = await client.request({ path: at, method: "GET" });
      assert.equal(await response.body.text(), `3 of ${at}`);
      await made.destroy();
    }
    assert.equal(operations.length, 2);
  },

  "names are METHOD host, or the route": (given) => {
    const operations: unknown[] = [];
    const hooks = {
      onCallEnd: ({ operation }: { readonly operation: string | null }): void => void operations.push(operation),
    };
    return withAgent(
      given,
      async (agent) => {
        for (const at of ["/status/200/0/users", "/status/200/0/7"]) {
          const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
          await response.body.dump();
        }
        assert.deepEqual(operations, ["GET /users", `GET ${new URL(given.server.url).host}`]);
      },
      { hooks },
      { route: (request) => (request.url.pathname.endsWith("users") ? "/users" : undefined) },
    );
  },

  "redirects: within the call, and around it, with their history": async (given) => {
    const { interceptors } = given.undici;
    const unchanged = new given.undici.Agent().compose(interceptors.redirect({ maxRedirections: 2 }));
    const direct = await unchanged.request({ origin: given.server.url, path: path("redirect"), method: "GET" });
    await direct.body.dump();
    await unchanged.destroy();
    const expected = (direct.context as { readonly history: readonly URL[] }).history.length;
    for (const order of ["within", "around"]) {
      const bare = new given.undici.Agent();
      const redirect = interceptors.redirect({ maxRedirections: 2 });
      const policy = policyInterceptor(THREE);
      const agent = bare.compose(order === "within" ? [redirect, policy] : [policy, redirect]);
      const at = path("redirect");
      const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
      assert.equal(response.statusCode, 200);
      assert.equal(await response.body.text(), `2 of /status/503/1/after${at}`);
      const { history } = response.context as { readonly history: readonly URL[] };
      assert.equal(history.length, expected, order);
      assert.equal(given.server.count(at), order === "within" ? 2 : 1);
      await bare.destroy();
    }
  },

  "undici's own retry beneath is not multiplied": async (given) => {
    const bare = new given.undici.Agent();
    const own = given.undici.interceptors.retry({ maxRetries: 2, minTimeout: 1, maxTimeout: 2 });
    const agent = bare.compose([own, policyInterceptor(THREE)]);
    const at = path("status/503/99");
    const error = await thrown(agent.request({ origin: given.server.url, path: at, method: "GET" }));
    assert.equal(failure(error).stopReason, "RETRY_REFUSED");
    assert.match(failure(error).refusal ?? "", /^undici's own retry/);
    assert.equal(failure(error).attempts, 1);
    await bare.destroy();
  },

  "a policy around another one does not multiply": (given) =>
    withAgent(given, async (agent) => {
      const at = path("status/503/99");
      const twice = agent.compose(policyInterceptor(THREE));
      const response = await twice.request({ origin: given.server.url, path: at, method: "GET" });
      assert.equal(response.statusCode, 503);
      assert.equal(await response.body.text(), `3 of ${at}`);
      assert.equal(given.server.count(at), 3);
      assert.equal(failure(response).stopReason, "ALREADY_RETRIED");
    }),

  "what is no body is refused in the words of undici": (given) =>
    withAgent(given, async (agent) => {
      const wrong = { origin: given.server.url, path: path("status/200/1"), method: "PUT" as const, body: {} as string };
      assert.match(String(await thrown(agent.request(wrong))), /body must be a string, a Buffer/);
    }),

  "MockAgent: what it answers at once is judged and given back": async (given) => {
    const mock = new given.undici.MockAgent();
    mock.disableNetConnect();
    const pool = mock.get("http://mock.example");
    pool.intercept({ path: "/a", method: "GET" }).reply(503, "no");
    pool.intercept({ path: "/a", method: "GET" }).reply(200, { ok: true });
    const agent = mock.compose(policyInterceptor(THREE));
    const response = await agent.request({ origin: "http://mock.example", path: "/a", method: "GET" });
    assert.equal(response.statusCode, 200);
    assert.deepEqual(await response.body.json(), { ok: true });
    await mock.close();
  },

  "a factory that throws gets its error back, once": (given) =>
    withAgent(given, async (agent) => {
      const mine = new Error("mine");
      const error = await thrown(
        agent.stream({ origin: given.server.url, path: path("status/200/0"), method: "GET" }, () => {
          throw mine;
        }),
      );
      assert.equal(error, mine);
    }),

  "hedges: the slower attempt is aborted": (given) =>
    withAgent(
      given,
      async (agent) => {
        const at = path("hang-once");
        const response = await agent.request({ origin: given.server.url, path: at, method: "GET" });
        assert.equal(await response.body.text(), `2 of ${at}`);
        await until(() => given.server.closed.get(at) === 1);
      },
      { hedge: new Hedge({ delayMs: 50, loadRatio: 1 }) },
    ),
};

export const CROWD = "10,000 calls leave nothing behind";

/** The gauntlet has another crowd, for the versions that this Node runs. */
export const crowd = (given: Given): Promise<void> =>
  withAgent(
    given,
    async (agent) => {
      // Undici has a listener there for each request in flight.
      const signals = new AbortController();
      setMaxListeners(0, signals.signal);
      let warnings = 0;
      const warned = (): void => void warnings++;
      process.on("warning", warned);
      const before = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
      const work = async (): Promise<void> => {
        for (let call = 0; call < 200; call++) {
          const response = await agent.request({
            origin: given.server.url,
            path: "/many",
            method: "GET",
            signal: signals.signal,
          });
          await response.body.dump();
        }
      };
      await Promise.all(Array.from({ length: 50 }, work));
      await sleep(50);
      process.off("warning", warned);
      assert.equal(warnings, 0);
      const after = process.getActiveResourcesInfo().filter((kind) => kind === "Timeout").length;
      assert.ok(after <= before + 4, `${before} timers before, ${after} after`);
      assert.ok(given.server.sockets.size <= 60, `${given.server.sockets.size} sockets`);
    },
    { retry: { strategy: constant(0), maxAttempts: 30, budget: unlimited } },
    {},
    { connections: 50 },
  );
