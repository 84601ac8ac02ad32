/* Calls by the promise of got, in every version. */
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type * as Got from "got";
import { CircuitBreaker, constant, Policy, retryAfterOr } from "redress";
import { gotWithPolicy, outcomeOf } from "redress/got";
import { policy, type Scenarios, thrownBy, told, type User, until } from "./scenario.ts";
import type { UserServer } from "./user-server.ts";

export interface GivenGot {
  readonly got: typeof Got;
  readonly server: UserServer;
}

const apiOf = ({ got }: GivenGot, by = policy()): Got.Got => gotWithPolicy(got.default, by);

export const gotCalls: Scenarios<GivenGot> = {
  "a busy server is asked again, once for each attempt": async (given) => {
    const { server } = given;
    const response = await apiOf(given)<User>(`${server.url}/twice`, { responseType: "json" });
    assert.deepEqual(response.body, { name: "Ann" });
    assert.deepEqual(told(response, outcomeOf), { ok: true, attempts: 3 });
    assert.equal(server.seen.length, 3);
  },

  "the shortcuts of its promise have the body of the last attempt": async (given) => {
    const { server } = given;
    const api = apiOf(given);
    assert.deepEqual(await api(`${server.url}/twice`).json<User>(), { name: "Ann" });
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.accept),
      Array(3).fill("application/json"),
    );
    server.forget();
    assert.equal(await api(`${server.url}/twice`).text(), '{"name":"Ann"}');
    server.forget();
    assert.equal(new TextDecoder().decode(await api(`${server.url}/twice`).buffer()), '{"name":"Ann"}');
    assert.equal(await api(`${server.url}/twice`, { resolveBodyOnly: true }), '{"name":"Ann"}');
    const error = await thrownBy(api(`${server.url}/503`).json());
    assert.ok(error instanceof given.got.HTTPError);
    assert.deepEqual(told(error), { ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  },

  "Retry-After is heard": async (given) => {
    const delays: number[] = [];
    const strategy = retryAfterOr(constant(1), { jitterMs: 0 });
    const by = policy({ strategy, beforeSleep: (_context, delayMs) => void delays.push(delayMs) });
    await apiOf(given, by)(`${given.server.url}/twice`);
    assert.deepEqual(delays, [30, 30]);
  },

  "a 503 is got's HTTPError at the end, or a response where errors are not thrown": async (given) => {
    const { got, server } = given;
    const error = await thrownBy(apiOf(given)(`${server.url}/503`));
    assert.ok(error instanceof got.HTTPError);
    assert.equal(error.response.body, "busy");
    assert.deepEqual(told(error), { ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
    const response = await apiOf(given)(`${server.url}/503`, { throwHttpErrors: false });
    assert.deepEqual([response.statusCode, response.body], [503, "busy"]);
    assert.deepEqual(told(response, outcomeOf), { ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
    assert.equal(server.seen.length, 6);
  },

  "a 404 is got's HTTPError, and is not asked for again": async (given) => {
    const error = await thrownBy(apiOf(given)(`${given.server.url}/404`));
    assert.ok(error instanceof given.got.HTTPError);
    assert.equal(given.server.seen.length, 1);
    assert.equal(outcomeOf(error)?.attempts, 1);
  },

  "a server that refuses is got's RequestError, after all attempts": async (given) => {
    const error = await thrownBy(apiOf(given)(`${given.server.refusedUrl}/user`));
    assert.ok(error instanceof given.got.RequestError);
    assert.equal(error.code, "ECONNREFUSED");
    assert.deepEqual(told(error), { ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  },

  "a POST is sent once without a key, and with it the same each time": async (given) => {
    const { server } = given;
    const error = await thrownBy(apiOf(given).post(`${server.url}/503`, { json: { tea: 1 } }));
    assert.equal(told(error)["stopReason"], "RETRY_REFUSED");
    assert.equal(server.seen.length, 1);
    server.forget();
    const keyed = gotWithPolicy(given.got.default, policy(), { idempotencyKey: true });
    await thrownBy(keyed.post(`${server.url}/503`, { json: { tea: 1 } }));
    assert.equal(server.seen.length, 3);
    assert.equal(new Set(server.seen.map(({ key }) => key)).size, 1);
    assert.match(String(server.seen[0]?.key), /^[\da-f-]{36}$/);
    assert.ok(server.seen.every(({ body, headers }) => body === '{"tea":1}' && headers["content-type"] === "application/json"));
  },

  "bodies that can be sent again are sent whole": async (given) => {
    const { server } = given;
    const bodies = [{ body: "tea=1" }, { body: Buffer.from("tea=1") }, { form: { tea: 1 } }];
    for (const body of bodies) {
      server.forget();
      await apiOf(given).put(`${server.url}/twice`, body);
      assert.deepEqual(
        server.seen.map((arrival) => arrival.body),
        ["tea=1", "tea=1", "tea=1"],
      );
    }
  },

  "bodies that can be read once are sent once, and the outcome says why": async (given) => {
    const { server } = given;
    async function* generated(): AsyncGenerator<string> {
      yield "tea=1";
    }
    const form = new FormData();
    form.append("tea", "1");
    for (const body of [Readable.from(["tea=1"]), generated(), form]) {
      server.forget();
      const error = await thrownBy(apiOf(given).put(`${server.url}/twice`, { body: body as Readable }));
      assert.deepEqual(told(error), {
        ok: false,
        attempts: 1,
        stopReason: "RETRY_REFUSED",
        refusal: "its body is a stream, which can be sent once",
      });
      assert.equal(server.seen.length, 1);
      assert.match(server.seen[0]?.body ?? "", body === form ? /name="tea"/ : /^tea=1$/);
    }
  },

  "an attempt after a redirect begins where the caller said, with what the caller gave": async (given) => {
    const { server } = given;
    const headers = { authorization: "Bearer of the first place" };
    await thrownBy(apiOf(given).put(`${server.url}/moved`, { body: "tea=1", headers }));
    const moved = server.seen.filter(({ path }) => path === "/moved");
    assert.equal(moved.length, 3);
    assert.equal(server.seen.length, 6);
    for (const arrival of moved) {
      assert.deepEqual([arrival.method, arrival.body], ["PUT", "tea=1"]);
      assert.equal(arrival.headers.authorization, headers.authorization);
      assert.equal(arrival.headers["content-length"], "5");
    }
  },

  "a request with retries of its own is never sent": async (given) => {
    assert.ok((await thrownBy(apiOf(given)(`${given.server.url}/503`, { retry: { limit: 3 } }))) instanceof TypeError);
    await apiOf(given)(`${given.server.url}/user`);
    assert.equal(given.server.seen.length, 1);
  },

  "what got refuses is not sent, and got says so": async (given) => {
    const { url } = given.server;
    const wrong = [() => apiOf(given)("no address"), () => apiOf(given)(`${url}/user`, { body: "a GET has none" })];
    for (const call of wrong) {
      const error = await thrownBy((async () => call())());
      assert.ok(error instanceof given.got.RequestError || error instanceof TypeError, String(error));
    }
    assert.equal(given.server.seen.length, 0);
  },

  "JSON that cannot be read is not asked for again; a body that breaks off is": async (given) => {
    const { got, server } = given;
    const error = await thrownBy(apiOf(given)(`${server.url}/no-json`, { responseType: "json" }));
    assert.ok(error instanceof got.ParseError);
    assert.equal(told(error)["stopReason"], "RETRY_REFUSED");
    assert.equal(server.seen.length, 1);
    assert.ok((await thrownBy(apiOf(given)(`${server.url}/half`))) instanceof got.ReadError);
    assert.equal(server.seen.length, 4);
  },

  "its timeout bounds each attempt": async (given) => {
    const error = await thrownBy(apiOf(given)(`${given.server.url}/hang`, { timeout: { request: 100 } }));
    assert.ok(error instanceof given.got.TimeoutError);
    assert.deepEqual(told(error), { ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
    await until(() => given.server.left >= given.server.seen.length);
  },

  "the policy's timeout ends each attempt, and its connection": async (given) => {
    const api = apiOf(given, policy({ maxAttempts: 2, attemptTimeoutMs: 100 }));
    const error = await thrownBy(api(`${given.server.url}/hang`));
    assert.equal((error as Error).name, "AttemptTimeoutError");
    assert.deepEqual(told(error), { ok: false, attempts: 2, stopReason: "MAX_ATTEMPTS_GLOBAL" });
    await until(() => given.server.left >= given.server.seen.length);
  },

  "a signal ends a call at once, in got's words": async (given) => {
    const { got, server } = given;
    const caller = new AbortController();
    const call = thrownBy(apiOf(given)(`${server.url}/hang`, { signal: caller.signal }));
    await until(() => server.seen.length === 1);
    caller.abort();
    const error = await call;
    assert.ok(error instanceof got.AbortError);
    assert.deepEqual(told(error), { ok: false, attempts: 1, stopReason: "ABORTED" });
    await until(() => server.left >= 1);
    assert.equal(server.seen.length, 1);
  },

  "a signal ends a call that waits for its next attempt": async (given) => {
    const { got, server } = given;
    const caller = new AbortController();
    const by = policy({ strategy: constant(20_000), beforeSleep: () => void setTimeout(() => caller.abort(), 5) });
    const error = await thrownBy(apiOf(given, by)(`${server.url}/503`, { signal: caller.signal }));
    assert.ok(error instanceof got.AbortError);
    assert.equal(told(error)["stopReason"], "ABORTED");
    assert.equal(server.seen.length, 1);
  },

  "nothing is sent for a caller who has left": async (given) => {
    const error = await thrownBy(apiOf(given)(`${given.server.url}/user`, { signal: AbortSignal.abort() }));
    assert.ok(error instanceof given.got.AbortError);
    assert.equal(given.server.seen.length, 0);
  },

  "nothing is sent where the circuit is open": async (given) => {
    const circuitBreaker = new CircuitBreaker();
    circuitBreaker.trip();
    const error = await thrownBy(apiOf(given, new Policy({ circuitBreaker }))(`${given.server.url}/user`));
    assert.equal((error as Error).name, "CircuitOpenError");
    assert.equal(given.server.seen.length, 0);
  },
};
