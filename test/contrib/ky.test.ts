/* redress/ky over a ky of a few lines: what it is extended with, and what requests it refuses. */
import { outcomeOf as outcomeOfError, Policy } from "redress";
import { kyWithPolicy, outcomeOf } from "redress/ky";
import { expect, test } from "vitest";

interface Extension {
  readonly retry: number;
  readonly timeout?: unknown;
  readonly fetch: typeof fetch;
  readonly hooks: {
    readonly beforeRequest: readonly [(first: object, second?: object) => void];
    readonly beforeError: readonly [(first: object) => Error & { cause?: unknown }];
  };
}

/** Keeps what it is extended with. */
function fake(parent: object = {}) {
  const extensions: Extension[] = [];
  const ky = Object.assign(() => {}, {
    extend: (options: (parent: object) => Extension) => {
      extensions.push(options(parent));
      return ky;
    },
  });
  return { ky, extension: () => extensions[0] as Extension };
}

const busy = async (): Promise<Response> => new Response("busy", { status: 503 });
const policy = new Policy<Response, Response>({ retry: { maxAttempts: 1 } });

test("its own retries are off, and so is the timeout that nobody gave", () => {
  const { ky, extension } = fake();
  expect(kyWithPolicy(ky)).toBe(ky);
  expect(extension()).toMatchObject({ retry: 0, timeout: false });
});

test("a timeout and a fetch that were given stay", async () => {
  const { ky, extension } = fake({ timeout: 5_000, fetch: busy });
  kyWithPolicy(ky, policy);
  expect(extension()).not.toHaveProperty("timeout");
  const response = await extension().fetch("https://users.example/7");
  expect(response.status).toBe(503);
  expect(outcomeOf(response)).toMatchObject({ ok: false, attempts: 1 });
});

test("a request with retries of its own is refused, in the words of both versions", () => {
  const { ky, extension } = fake();
  kyWithPolicy(ky);
  const [refuse] = extension().hooks.beforeRequest;
  expect(() => refuse({}, { retry: { limit: 0 } })).not.toThrow();
  const options = { retry: { limit: 2 } };
  expect(() => refuse({ options })).toThrow("retry of ky must be 0 where a policy retries, got a limit of 2");
  expect(options.retry.limit).toBe(0);
});

test("an HTTPError is explained by its response", async () => {
  const { ky, extension } = fake();
  kyWithPolicy(ky, policy, { fetch: busy });
  const response = await extension().fetch("https://users.example/7");
  const error = Object.assign(new Error("503"), { response });
  const [explain] = extension().hooks.beforeError;
  expect(explain({ error })).toBe(error);
  expect(explain(error)).toBe(error);
  expect(outcomeOfError(error)).toMatchObject({ stopReason: "MAX_ATTEMPTS_GLOBAL" });
  expect(outcomeOf(error)).toMatchObject({ ok: false, attempts: 1 });
  expect(outcomeOf(null)).toBeUndefined();
});

test("what is no ky, and options that are none, are refused", () => {
  expect(() => kyWithPolicy({ extend: 1 } as never)).toThrow("kyWithPolicy.client must be ky");
  const options = { throwHttpErrors: true } as object;
  expect(() => kyWithPolicy(fake().ky, policy, options)).toThrow(TypeError);
  expect(() => kyWithPolicy(fake().ky, policy, { maxOrigins: 0 })).toThrow(
    "kyWithPolicy.maxOrigins must be an integer >= 1, got 0.",
  );
});
