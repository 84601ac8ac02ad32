/* redress/axios, redress/got and redress/ky with the real libraries, in every version that they serve: what each keeps of its own. */
import { Readable } from "node:stream";
import axios, { type AxiosInstance, type AxiosResponse, type AxiosStatic, isAxiosError, isCancel } from "axios";
import * as got from "got";
import type { Got as Got15 } from "got15";
import type { Got as Got16 } from "got16";
import * as ky from "ky";
import type { KyInstance as Ky2, ResponsePromise as ResponsePromise2 } from "ky2";
import { outcomeOf } from "redress";
import { outcomeOf as axiosOutcome, axiosWithPolicy } from "redress/axios";
import { gotWithPolicy } from "redress/got";
import { kyWithPolicy } from "redress/ky";
import { afterEach, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from "vitest";
import { gotScenarios } from "./http-clients/got-scenarios.ts";
import { ky2Scenarios, kyScenarios } from "./http-clients/ky-scenarios.ts";
import { policy, thrownBy, type User } from "./http-clients/scenario.ts";
import { type Arrival, UserServer, withUserServer } from "./http-clients/user-server.ts";
import { onNode24 } from "./node24.ts";
import type { Printed } from "./print-scenarios.ts";

// Each test has a server of its own: what another one has left under way comes elsewhere.
let server: UserServer;
let url: string;
let seen: Arrival[];
beforeEach(async () => {
  server = await UserServer.started();
  ({ url, seen } = server);
});
afterEach(() => server.close());

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
    const error = await thrownBy(api.get(`${url}/hang`, { timeout: 300 }));
    expect(isAxiosError(error) && error.code).toBe("ECONNABORTED");
    expect(outcomeOf(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL", attempts: 3 });
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
    const error = await thrownBy(api.get(`${url}/hang`, { timeout: 300 }));
    if (!isAxiosError(error) || error.config === undefined) throw error;
    await api.request({ ...error.config, url: `${url}/twice` });
    expect(seen.filter(({ path }) => path === "/twice")).toHaveLength(3);
  });
});

describe("got 14", () => {
  test.each(Object.entries(gotScenarios))("%s", (_title, scenario) => withUserServer((own) => scenario({ got, server: own })));

  test("cancel() ends a call, in got's words", async () => {
    const request = gotWithPolicy(got.default, policy())(`${url}/hang`);
    setTimeout(() => request.cancel(), 20);
    const error = await thrownBy(request);
    expect(error).toBeInstanceOf(got.CancelError);
    expect(request.isCanceled).toBe(true);
    expect(outcomeOf(error)).toMatchObject({ stopReason: "ABORTED" });
  });
});

describe("ky 1", () => {
  test.each(Object.entries(kyScenarios))("%s", (_title, scenario) => withUserServer((own) => scenario({ ky, server: own })));
});

describe.each([
  // Also those that this Node runs: Node 24 tells them of a failed connection in another way.
  ["got 14", "got", "got", gotScenarios],
  ["got 15", "got", "got15", gotScenarios],
  ["got 16", "got", "got16", gotScenarios],
  ["ky 1", "ky", "ky", kyScenarios],
  ["ky 2", "ky", "ky2", { ...kyScenarios, ...ky2Scenarios }],
])("%s, on Node 24", (_name, library, version, scenarios) => {
  let printed: Printed = { ended: {}, unhandled: [] };
  beforeAll(async () => {
    printed = await onNode24("http-clients/on-node24.ts", library, version);
  }, 120_000);

  test.each(Object.keys(scenarios))("%s", (title) => {
    expect(printed.ended[title]).toBe("well");
  });
  test("no rejection is unhandled", () => {
    expect(printed.unhandled).toEqual([]);
  });
});

test("each version of got and ky keeps its types", () => {
  expectTypeOf(gotWithPolicy<got.Got>).returns.toEqualTypeOf<got.Got>();
  expectTypeOf(gotWithPolicy<Got15>).returns.toEqualTypeOf<Got15>();
  expectTypeOf(gotWithPolicy<Got16>).returns.toEqualTypeOf<Got16>();
  expectTypeOf(kyWithPolicy<ky.KyInstance>).returns.toEqualTypeOf<ky.KyInstance>();
  expectTypeOf(kyWithPolicy<Ky2>).returns.toEqualTypeOf<Ky2>();

  const body = (api: Got16) => gotWithPolicy(api)(url).json<User>();
  expectTypeOf(body).returns.resolves.toEqualTypeOf<User>();
  const user = (api: Ky2) => kyWithPolicy(api).get<User>(url);
  expectTypeOf(user).returns.toEqualTypeOf<ResponsePromise2<User>>();
});
