/* redress/axios, redress/got and redress/ky with the real libraries: what each keeps of its own. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import axios, { type AxiosInstance, type AxiosResponse, type AxiosStatic, isAxiosError, isCancel } from "axios";
import got, { type Got, HTTPError as GotHttpError } from "got";
import ky, { HTTPError as KyHttpError, type KyInstance, type ResponsePromise } from "ky";
import { CircuitBreaker, constant, outcomeOf, Policy, unlimited } from "redress";
import { outcomeOf as axiosOutcome, axiosWithPolicy } from "redress/axios";
import { outcomeOf as gotOutcome, gotWithPolicy } from "redress/got";
import { outcomeOf as kyOutcome, kyWithPolicy } from "redress/ky";
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";

let server: Server;
let url = "";
const seen: { readonly method: string; readonly path: string; readonly key: string | undefined; readonly body: string }[] = [];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request) body += String(chunk);
  return body;
}

beforeAll(async () => {
  server = createServer(async (request, answer) => {
    const { method = "", url: path = "" } = request;
    const body = await bodyOf(request);
    seen.push({ method, path, key: request.headers["idempotency-key"]?.toString(), body });
    if (path === "/hang") return;
    if (path === "/no-json") answer.writeHead(200, { "content-type": "application/json" }).end("{");
    else if (path === "/redirect") answer.writeHead(302, { location: "/user" }).end();
    else if (path === "/twice" && seen.length < 3) answer.writeHead(503, { "retry-after-ms": "1" }).end("busy");
    else if (path === "/503") answer.writeHead(503).end("busy");
    else if (path === "/404") answer.writeHead(404).end("none");
    else if (path === "/half") answer.writeHead(200, { "content-length": "100" }).write("half", () => request.socket.destroy());
    else answer.writeHead(200, { "content-type": "application/json" }).end('{"name":"Ann"}');
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => void seen.splice(0));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

interface User {
  readonly name: string;
}

const policy = (): Policy => new Policy({ retry: { maxAttempts: 3, strategy: constant(1), budget: unlimited } });
const thrownBy = async (promise: PromiseLike<unknown>): Promise<unknown> => {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It has not thrown.");
};
const leaving = (): AbortSignal => AbortSignal.timeout(40);

describe("axios", () => {
  const api = axiosWithPolicy(axios, policy());

  test("its types are kept", () => {
    expectTypeOf(api).toEqualTypeOf<AxiosStatic>();
    expectTypeOf(axiosWithPolicy(axios.create())).toEqualTypeOf<AxiosInstance>();
    expectTypeOf(api.get<User>).returns.resolves.toEqualTypeOf<AxiosResponse<User>>();
    expect(api.isAxiosError).toBe(axios.isAxiosError);
  });

  test("interceptors run once for a call, and the adapter for each attempt", async () => {
    const given = axios.create({ headers: { "X-Of": "given" } });
    const ran: string[] = [];
    given.interceptors.request.use((config) => {
      ran.push("request");
      return config;
    });
    given.interceptors.response.use((response) => {
      ran.push("response");
      return response;
    });
    const response = await axiosWithPolicy(given, policy()).get<User>(`${url}/twice`);
    expect(response.data.name).toBe("Ann");
    expect(ran).toEqual(["request", "response"]);
    expect(seen).toHaveLength(3);
    expect(axiosOutcome(response)).toMatchObject({ ok: true, attempts: 3 });
    await given.get(`${url}/user`);
    expect(seen).toHaveLength(4);
  });

  test("a 503 is an AxiosError at the end, or a response where validateStatus accepts it", async () => {
    const error = await thrownBy(api.get(`${url}/503`));
    expect(isAxiosError(error) && error.response?.data).toBe("busy");
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
    const response = await api.get(`${url}/503`, { validateStatus: () => true });
    expect(response.status).toBe(503);
    expect(axiosOutcome(response)).toMatchObject({ ok: false, attempts: 3 });
    expect(seen).toHaveLength(6);
  });

  test("an adapter that a request names, and instances that it creates, have the policy too", async () => {
    await thrownBy(api.get(`${url}/503`, { adapter: "fetch" }));
    await thrownBy(api.create({ baseURL: url }).get("/503"));
    expect(seen).toHaveLength(6);
  });

  test("a signal and a token cancel, in axios's words", async () => {
    const error = await thrownBy(api.get(`${url}/hang`, { signal: leaving() }));
    expect(isCancel(error)).toBe(true);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED" });
    const source = axios.CancelToken.source();
    setTimeout(() => source.cancel("left"), 20);
    const cancelled = await thrownBy(api.get(`${url}/hang`, { cancelToken: source.token }));
    expect(isCancel(cancelled) && cancelled.message).toBe("left");
    expect(axiosOutcome(cancelled)).toMatchObject({ stopReason: "ABORTED" });
  });

  test("its timeout bounds each attempt", async () => {
    const error = await thrownBy(api.get(`${url}/hang`, { timeout: 30 }));
    expect(isAxiosError(error) && error.code).toBe("ECONNABORTED");
    expect(seen).toHaveLength(3);
  });

  test("JSON that cannot be read is not asked for again; a body that breaks off is", async () => {
    const strict = { transitional: { silentJSONParsing: false }, responseType: "json" } as const;
    await thrownBy(api.get(`${url}/no-json`, strict));
    expect(seen).toHaveLength(1);
    await thrownBy(api.get(`${url}/half`));
    expect(seen).toHaveLength(4);
  });

  test("a POST is sent once without a key, and a stream in any case", async () => {
    const error = await thrownBy(api.post(`${url}/503`, { tea: 1 }));
    expect(outcomeOf(error)).toMatchObject({ stopReason: "RETRY_REFUSED" });
    expect(outcomeOf(await thrownBy(api.put(`${url}/503`, Readable.from(["tea"]))))?.refusal).toMatch("stream");
    expect(seen).toHaveLength(2);
    const keyed = axiosWithPolicy(axios, policy(), { idempotencyKey: true });
    await thrownBy(keyed.post(`${url}/503`, { tea: 1 }));
    expect(new Set(seen.slice(2).map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
    expect(seen).toHaveLength(5);
  });

  test("a failing stream gives its connection back, and the last one is the caller's", async () => {
    const error = await thrownBy(api.get(`${url}/503`, { responseType: "stream" }));
    if (!isAxiosError(error) || error.response === undefined) throw error;
    let text = "";
    for await (const chunk of error.response.data as AsyncIterable<Buffer>) text += chunk.toString();
    expect(text).toBe("busy");
    expect(seen).toHaveLength(3);
  });

  test("the config of an error can be sent again", async () => {
    const error = await thrownBy(api.get(`${url}/hang`, { timeout: 30 }));
    if (!isAxiosError(error) || error.config === undefined) throw error;
    seen.splice(0);
    await api.request({ ...error.config, url: `${url}/twice` });
    expect(seen).toHaveLength(3);
  });
});

describe("got", () => {
  const api = gotWithPolicy(got, policy());

  test("its types are kept", () => {
    expectTypeOf(api).toEqualTypeOf<Got>();
    const called = () => api(`${url}/user`).json<User>();
    expectTypeOf(called).returns.resolves.toEqualTypeOf<User>();
  });

  test("handlers run once for a call, and hooks as got runs them", async () => {
    const ran: string[] = [];
    const given = got.extend({
      handlers: [
        (options, next) => {
          ran.push("handler");
          return next(options);
        },
      ],
      hooks: { beforeRetry: [() => void ran.push("retry")] },
    });
    const response = await gotWithPolicy(given, policy())(`${url}/twice`, { responseType: "json" });
    expect(response.body).toEqual({ name: "Ann" });
    expect(ran).toEqual(["handler", "retry", "retry"]);
    expect(seen).toHaveLength(3);
    expect(gotOutcome(response)).toMatchObject({ ok: true, attempts: 3 });
  });

  test("a 503 is got's HTTPError at the end, or a response where errors are not thrown", async () => {
    const error = await thrownBy(api(`${url}/503`));
    expect(error).toBeInstanceOf(GotHttpError);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
    const response = await api(`${url}/503`, { throwHttpErrors: false });
    expect(response.statusCode).toBe(503);
    expect(gotOutcome(response)).toMatchObject({ ok: false, attempts: 3 });
    expect(seen).toHaveLength(6);
  });

  test("a signal and cancel() end a call, in got's words", async () => {
    expect(outcomeOf(await thrownBy(api(`${url}/hang`, { signal: leaving() })))).toMatchObject({ stopReason: "ABORTED" });
    const request = api(`${url}/hang`);
    setTimeout(() => request.cancel(), 20);
    const error = await thrownBy(request);
    expect(error).toMatchObject({ name: "CancelError" });
    expect(request.isCanceled).toBe(true);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED" });
  });

  test("its timeout bounds each attempt, and so does the policy's", async () => {
    expect(await thrownBy(api(`${url}/hang`, { timeout: { request: 30 } }))).toMatchObject({ code: "ETIMEDOUT" });
    const cut = gotWithPolicy(got, new Policy({ retry: { maxAttempts: 2, strategy: constant(1), attemptTimeoutMs: 30 } }));
    expect(await thrownBy(cut(`${url}/hang`))).toMatchObject({ name: "AttemptTimeoutError" });
    expect(seen).toHaveLength(5);
  });

  test("JSON that cannot be read is not asked for again; a body that breaks off is", async () => {
    expect(outcomeOf(await thrownBy(api(`${url}/no-json`, { responseType: "json" })))).toMatchObject({
      stopReason: "RETRY_REFUSED",
    });
    await thrownBy(api(`${url}/half`));
    expect(seen).toHaveLength(4);
  });

  test("a POST is sent once without a key", async () => {
    expect(outcomeOf(await thrownBy(api.post(`${url}/503`, { json: { tea: 1 } })))).toMatchObject({
      stopReason: "RETRY_REFUSED",
    });
    const keyed = gotWithPolicy(got, policy(), { idempotencyKey: true });
    await thrownBy(keyed.post(`${url}/503`, { json: { tea: 1 } }));
    expect(new Set(seen.slice(1).map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
    expect(seen).toHaveLength(4);
  });

  test("a request with retries of its own is never sent", async () => {
    expect(await thrownBy(api(`${url}/503`, { retry: { limit: 3 } }))).toBeInstanceOf(TypeError);
    await api(`${url}/user`);
    expect(seen).toHaveLength(1);
  });

  test("a stream is sent once, and not at all where the circuit is open", async () => {
    let text = "";
    for await (const chunk of api.stream(`${url}/user`)) text += String(chunk);
    expect(JSON.parse(text)).toEqual({ name: "Ann" });
    const failing = async () => {
      for await (const _ of api.stream(`${url}/503`));
    };
    expect(outcomeOf(await thrownBy(failing()))).toMatchObject({ stopReason: "RETRY_REFUSED" });
    expect(seen).toHaveLength(2);
    const circuitBreaker = new CircuitBreaker();
    circuitBreaker.trip();
    const open = gotWithPolicy(got, new Policy({ circuitBreaker }));
    const rejected = async () => {
      for await (const _ of open.stream(`${url}/user`));
    };
    expect(outcomeOf(await thrownBy(rejected()))).toMatchObject({ stopReason: "CIRCUIT_OPEN" });
    expect(await thrownBy(open(`${url}/user`))).toMatchObject({ name: "CircuitOpenError" });
    expect(seen).toHaveLength(2);
  });

  test("pages are calls", async () => {
    const pages = await api.paginate.all<User>(`${url}/user`, {
      pagination: {
        transform: ({ body }) => [JSON.parse(body as string)],
        paginate: () => (seen.length < 3 ? { searchParams: { page: seen.length } } : false),
      },
    });
    expect(pages).toHaveLength(3);
  });
});

describe("ky", () => {
  const api = kyWithPolicy(ky, policy());

  test("its types are kept", () => {
    expectTypeOf(api).toEqualTypeOf<KyInstance>();
    expectTypeOf(api.get<User>).returns.toEqualTypeOf<ResponsePromise<User>>();
  });

  test("hooks run once for a call", async () => {
    let ran = 0;
    const given = ky.create({ hooks: { beforeRequest: [() => void ran++] } });
    const response = await kyWithPolicy(given, policy())(`${url}/twice`);
    expect(await response.json()).toEqual({ name: "Ann" });
    expect(ran).toBe(1);
    expect(seen).toHaveLength(3);
    expect(kyOutcome(response)).toMatchObject({ ok: true, attempts: 3 });
  });

  test("a 503 is ky's HTTPError at the end, with an outcome", async () => {
    const error = await thrownBy(api(`${url}/503`));
    if (!(error instanceof KyHttpError)) throw error;
    expect(await error.response.text()).toBe("busy");
    expect(kyOutcome(error)).toMatchObject({ ok: false, attempts: 3 });
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL" });
    expect(seen).toHaveLength(3);
    const none = await thrownBy(api(`${url}/404`));
    expect(kyOutcome(none)).toMatchObject({ ok: true, attempts: 1 });
  });

  test("a request with retries of its own is never sent", async () => {
    expect(await thrownBy(api(`${url}/503`, { retry: 2 }))).toBeInstanceOf(TypeError);
    expect(seen).toHaveLength(0);
  });

  test("a timeout that was given stays, and ky's default is off", async () => {
    expect(await thrownBy(api(`${url}/hang`, { timeout: 30 }))).toMatchObject({ name: "TimeoutError" });
    const given = kyWithPolicy(ky.create({ timeout: 30 }), policy());
    expect(await thrownBy(given(`${url}/hang`))).toMatchObject({ name: "TimeoutError" });
    let timeout: unknown;
    api.extend((options) => {
      timeout = options.timeout;
      return {};
    });
    expect(timeout).toBe(false);
  });

  test("JSON that cannot be read is not asked for again", async () => {
    expect(await thrownBy(api(`${url}/no-json`).json())).toBeInstanceOf(SyntaxError);
    expect(seen).toHaveLength(1);
  });

  test("a POST is sent once without a key, and with it the same body each time", async () => {
    await thrownBy(api.post(`${url}/503`, { json: { tea: 1 } }));
    expect(seen).toHaveLength(1);
    const keyed = kyWithPolicy(ky, policy(), { idempotencyKey: true });
    await thrownBy(keyed.post(`${url}/503`, { json: { tea: 1 } }));
    expect(new Set(seen.slice(1).map(({ key, body }) => `${key} ${body}`)).size).toBe(1);
    expect(seen).toHaveLength(4);
  });
});
