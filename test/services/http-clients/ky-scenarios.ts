/* Calls of ky, in every version. */
import assert from "node:assert/strict";
import type * as Ky from "ky";
import { CircuitBreaker, constant, Policy, retryAfterOr } from "redress";
import { kyWithPolicy, outcomeOf } from "redress/ky";
import { policy, type Scenarios, thrownBy, told, type User, until } from "./scenario.ts";
import type { UserServer } from "./user-server.ts";

/** Version 2 reads the body of an error into `data`, and has an error of its own for what `fetch` rejects with. */
export type AnyKy = typeof Ky & { readonly NetworkError?: new (...given: never[]) => Error };

export interface GivenKy {
  readonly ky: AnyKy;
  readonly server: UserServer;
}

/** The first parameter of a hook is the request in version 1, and has the request in version 2. */
const requestOf = (first: unknown): Request =>
  first instanceof Request ? first : (first as { readonly request: Request }).request;

const bodyOf = async (error: InstanceType<AnyKy["HTTPError"]>): Promise<unknown> =>
  "data" in error ? error["data"] : error.response.text();

export const kyScenarios: Scenarios<GivenKy> = {
  "a busy server is asked again, once for each attempt": async ({ ky, server }) => {
    const response = await kyWithPolicy(ky.default, policy())<User>(`${server.url}/twice`);
    assert.deepEqual(told(response, outcomeOf), { ok: true, attempts: 3 });
    assert.deepEqual(await response.json(), { name: "Ann" });
    assert.equal(server.seen.length, 3);
  },

  "the shortcuts of its promise have the body of the last attempt": async ({ ky, server }) => {
    const api = kyWithPolicy(ky.default, policy());
    assert.deepEqual(await api(`${server.url}/twice`).json<User>(), { name: "Ann" });
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.accept),
      Array(3).fill("application/json"),
    );
    server.forget();
    assert.equal(await api(`${server.url}/twice`).text(), '{"name":"Ann"}');
  },

  "Retry-After is heard": async ({ ky, server }) => {
    const delays: number[] = [];
    const strategy = retryAfterOr(constant(1), { jitterMs: 0 });
    const by = policy({ strategy, beforeSleep: (_context, delayMs) => void delays.push(delayMs) });
    await kyWithPolicy(ky.default, by)(`${server.url}/twice`);
    assert.deepEqual(delays, [30, 30]);
  },

  "a 503 is ky's HTTPError at the end, with its body and an outcome": async ({ ky, server }) => {
    const error = await thrownBy(kyWithPolicy(ky.default, policy())(`${server.url}/503`));
    assert.ok(error instanceof ky.HTTPError);
    assert.equal(await bodyOf(error), "busy");
    const failed = { ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" };
    assert.deepEqual(told(error, outcomeOf), failed);
    assert.deepEqual(told(error), failed);
    assert.equal(server.seen.length, 3);
  },

  "a 503 is a response where errors are not thrown": async ({ ky, server }) => {
    const response = await kyWithPolicy(ky.default, policy())(`${server.url}/503`, { throwHttpErrors: false });
    assert.deepEqual([response.status, await response.text()], [503, "busy"]);
    assert.deepEqual(told(response, outcomeOf), { ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" });
  },

  "a 404 is ky's HTTPError, and is not asked for again": async ({ ky, server }) => {
    const error = await thrownBy(kyWithPolicy(ky.default, policy())(`${server.url}/404`));
    assert.ok(error instanceof ky.HTTPError);
    assert.equal(await bodyOf(error), "none");
    assert.deepEqual(told(error, outcomeOf), { ok: true, attempts: 1 });
    assert.equal(server.seen.length, 1);
  },

  "a server that refuses is ky's NetworkError where it has one, after all attempts": async ({ ky, server }) => {
    const error = await thrownBy(kyWithPolicy(ky.default, policy())(`${server.refusedUrl}/user`));
    assert.ok(error instanceof (ky.NetworkError ?? TypeError), String(error));
    const failed = { ok: false, attempts: 3, stopReason: "MAX_ATTEMPTS_GLOBAL" };
    assert.deepEqual(told(error, outcomeOf), failed);
    assert.deepEqual(told(error), failed);
  },

  "a POST is sent once without a key, and with it the same each time": async ({ ky, server }) => {
    const error = await thrownBy(kyWithPolicy(ky.default, policy()).post(`${server.url}/503`, { json: { tea: 1 } }));
    assert.equal(told(error, outcomeOf)["stopReason"], "RETRY_REFUSED");
    assert.equal(server.seen.length, 1);
    server.forget();
    const keyed = kyWithPolicy(ky.default, policy(), { idempotencyKey: true });
    await thrownBy(keyed.post(`${server.url}/503`, { json: { tea: 1 } }));
    assert.equal(server.seen.length, 3);
    assert.equal(new Set(server.seen.map(({ key }) => key)).size, 1);
    assert.match(String(server.seen[0]?.key), /^[\da-f-]{36}$/);
    assert.ok(server.seen.every(({ body, headers }) => body === '{"tea":1}' && headers["content-type"] === "application/json"));
  },

  "bodies are sent whole, with every attempt": async ({ ky, server }) => {
    const form = new FormData();
    form.append("tea", "1");
    for (const body of ["tea=1", new URLSearchParams({ tea: "1" }), new Blob(["tea=1"]).stream(), form]) {
      server.forget();
      await kyWithPolicy(ky.default, policy()).put(`${server.url}/twice`, { body });
      assert.equal(server.seen.length, 3);
      for (const arrival of server.seen) assert.match(arrival.body, body === form ? /name="tea"\r\n\r\n1\r\n/ : /^tea=1$/);
    }
  },

  "a request with retries of its own is never sent": async ({ ky, server }) => {
    const api = kyWithPolicy(ky.default, policy());
    for (const retry of [2, { limit: 2 }]) {
      assert.match(String(await thrownBy(api(`${server.url}/503`, { retry }))), /retry of ky must be 0/);
    }
    assert.match(String(await thrownBy(api.extend({ retry: 1 })(`${server.url}/503`))), /retry of ky must be 0/);
    assert.equal(server.seen.length, 0);
  },

  "a timeout that was given stays, and bounds all attempts together": async ({ ky, server }) => {
    const api = kyWithPolicy(ky.default, policy());
    assert.ok((await thrownBy(api(`${server.url}/hang`, { timeout: 60 }))) instanceof ky.TimeoutError);
    const given = kyWithPolicy(ky.default.create({ timeout: 60 }), policy({ attemptTimeoutMs: 25, maxAttempts: 100 }));
    assert.ok((await thrownBy(given(`${server.url}/hang`))) instanceof ky.TimeoutError);
    await until(() => server.left >= server.seen.length);
  },

  "its default timeout is off": async ({ ky }) => {
    const timeouts: unknown[] = [];
    kyWithPolicy(ky.default, policy()).extend(({ timeout }) => {
      timeouts.push(timeout);
      return {};
    });
    assert.deepEqual(timeouts, [false]);
  },

  "the policy's timeout ends each attempt, and its connection": async ({ ky, server }) => {
    const api = kyWithPolicy(ky.default, policy({ maxAttempts: 2, attemptTimeoutMs: 100 }));
    const error = await thrownBy(api(`${server.url}/hang`));
    assert.equal((error as Error).name, "AttemptTimeoutError");
    assert.deepEqual(told(error), { ok: false, attempts: 2, stopReason: "MAX_ATTEMPTS_GLOBAL" });
    await until(() => server.left >= server.seen.length);
  },

  "a body that stalls is ended by bodyTimeoutMs": async ({ ky, server }) => {
    const api = kyWithPolicy(ky.default, policy(), { bodyTimeoutMs: 60 });
    const error = await thrownBy(api(`${server.url}/stalls`).text());
    assert.match(String(error), /stall|60 ms/);
    assert.equal(server.seen.length, 1);
    await until(() => server.left >= 1);
  },

  "an HTTPError whose body stalls is there nevertheless, and bodyTimeoutMs ends the body": async ({ ky, server }) => {
    const api = kyWithPolicy(ky.default, policy(), { bodyTimeoutMs: 60 });
    const error = await thrownBy(api(`${server.url}/503-stalls`));
    assert.ok(error instanceof ky.HTTPError);
    assert.equal(told(error, outcomeOf)["attempts"], 3);
    const body = await bodyOf(error).catch((stalled: unknown) => String(stalled));
    if (body !== undefined) assert.match(String(body), /stall|60 ms/);
    await until(() => server.left >= 3);
  },

  "a signal ends a call at once": async ({ ky, server }) => {
    const caller = new AbortController();
    const call = thrownBy(kyWithPolicy(ky.default, policy())(`${server.url}/hang`, { signal: caller.signal }));
    await until(() => server.seen.length === 1);
    const reason = new Error("The caller has left.");
    caller.abort(reason);
    const error = await call;
    assert.deepEqual(told(error), { ok: false, attempts: 1, stopReason: "ABORTED" });
    await until(() => server.left >= 1);
    assert.equal(server.seen.length, 1);
  },

  "nothing is sent where the circuit is open": async ({ ky, server }) => {
    const circuitBreaker = new CircuitBreaker();
    circuitBreaker.trip();
    const error = await thrownBy(kyWithPolicy(ky.default, new Policy<Response, Response>({ circuitBreaker }))(server.url));
    assert.equal((error as Error).name, "CircuitOpenError");
    assert.equal(server.seen.length, 0);
  },

  "JSON that cannot be read is not asked for again": async ({ ky, server }) => {
    assert.ok((await thrownBy(kyWithPolicy(ky.default, policy())(`${server.url}/no-json`).json())) instanceof SyntaxError);
    assert.equal(server.seen.length, 1);
  },

  "hooks run once for a call": async ({ ky, server }) => {
    const ran: string[] = [];
    const given = ky.default.create({
      hooks: {
        beforeRequest: [(first: unknown) => void ran.push(`request of ${new URL(requestOf(first).url).pathname}`)],
        beforeRetry: [() => void ran.push("retry")],
        afterResponse: [() => void ran.push("response")],
      },
    });
    const api = kyWithPolicy(given, policy());
    const response = await api(`${server.url}/twice`);
    assert.deepEqual(ran, ["request of /twice", "response"]);
    assert.deepEqual(told(response, outcomeOf), { ok: true, attempts: 3 });
    const error = await thrownBy(api(`${server.url}/503`));
    assert.deepEqual(ran.slice(2), ["request of /503", "response"]);
    assert.equal(told(error)["attempts"], 3);
  },

  "an error that a hook puts in the place of ky's is what the caller gets": async ({ ky, server }) => {
    const mine = new Error("mine");
    const given = ky.default.create({ hooks: { beforeError: [() => mine as never] } });
    assert.equal(await thrownBy(kyWithPolicy(given, policy())(`${server.url}/503`)), mine);
    assert.equal(server.seen.length, 3);
  },

  "a hook that asks ky for another try ends the call": async ({ ky, server }) => {
    const given = ky.default.create({ hooks: { afterResponse: [() => ky.default.retry()] } });
    const error = await thrownBy(kyWithPolicy(given, policy())(`${server.url}/user`));
    assert.equal((error as Error).name, "ForceRetryError");
    assert.equal(server.seen.length, 1);
  },

  "what is extended further keeps the policy, and what was given is left as it is": async ({ ky, server }) => {
    const given = ky.default.create({ headers: { "x-of": "given" }, retry: 0 });
    const api = kyWithPolicy(given, policy()).extend({ headers: { "x-and": "further" } });
    assert.equal(told(await thrownBy(api(`${server.url}/503`)))["attempts"], 3);
    assert.deepEqual(
      server.seen.map(({ headers }) => [headers["x-of"], headers["x-and"]]),
      Array(3).fill(["given", "further"]),
    );
    server.forget();
    assert.equal(outcomeOf(await thrownBy(given(`${server.url}/503`))), undefined);
    assert.equal(server.seen.length, 1);
  },

  "a fetch that was given sends the attempts": async ({ ky, server }) => {
    let sent = 0;
    const given = ky.default.create({
      fetch: (input, init) => {
        sent++;
        return fetch(input, init);
      },
    });
    await kyWithPolicy(given, policy({ strategy: constant(0) }))(`${server.url}/twice`);
    assert.equal(sent, 3);
  },
};

/** Of version 2 alone. */
export const ky2Scenarios: Scenarios<GivenKy> = {
  "a totalTimeout that was given stays, and bounds all attempts together": async ({ ky, server }) => {
    const options = { totalTimeout: 100 } as object;
    const given = kyWithPolicy(ky.default.create(options), policy({ attemptTimeoutMs: 25, maxAttempts: 100 }));
    assert.ok((await thrownBy(given(`${server.url}/hang`))) instanceof ky.TimeoutError);
    await until(() => server.left >= server.seen.length);
  },

  "JSON that does not fit a schema is not asked for again": async ({ ky, server }) => {
    const issues = [{ message: "no user" }];
    const schema = { "~standard": { version: 1, vendor: "test", validate: () => ({ issues }) } };
    const json = kyWithPolicy(ky.default, policy())(`${server.url}/user`).json as (of: object) => Promise<unknown>;
    assert.deepEqual(((await thrownBy(json(schema))) as { readonly issues?: unknown }).issues, issues);
    assert.equal(server.seen.length, 1);
  },
};
