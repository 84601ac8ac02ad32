/* redress/sentry with the SDK itself, whose transport keeps the envelopes instead of sending them. */
import * as Sentry from "@sentry/node";
import { constant, type Hooks, Policy, RetryExhaustedError, TransientError } from "redress";
import { sentryHooks } from "redress/sentry";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Made, makeCalls, SECRET } from "./calls.ts";

interface SentEvent {
  readonly level: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fingerprint?: readonly string[];
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly breadcrumbs?: readonly Readonly<Record<string, unknown>>[];
  readonly exception: {
    readonly values: readonly { readonly type: string; readonly value: string; readonly mechanism: object }[];
  };
}

const sent: SentEvent[] = [];

/** An envelope is lines: its header, and for each item a header and a body. */
function keep(body: string | Uint8Array): void {
  const [, ...items] = (typeof body === "string" ? body : new TextDecoder().decode(body)).split("\n");
  for (let index = 0; index + 1 < items.length; index += 2)
    if (JSON.parse(items[index] as string).type === "event") sent.push(JSON.parse(items[index + 1] as string) as SentEvent);
}

beforeAll(() => {
  Sentry.init({
    dsn: "https://key@example.org/1",
    defaultIntegrations: false,
    transport: (options) =>
      Sentry.createTransport(options, async ({ body }) => {
        keep(body);
        return { statusCode: 200 };
      }),
  });
});
beforeEach(() => {
  sent.length = 0;
});
afterAll(() => Sentry.close());

/** The calls, as those of a request of its own, whose breadcrumbs are nobody else's. */
const alone = (hooks: Hooks): Promise<Made> => Sentry.withIsolationScope(() => makeCalls(hooks));

async function events(): Promise<readonly SentEvent[]> {
  await Sentry.flush(2_000);
  return sent;
}

test("one event for each call that failed, with our tags, our groups and the error itself", async () => {
  await alone(sentryHooks(Sentry));

  expect((await events()).map(({ level, tags, fingerprint }) => ({ level, tags, fingerprint }))).toEqual([
    {
      level: "error",
      tags: {
        "redress.operation": "broken",
        "redress.stop_reason": "MAX_ATTEMPTS_GLOBAL",
        "redress.class": "TRANSIENT",
        "redress.err": "LeakyError",
        "redress.cause": "exception",
      },
      fingerprint: ["broken", "MAX_ATTEMPTS_GLOBAL", "TRANSIENT"],
    },
    {
      level: "error",
      tags: {
        "redress.operation": "refused",
        "redress.stop_reason": "NON_RETRYABLE_CLASS",
        "redress.class": "PERMANENT",
        "redress.err": "PermanentError",
        "redress.cause": "exception",
      },
      fingerprint: ["refused", "NON_RETRYABLE_CLASS", "PERMANENT"],
    },
    {
      level: "error",
      tags: { "redress.operation": "mistaken", "redress.err": "RangeError" },
      fingerprint: ["mistaken", "POLICY_FAULT", "no class"],
    },
  ]);
  expect(sent.map(({ exception }) => exception.values.at(-1)?.value)).toEqual([`refused by ${SECRET}`, SECRET, SECRET]);
  expect(sent[0]?.contexts["redress"]).toMatchObject({ attempts: 3 });
});

test("breadcrumbs tell of retries, circuits and rejections, by labels and numbers alone", async () => {
  await alone(sentryHooks(Sentry));

  const [broken] = await events();
  const crumbs = broken?.breadcrumbs ?? [];
  expect(new Set(crumbs.map(({ category }) => category))).toEqual(new Set(["redress"]));
  expect(crumbs.map(({ message, level }) => `${message} ${level}`)).toEqual([
    "retry info",
    "retry info",
    "retry info",
    "max_attempts_exceeded warning",
    "fell_back warning",
    "retry info",
    "retry info",
    "max_attempts_exceeded warning",
    "circuit_opened warning",
  ]);
  expect(crumbs[0]?.["data"]).toEqual({
    operation: "recovered",
    class: "TRANSIENT",
    err: "LeakyError",
    cause: "exception",
    attempt: 1,
    sleep_ms: 1,
  });
  expect(sent[1]?.breadcrumbs?.map(({ message }) => message)).toContain("circuit_rejected");
});

test("but for the exception, nothing of an event holds the data", async () => {
  await alone(sentryHooks(Sentry));

  for (const { exception: _exception, ...event } of await events()) expect(JSON.stringify(event)).not.toContain(SECRET);
});

test("an event for what a fallback has covered, as a warning, where that is asked for", async () => {
  await alone(sentryHooks(Sentry, { captureCovered: true }));

  expect((await events()).map(({ level, tags }) => [level, tags["redress.operation"]])).toEqual([
    ["warning", "covered"],
    ["error", "broken"],
    ["error", "refused"],
    ["error", "mistaken"],
  ]);
});

test("policies that are nested fail with one error, and send it once, whoever's hooks they have", async () => {
  const retry = { strategy: constant(1), maxAttempts: 2 };
  const inner = new Policy({ operation: "inner", retry, hooks: sentryHooks(Sentry) });
  const outer = new Policy({
    operation: "outer",
    retry: { maxAttempts: 1, nested: "retry", onExhausted: "wrap" },
    hooks: sentryHooks(Sentry),
  });
  const call = outer.call(() =>
    inner.call(async () => {
      throw new TransientError("down");
    }),
  );

  await expect(call).rejects.toThrow(RetryExhaustedError);
  expect((await events()).map(({ tags }) => tags["redress.operation"])).toEqual(["inner"]);
});

test("an application that captures what call has thrown sends no second event", async () => {
  const policy = new Policy({ operation: "read", hooks: sentryHooks(Sentry) });
  await policy
    .call(async () => {
      throw new TransientError("down");
    })
    .catch((error: unknown) => Sentry.captureException(error));

  expect(await events()).toHaveLength(1);
});

test("a Sentry that throws or rejects changes no call, and is heard of once by each policy", async () => {
  for (const fails of [
    (): never => {
      throw new Error("no transport");
    },
    () => Promise.reject(new Error("no transport")),
  ]) {
    const onHookError = vi.fn();
    const { failed } = await makeCalls(sentryHooks({ addBreadcrumb: () => {}, captureException: fails }), onHookError);

    expect(failed).toHaveLength(3);
    await new Promise(setImmediate);
    expect(onHookError.mock.calls.map(([error, hook]) => [error.message, hook])).toEqual([
      ["no transport", { name: "onCallEnd", operation: "broken" }],
      ["no transport", { name: "onCallEnd", operation: "refused" }],
      ["no transport", { name: "onCallEnd", operation: "mistaken" }],
    ]);
  }
});
