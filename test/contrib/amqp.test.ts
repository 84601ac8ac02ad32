/* redress/amqp against a channel that does what RabbitMQ does, as far as it is asked here. */
import { constant, Policy, type Progress, TransientError } from "redress";
import { type AmqpChannel, type AmqpConsumerOptions, type AmqpMessage, consumeWithPolicy } from "redress/amqp";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { copyOf, lostJustNow, pastOf } from "../../src/contrib/amqp/message-copy.ts";
import { LONGEST_DELAY_MS, roundedUp } from "../../src/contrib/amqp/wait-queues.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const policy = new Policy({ retry: { strategy: constant(1_500), maxAttempts: 3 } });
const failing = (): never => {
  throw new TransientError("down");
};
const messageOf = (headers: object = {}, redelivered = false): AmqpMessage => ({
  content: new TextEncoder().encode("hello"),
  fields: { redelivered, exchange: "orders", routingKey: "order.created" },
  properties: { headers: { ...headers } },
});

interface Published {
  readonly exchange: string;
  readonly routingKey: string;
  readonly options: { readonly headers: Record<string, unknown>; readonly mandatory?: boolean };
}

/** Answers publications by `answers`, one after the other, and then by taking them. */
function fakeChannel(answers: (Error | "returned" | "taken")[] = []) {
  const listeners = new Map<string, (given: never) => void>();
  const published: Published[] = [];
  const said: string[] = [];
  let deliver: (message: AmqpMessage | null) => void = () => {};
  const nothing = (what: string) => async (): Promise<void> => void said.push(what);
  const channel: AmqpChannel<AmqpMessage> = {
    consume: async (_queue, onMessage) => {
      deliver = onMessage;
      return { consumerTag: "tag" };
    },
    cancel: nothing("cancel"),
    prefetch: nothing("prefetch"),
    checkQueue: nothing("check"),
    assertQueue: async (name, { arguments: its }) =>
      void said.push(`assert ${name} ${(its as { "x-message-ttl"?: number })["x-message-ttl"]}`),
    assertExchange: async (name, type) => void said.push(`assert ${type} ${name}`),
    bindQueue: async (name, exchange) => void said.push(`bind ${name} to ${exchange}`),
    publish: (exchange, routingKey, _content, options, confirmed) => {
      published.push({ exchange, routingKey, options: options as Published["options"] });
      const answer = answers.shift() ?? "taken";
      if (answer === "returned") listeners.get("return")?.({ properties: options } as never);
      confirmed(answer instanceof Error ? answer : null);
      return true;
    },
    waitForConfirms: async () => {},
    ack: () => void said.push("ack"),
    nack: (_message, _all, requeue) => void said.push(`nack ${requeue}`),
    on: (event, listener) => listeners.set(event, listener as (given: never) => void),
    removeListener: (event) => listeners.delete(event),
  };
  return { channel, published, said, listeners, deliver: (message: AmqpMessage | null) => deliver(message) };
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

async function one(
  message: AmqpMessage,
  operation: () => unknown,
  options: AmqpConsumerOptions<AmqpMessage> = {},
  answers: (Error | "returned" | "taken")[] = [],
) {
  const fake = fakeChannel(answers);
  await consumeWithPolicy(fake.channel, "mail", policy, operation, options);
  fake.said.length = 0;
  fake.deliver(message);
  await settle();
  return fake;
}

test("a copy is confirmed in the queue of its delay before the message is acknowledged", async () => {
  const { published, said } = await one(messageOf({ own: 1 }), failing);
  expect(said).toEqual(["assert mail.redress.2000ms 2000", "ack"]);
  expect(published).toMatchObject([
    {
      exchange: "",
      routingKey: "mail.redress.2000ms",
      options: { mandatory: true, headers: { own: 1, "redress-origin": '["orders","order.created"]' } },
    },
  ]);
  const progress: Progress = JSON.parse(String(published[0]?.options.headers["redress-progress"]));
  expect(progress).toMatchObject({ attempts: 1, elapsedMs: 1_500, deliveries: 1 });
});

test.each(["returned", new Error("message nacked")] as const)(
  "a copy that the broker does not take (%s) is published again, and told of",
  async (answer) => {
    const told: unknown[] = [];
    const { published, said } = await one(messageOf(), failing, { onError: (error) => told.push(error) }, [answer, answer]);
    expect(said).not.toContain("ack");
    await vi.advanceTimersByTimeAsync(750);
    expect(published.length).toBe(3);
    expect(said.at(-1)).toBe("ack");
    expect(told.length).toBe(2);
  },
);

test("one that is delivered again is counted by a copy first, and not attempted", async () => {
  let invoked = 0;
  const { published, said } = await one(messageOf({ "redress-lost": 1 }, true), () => ++invoked);
  expect([invoked, said]).toEqual([0, ["ack", "check"]]);
  expect(published).toMatchObject([{ exchange: "", routingKey: "mail", options: { headers: { "redress-lost": 2 } } }]);
});

test("a copy that counts waits until the broker has let go of what it is a copy of", async () => {
  const fake = fakeChannel();
  let letGo = (): void => {};
  let invoked = 0;
  await consumeWithPolicy(fake.channel, "mail", policy, () => ++invoked);
  Object.assign(fake.channel, { checkQueue: () => new Promise<void>((resolve) => (letGo = resolve)) });
  fake.deliver(messageOf({}, true));
  await settle();
  fake.deliver(messageOf(fake.published[0]?.options.headers));
  await settle();
  expect(invoked).toBe(0);
  letGo();
  await settle();
  expect(invoked).toBe(1);
});

test("lost deliveries use up attempts", async () => {
  let invoked = 0;
  const { published } = await one(messageOf({ "redress-lost": 3 }), () => ++invoked);
  expect(invoked).toBe(0);
  expect(published).toMatchObject([
    { routingKey: "mail.failed", options: { headers: { "redress-stop-reason": "MAX_ATTEMPTS_GLOBAL" } } },
  ]);
});

test.each<[string, object]>([
  ["a progress that is no JSON", { "redress-progress": "{" }],
  ["a progress of somebody else's making", { "redress-progress": '{"version":1,"attempts":-1}' }],
  ["null", { "redress-progress": "null" }],
  ["a count that is none", { "redress-lost": -1 }],
])("%s ends the message with a clear reason, or begins anew", async (_what, headers) => {
  const { published } = await one(messageOf(headers), failing);
  expect(published).toMatchObject([
    {
      routingKey: "mail.failed",
      options: { headers: { "redress-reason": expect.stringMatching(/^The call cannot be resumed: progress/) } },
    },
  ]);
  const { said } = await one(messageOf(headers), () => "value", { otherwise: "restart" });
  expect(said).toEqual(["ack"]);
});

test("the delayed exchange is made, bound and told the delay", async () => {
  const fake = fakeChannel();
  await consumeWithPolicy(fake.channel, "mail", policy, failing, { delayedExchange: "later" });
  expect(fake.said).toEqual(expect.arrayContaining(["assert x-delayed-message later", "bind mail to later"]));
  fake.deliver(messageOf());
  await settle();
  expect(fake.published).toMatchObject([
    { exchange: "later", routingKey: "mail", options: { mandatory: false, headers: { "x-delay": 1_500 } } },
  ]);
});

test("a rejected message is told to onFailed, whose failing changes nothing", async () => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error): void => void warnings.push(warning);
  process.on("warning", onWarning);
  const spent = { "redress-lost": 3 };
  const reasons: string[] = [];
  const onFailed: AmqpConsumerOptions<AmqpMessage>["onFailed"] = (_message, { reason }) => {
    reasons.push(reason);
    throw new Error("no");
  };
  const { said, published } = await one(messageOf(spent), failing, { failed: "nack", onFailed });
  expect([said, published]).toEqual([["nack false"], []]);
  expect(reasons[0]).toContain("MAX_ATTEMPTS_GLOBAL");
  vi.useRealTimers();
  await new Promise(setImmediate);
  process.off("warning", onWarning);
  expect(warnings.map(({ message }) => message)).toEqual([expect.stringContaining("onFailed of redress/amqp failed")]);
});

test("when the channel is lost, attempts are aborted and nothing is said on it", async () => {
  const fake = fakeChannel();
  let signal: AbortSignal | undefined;
  const consumer = await consumeWithPolicy(fake.channel, "mail", policy, (_message, attempt) => {
    ({ signal } = attempt);
    return new Promise(() => {});
  });
  fake.said.length = 0;
  fake.deliver(messageOf());
  await settle();
  Object.assign(fake.channel, {
    publish: () => {
      throw new Error("Channel closed");
    },
  });
  fake.listeners.get("close")?.(undefined as never);
  await settle();
  expect(signal?.aborted).toBe(true);
  expect(fake.said).toEqual([]);
  expect(await consumer.closed).toMatchObject({ message: "The channel was closed." });
  expect([...fake.listeners.keys()]).toEqual([]);
});

describe("what would not mean the same again is not copied", () => {
  test.each(["CC", "BCC", "x-death", "x-first-death-queue", "x-delivery-count", "x-delay", "redress-reason", "redress-copy"])(
    "%s",
    (name) => {
      expect(Object.keys(copyOf(messageOf({ [name]: 1, own: 2 }), {}).headers)).toEqual(["own", "redress-origin"]);
    },
  );
  test("userId, expiration", () => {
    const message = { ...messageOf(), properties: { headers: {}, userId: "u", expiration: "9", messageId: "m" } };
    expect(Object.keys(copyOf(message, {}))).toEqual(["messageId", "headers"]);
  });
});

test("deliveries are counted by what the queue says", () => {
  expect(lostJustNow(messageOf())).toBe(0);
  expect(lostJustNow(messageOf({}, true))).toBe(1);
  expect(lostJustNow(messageOf({ "x-delivery-count": 3 }, true))).toBe(3);
  expect(pastOf(messageOf({ "redress-lost": 2, "redress-progress": '{"deliveries":4}' })).deliveries).toBe(7);
});

test("delays are rounded up, by a sixteenth at the most where the resolution is finer", () => {
  expect([1, 1_000, 1_001, 32_000].map((ms) => roundedUp(ms, 1_000))).toEqual([1_000, 1_000, 2_000, 32_000]);
  const names = new Set<number>();
  for (let ms = 1; ms <= 86_400_000; ms += 997) {
    const rounded = roundedUp(ms, 1_000);
    names.add(rounded);
    if (rounded < ms || rounded > Math.max(ms + 1_000, ms * (1 + 1 / 16))) throw new Error(`${ms} -> ${rounded}`);
  }
  expect(names.size).toBeLessThan(250);
  expect(roundedUp(Infinity, 1_000)).toBe(LONGEST_DELAY_MS);
});

test.each<[string, object, string]>([
  ["an unknown option", { retries: 3 }, "retries"],
  ["a prefetch of none", { prefetch: 0 }, "prefetch must be an integer >= 1"],
  ["a queue for messages that are rejected", { failed: "nack", failedQueue: "q" }, 'left out with failed: "nack"'],
  ["the queue itself", { failedQueue: "mail" }, "another queue"],
  ["a resolution of exact delays", { delayedExchange: "e", resolutionMs: 10 }, "left out with delayedExchange"],
])("%s is refused", async (_what, options, message) => {
  await expect(consumeWithPolicy(fakeChannel().channel, "mail", policy, failing, options)).rejects.toThrow(message);
});
