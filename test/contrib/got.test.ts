/* redress/got over a got of a few lines: how the policy answers got's question, and what is refused. */
import { EventEmitter } from "node:events";
import { CircuitBreaker, constant, Policy, unlimited } from "redress";
import { gotWithPolicy, outcomeOf } from "redress/got";
import { expect, test } from "vitest";

interface Options {
  url: URL;
  method: string;
  headers: Record<string, string>;
  hooks: { beforeRequest: (() => Promise<void>)[] };
  retry: { limit: number; calculateDelay: (failure: { error: Error }) => Promise<number> | number };
}
type Handler = (options: Options, next: (options: Options) => unknown) => Promise<unknown>;

/** What was asked for fails this often, and then has an answer. */
function fake(
  failures: number,
  failure: () => Error = () => Object.assign(new Error("busy"), { response: { statusCode: 503 } }),
  on: (event: string, listener: (wire: object) => void) => unknown = () => {},
) {
  let sent = 0;
  const answers: number[] = [];
  const send = async ({ hooks, retry }: Options): Promise<unknown> => {
    for (const hook of hooks.beforeRequest) await hook();
    for (;;) {
      if (sent++ >= failures) return { statusCode: 200 };
      const error = failure();
      const answer = await retry.calculateDelay({ error });
      answers.push(answer);
      if (answer === 0) throw error;
    }
  };
  const withHandlers = (handlers: readonly Handler[]): ((more?: Partial<Options>) => Promise<unknown>) & object =>
    Object.assign(
      async (more: Partial<Options> = {}) => {
        const retry = { limit: 0, calculateDelay: () => 0 };
        const options = {
          url: new URL("https://users.example/7"),
          method: "GET",
          headers: {},
          hooks: { beforeRequest: [] },
          retry,
        };
        const next = (used: Options) => Object.assign(send(used), { on });
        return handlers[0]?.({ ...options, ...more }, next);
      },
      {
        defaults: { mutableDefaults: false },
        extend: (extension: { handlers: readonly Handler[] }) => withHandlers(extension.handlers),
      },
    );
  const got = withHandlers([]) as ReturnType<typeof withHandlers> & {
    defaults: { mutableDefaults: boolean };
    extend: (extension: { handlers: readonly Handler[] }) => object;
  };
  return { got, answers, sent: () => sent };
}

const policy = () => new Policy({ retry: { maxAttempts: 3, strategy: constant(0), budget: unlimited } });

test("got hears 1 ms for each retry, and 0 at the end", async () => {
  const { got, answers, sent } = fake(Infinity);
  await expect(gotWithPolicy(got, policy())()).rejects.toThrow("busy");
  expect(answers).toEqual([1, 1, 0]);
  expect(sent()).toBe(3);
});

test("the answer of a later attempt is the call's", async () => {
  const { got, answers } = fake(2);
  const response = await gotWithPolicy(got, policy())();
  expect(outcomeOf(response)).toMatchObject({ ok: true, attempts: 3 });
  expect(answers).toEqual([1, 1]);
});

test("a hook that sends a request again does so within the attempt", async () => {
  const { got, answers } = fake(1, () => Object.assign(new Error("again"), { name: "RetryError" }));
  const response = await gotWithPolicy(got, policy())();
  expect(outcomeOf(response)).toMatchObject({ ok: true, attempts: 1 });
  expect(answers).toEqual([1]);
});

test("an answer that cannot be read is not asked for again", async () => {
  const { got, sent } = fake(Infinity, () => Object.assign(new Error("{"), { name: "ParseError" }));
  const error: unknown = await gotWithPolicy(got, policy())().catch((thrown: unknown) => thrown);
  expect(outcomeOf(error)).toMatchObject({ refusal: "its answer came, and could not be read" });
  expect(sent()).toBe(1);
});

test("where the circuit is open nothing is sent", async () => {
  const circuitBreaker = new CircuitBreaker();
  circuitBreaker.trip();
  const { got, sent } = fake(0);
  await expect(gotWithPolicy(got, new Policy({ circuitBreaker }))()).rejects.toThrow("is held open by hand");
  expect(sent()).toBe(0);
});

test("a request with retries of its own is never sent", async () => {
  const { got, sent } = fake(0);
  const retry = { limit: 2, calculateDelay: () => 0 };
  await expect(gotWithPolicy(got, policy())({ retry })).rejects.toThrow("retry.limit of got must be 0");
  expect(sent()).toBe(0);
});

test("a POST is sent once, or with a key", async () => {
  const { got, sent } = fake(Infinity);
  const headers: Record<string, string> = {};
  await gotWithPolicy(got, policy())({ method: "POST", headers }).catch(() => {});
  expect(sent()).toBe(1);
  await gotWithPolicy(got, policy(), { idempotencyKey: true })({ method: "POST", headers }).catch(() => {});
  expect(sent()).toBe(4);
  expect(headers["idempotency-key"]).toMatch(/^[0-9a-f-]{36}$/);
});

test("a failure that a request has told of is not told again by the callback of its end", async () => {
  const heard: unknown[] = [];
  const callbacks: ((error?: Error) => void)[] = [];
  const wire = Object.assign(new EventEmitter(), { end: (told: (error?: Error) => void) => void callbacks.push(told) });
  const { got } = fake(0, undefined, (event, listener) => event === "request" && listener(wire));
  await gotWithPolicy(got, policy())();
  for (let ended = 0; ended < 3; ended++) wire.end((error) => void heard.push(error?.message));
  const [early, well, late] = callbacks;
  early?.(new Error("early"));
  wire.emit("error", new Error("refused"));
  well?.();
  late?.(new Error("late"));
  expect(heard).toEqual(["early", undefined]);
});

test("what is no got, and options that are none, are refused", () => {
  expect(() => gotWithPolicy({} as never)).toThrow("gotWithPolicy.client must be got");
  expect(() => gotWithPolicy(fake(0).got, policy(), { maxOrigins: 0 })).toThrow(
    "gotWithPolicy.maxOrigins must be an integer >= 1, got 0.",
  );
});
