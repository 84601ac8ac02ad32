/* Handlers, hooks, instances and pages of got, in every version. */
import assert from "node:assert/strict";
import { gotWithPolicy, outcomeOf } from "redress/got";
import type { GivenGot } from "./got-calls.ts";
import { policy, type Scenarios, thrownBy, told, type User } from "./scenario.ts";

export const gotHooks: Scenarios<GivenGot> = {
  "handlers run once for a call, and hooks as got runs them": async ({ got, server }) => {
    const ran: string[] = [];
    const given = got.default.extend({
      handlers: [
        (options, next) => {
          ran.push("handler");
          return next(options);
        },
      ],
      hooks: {
        init: [() => void ran.push("init")],
        beforeRequest: [() => void ran.push("request")],
        beforeRetry: [() => void ran.push("retry")],
        beforeError: [
          (error) => {
            ran.push("error");
            return error;
          },
        ],
      },
    });
    ran.splice(0);
    const api = gotWithPolicy(given, policy());
    ran.splice(0);
    await api(`${server.url}/twice`);
    const calls = ran.filter((name) => name !== "init");
    assert.deepEqual(calls, ["handler", "request", "retry", "request", "retry", "request"]);
    ran.splice(0);
    await thrownBy(api(`${server.url}/404`));
    assert.deepEqual(ran.slice(-3), ["handler", "request", "error"]);
  },

  "a hook that sends the request again does so within the same attempt": async ({ got, server }) => {
    const given = got.default.extend({
      hooks: {
        afterResponse: [
          (response, retryWithMergedOptions) =>
            response.statusCode === 401 ? retryWithMergedOptions({ headers: { authorization: "Bearer new" } }) : response,
        ],
      },
    });
    const response = await gotWithPolicy(given, policy())(`${server.url}/private`);
    assert.deepEqual(
      server.seen.map(({ headers }) => headers.authorization),
      [undefined, "Bearer new"],
    );
    assert.deepEqual(told(response, outcomeOf), { ok: true, attempts: 1 });
  },

  "an error that a hook puts in the place of got's is what the caller gets": async ({ got, server }) => {
    const mine = new Error("mine");
    const given = got.default.extend({ hooks: { beforeError: [() => mine as never] } });
    assert.equal(await thrownBy(gotWithPolicy(given, policy())(`${server.url}/503`)), mine);
    assert.equal(server.seen.length, 3);
    assert.equal(told(mine, outcomeOf)["attempts"], 3);
  },

  "what is extended further keeps the policy, and what was given is left as it is": async ({ got, server }) => {
    const given = got.default.extend({ headers: { "x-of": "given" }, prefixUrl: server.url });
    const api = gotWithPolicy(given, policy()).extend({ headers: { "x-and": "further" } });
    const error = await thrownBy(api("503"));
    assert.equal(told(error)["attempts"], 3);
    assert.deepEqual(
      server.seen.map(({ headers }) => [headers["x-of"], headers["x-and"]]),
      Array(3).fill(["given", "further"]),
    );
    assert.equal(given.defaults.options.retry.limit, got.default.defaults.options.retry.limit);
    assert.equal(outcomeOf(await given("user")), undefined);
  },

  "pages are calls": async ({ got, server }) => {
    const pages = await gotWithPolicy(got.default, policy()).paginate.all<User, string>(`${server.url}/twice`, {
      pagination: {
        transform: ({ body }) => [JSON.parse(body) as User],
        paginate: () => (server.seen.length < 5 ? { searchParams: { page: server.seen.length } } : false),
      },
    });
    assert.equal(pages.length, 3);
    assert.deepEqual(
      server.seen.map(({ path }) => path),
      ["/twice", "/twice", "/twice", "/twice?page=3", "/twice?page=4"],
    );
  },

  "a server is told of deadlines by each attempt and page, and by a call with the options of another one": async ({
    got,
    server,
  }) => {
    const told = (): number[] => server.seen.splice(0).map(({ headers }) => Number(headers["x-request-timeout-ms"]));
    const apiOf = (deadlineMs: number) => gotWithPolicy(got.default, policy({ deadlineMs }), { sendDeadline: ["127.0.0.1"] });
    const api = apiOf(60_000);
    await api.paginate.all<User, string>(`${server.url}/user`, {
      pagination: {
        transform: ({ body }) => [JSON.parse(body) as User],
        // What it is told with is used again.
        paginate: ({ response }) => (server.seen.length < 3 ? response.request.options : false),
      },
    });
    const pages = told();
    assert.equal(pages.length, 3);
    const error = await thrownBy(api(`${server.url}/503`));
    assert.ok(error instanceof got.HTTPError);
    const attempts = told();
    assert.equal(attempts.length, 3);
    assert.ok(
      [...pages, ...attempts].every((ms) => ms > 5_000 && ms <= 60_000),
      `${pages} ${attempts}`,
    );
    await thrownBy(apiOf(5_000)(undefined, undefined, error.options) as Promise<unknown>);
    const again = told();
    assert.ok(again.length === 3 && again.every((ms) => ms > 0 && ms <= 5_000), String(again));
  },

  "the options of an error can be used for another call": async ({ got, server }) => {
    const api = gotWithPolicy(got.default, policy());
    const error = await thrownBy(api(`${server.url}/503`));
    assert.ok(error instanceof got.HTTPError);
    server.forget();
    await thrownBy(api(undefined, undefined, error.options) as Promise<unknown>);
    assert.equal(server.seen.length, 3);
  },
};
