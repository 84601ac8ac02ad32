/* redress/axios over an axios of a few lines: what is one call, what is an attempt, and what is refused. */
import { constant, Policy, unlimited } from "redress";
import { axiosWithPolicy, outcomeOf } from "redress/axios";
import { expect, test } from "vitest";

class Headers {
  readonly #values: Map<string, string>;
  constructor(values?: Iterable<[string, string]>) {
    this.#values = new Map(values);
  }
  has = (name: string): boolean => this.#values.has(name);
  get = (name: string): string | undefined => this.#values.get(name);
  set = (name: string, value: string): void => void this.#values.set(name, value);
  concat = (): Headers => new Headers(this.#values);
}

type Config = Record<string, unknown> & { headers: Headers };
type Adapter = (config: Config) => Promise<{ status: number; headers: object; data: unknown; config: unknown }>;
interface Handler {
  readonly fulfilled: (config: Config) => Config;
}

/** An axios: requests go through interceptors to the adapter. */
function fake(defaults: Record<string, unknown>) {
  const handlers: Handler[] = [];
  const list = (into: Handler[]) => ({
    use: (fulfilled: Handler["fulfilled"]) => into.push({ fulfilled }),
    forEach: (each: (handler: Handler) => void) => into.forEach(each),
  });
  const request = async (given: Record<string, unknown>) => {
    let config = { headers: new Headers(), ...defaults, ...given } as Config;
    for (const { fulfilled } of [...handlers].reverse()) config = fulfilled(config);
    return (config["adapter"] as Adapter)(config);
  };
  const axios: object = Object.assign(request, {
    request,
    defaults,
    interceptors: { request: list(handlers), response: list([]) },
    getUri: ({ url }: { url: string }) => url,
    create: (more: object = {}) => fake({ ...defaults, ...more }),
  });
  return axios as typeof request & { defaults: object; interceptors: object; create: (defaults?: object) => unknown };
}

const policy = () => new Policy({ retry: { maxAttempts: 3, strategy: constant(0), budget: unlimited } });

/** Answers with these statuses in turn, the last one for ever. */
function answering(...statuses: number[]) {
  const sent: Config[] = [];
  const adapter: Adapter = async (config) => {
    sent.push(config);
    const status = statuses[Math.min(sent.length, statuses.length) - 1] as number;
    return { status, headers: {}, data: "answer", config };
  };
  return { sent, axios: fake({ adapter }) };
}

const url = "https://users.example/7";

test("an answer that would be handed out is retried all the same, and handed out at the end", async () => {
  const { axios, sent } = answering(503);
  const response = await axiosWithPolicy(axios, policy())({ url, method: "get" });
  expect(response.status).toBe(503);
  expect(sent).toHaveLength(3);
  expect(outcomeOf(response)).toMatchObject({ ok: false, stopReason: "MAX_ATTEMPTS_GLOBAL" });
});

test("the answer tells of the caller's request, not of the attempt's", async () => {
  const { axios, sent } = answering(503, 200);
  const response = await axiosWithPolicy(axios, policy())({ url, method: "get" });
  expect(outcomeOf(response)).toMatchObject({ ok: true, attempts: 2 });
  expect(sent[0]?.["signal"]).toBeInstanceOf(AbortSignal);
  expect((response.config as Config)["signal"]).toBeUndefined();
});

test("the given axios is left as it is", async () => {
  const { axios, sent } = answering(503);
  axiosWithPolicy(axios, policy());
  await axios({ url, method: "get" });
  expect(sent).toHaveLength(1);
});

test("a POST is sent once, or with one key each time", async () => {
  const { axios, sent } = answering(503);
  expect(outcomeOf(await axiosWithPolicy(axios, policy())({ url, method: "post" }))).toMatchObject({
    stopReason: "RETRY_REFUSED",
  });
  expect(sent).toHaveLength(1);
  await axiosWithPolicy(axios, policy(), { idempotencyKey: true })({ url, method: "post" });
  expect(new Set(sent.slice(1).map(({ headers }) => headers.get("idempotency-key"))).size).toBe(1);
  expect(sent).toHaveLength(4);
});

test("a stream is sent once", async () => {
  const { axios, sent } = answering(503);
  const data = { pipe: () => {} };
  const response = await axiosWithPolicy(axios, policy())({ url, method: "put", data });
  expect(outcomeOf(response)).toMatchObject({ refusal: "its body is a stream, which can be sent once" });
  expect(sent).toHaveLength(1);
});

test("a request on which axios-retry is at work is refused", async () => {
  const { axios, sent } = answering(503);
  const api = axiosWithPolicy(axios, policy());
  await expect(api({ url, method: "get", "axios-retry": { retries: 3 } })).rejects.toThrow("axios-retry is at work");
  expect(sent).toHaveLength(0);
  await api({ url, method: "get", "axios-retry": { retries: 0 } });
  expect(sent).toHaveLength(3);
});

test("a fallback gives a response, and not its data", async () => {
  const answers = (given: unknown): Promise<unknown> =>
    axiosWithPolicy(answering(503).axios, { fallback: () => given })({ url, method: "get" });
  expect(await answers({ data: { name: "Ann" } })).toEqual({ data: { name: "Ann" } });
  await expect(answers({ name: "Ann" })).rejects.toThrow(
    "what fallback gives to axiosWithPolicy must be a response of axios, such as { data, status: 200 }, got an object with name.",
  );
});

test("what is no axios, and options that are none, are refused", () => {
  expect(() => axiosWithPolicy({} as never)).toThrow("axiosWithPolicy.client must be axios");
  const { axios } = answering(200);
  expect(() => axiosWithPolicy(axios, policy(), { maxOrigins: 0 })).toThrow(
    "axiosWithPolicy.maxOrigins must be an integer >= 1, got 0.",
  );
});
