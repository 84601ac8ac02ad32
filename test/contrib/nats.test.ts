/* redress/nats against a consumer and a bucket that do what JetStream does, as far as it is asked here. */
import { type AttemptInfo, constant, Policy, TransientError } from "redress";
import { consumeWithPolicy, type NatsBucket, type NatsConsumerOptions, type NatsMessage } from "redress/nats";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { heartbeatMs } from "../../src/contrib/nats/consumer-settings.ts";
import { keyOf } from "../../src/contrib/nats/record.ts";

const NOW_MS = 1_000_000;
beforeEach(() => {
  vi.useFakeTimers({ now: NOW_MS });
});
afterEach(() => {
  vi.useRealTimers();
});

const policy = new Policy({ retry: { strategy: constant(1_500.4), maxAttempts: 3 } });
const failing = (): never => {
  throw new TransientError("down");
};
const KEY = "S.w.7";
const publishedMs = 5;
const progress = { version: 1, attempts: 1, failures: { TRANSIENT: 1 }, elapsedMs: 0, prevSleepMs: null, deliveries: 1 };

interface Given {
  readonly deliveryCount?: number;
  /** What is in the bucket. */
  readonly record?: object | string;
  readonly config?: object;
  readonly bucket?: Partial<NatsBucket>;
  readonly ackAck?: () => Promise<boolean>;
}

type Operation = (message: NatsMessage, attempt: AttemptInfo) => unknown;

/** Lets one message be consumed. */
async function one(
  operation: Operation,
  { deliveryCount = 1, record, config = {}, bucket: own, ackAck }: Given = {},
  options: NatsConsumerOptions<NatsMessage> = {},
) {
  const said: string[] = [];
  const kept = new Map<string, string>();
  if (record !== undefined)
    kept.set(KEY, typeof record === "string" ? record : JSON.stringify({ publishedMs, delivery: 1, dueMs: 0, ...record }));
  const message: NatsMessage = {
    info: { stream: "S", consumer: "w", streamSequence: 7, deliveryCount, timestampNanos: publishedMs * 1e6 + 3 },
    ackAck: ackAck ?? (async () => said.push("ack") > 0),
    nak: (delayMs) => void said.push(`nak ${delayMs ?? ""}`),
    term: (...reason) => void said.push(`term ${reason.join("")}`),
    working: () => void said.push("working"),
  };
  const messages = [message];
  const consumer = {
    next: (_options: { expires: number }) =>
      messages.length > 0 ? Promise.resolve(messages.shift() ?? null) : new Promise<null>(() => {}),
    info: async () => ({ config: { ack_policy: "explicit", ...config } }),
  };
  const bucket: NatsBucket = {
    get: async (key) => (kept.has(key) ? { value: new TextEncoder().encode(kept.get(key)), operation: "PUT" } : null),
    put: async (key, value) => kept.set(key, value),
    delete: async (key) => kept.delete(key),
    ...own,
  };
  const consumption = await consumeWithPolicy(consumer, bucket, policy, operation, {
    concurrency: 1,
    onError: () => {},
    ...options,
  });
  await vi.advanceTimersByTimeAsync(0);
  return { said, kept: () => JSON.parse(kept.get(KEY) ?? "null"), consumption };
}

test("the progress is in the bucket before the message is put off by its delay", async () => {
  const { said, kept } = await one(failing);
  expect(said).toEqual(["nak 1501"]);
  expect(kept()).toMatchObject({
    publishedMs,
    delivery: 1,
    dueMs: NOW_MS + 1_500.4,
    progress: { attempts: 1, elapsedMs: 1_500.4 },
  });
});

test("one that is done is acknowledged, and nothing of it is kept", async () => {
  const { said, kept } = await one(() => "value", { record: { progress }, deliveryCount: 2 });
  expect([said, kept()]).toEqual([["ack"], null]);
});

test("one that is done, and may come back because nobody heard of it, is not attempted again", async () => {
  const { kept } = await one(() => "value", { ackAck: () => Promise.reject(new Error("TIMEOUT")) });
  expect(kept()).toMatchObject({ ended: "done" });
  let invoked = 0;
  const again = await one(() => ++invoked, { record: kept(), deliveryCount: 2 });
  expect([invoked, again.said, again.kept()]).toEqual([0, ["ack"], null]);
});

test.each<[string, Given, number]>([
  ["without a record", { deliveryCount: 3 }, 3],
  ["since the record", { record: { progress }, deliveryCount: 3 }, 3],
  ["none", { record: { progress }, deliveryCount: 2 }, 2],
  ["of another message of the same sequence", { record: { publishedMs: 4, progress }, deliveryCount: 1 }, 1],
])("deliveries that ended without a word count as attempts: %s", async (_what, given, attempt) => {
  const attempts: number[] = [];
  await one((_message, info) => attempts.push(info.attempt), given);
  expect(attempts).toEqual([attempt]);
});

test("no cap is undone by deliveries that nothing is known of", async () => {
  let invoked = 0;
  const { said, kept } = await one(() => ++invoked, { deliveryCount: 4 });
  expect([invoked, said]).toEqual([0, ["term "]]);
  expect(kept()).toMatchObject({ ended: { stopReason: "MAX_ATTEMPTS_GLOBAL" } });
});

test("one that comes before its time waits for the rest of it, and that is no delivery of the policy's", async () => {
  const { said, kept } = await one(failing, { record: { progress, dueMs: NOW_MS + 400 }, deliveryCount: 2 });
  expect(said).toEqual(["nak 400"]);
  expect(kept()).toMatchObject({ delivery: 2, dueMs: NOW_MS + 400, progress });
});

test("the server is told why only where it understands that", async () => {
  const { said } = await one(failing, { deliveryCount: 4 }, { termReason: true });
  expect(said[0]).toBe("term MAX_ATTEMPTS_GLOBAL: after 3 attempts in 0 ms, all in earlier deliveries");
});

test("what a later delivery has kept is not overwritten by one that comes late", async () => {
  const later = { publishedMs, delivery: 3, dueMs: 0, ended: { reason: "its cap", stopReason: "MAX_ATTEMPTS_GLOBAL" } };
  let reads = 0;
  const bucket: Partial<NatsBucket> = {
    // It is there once the attempt has failed.
    get: async () => (reads++ === 0 ? null : { value: new TextEncoder().encode(JSON.stringify(later)), operation: "PUT" }),
  };
  const { kept, said } = await one(failing, { deliveryCount: 2, bucket });
  expect([reads, kept(), said]).toEqual([2, null, ["nak 1501"]]);
});

test("a record is written to the revision that was read: the server refuses one that was overtaken on its way", async () => {
  const written: unknown[] = [];
  const record = new TextEncoder().encode(JSON.stringify({ publishedMs, delivery: 1, dueMs: 0, progress }));
  const bucket: Partial<NatsBucket> = {
    get: async () => ({ value: record, operation: "PUT", revision: 41 }),
    put: async (_key, _value, options) => void written.push(options),
  };
  await one(failing, { deliveryCount: 2, bucket });
  await one(failing, { bucket: { get: async () => null, put: async (_key, _value, options) => void written.push(options) } });
  expect(written).toEqual([{ previousSeq: 41 }, { previousSeq: 0 }]);
});

test("what cannot be kept elsewhere is put off, and kept the next time without another attempt", async () => {
  const deadLetter = (): never => {
    throw new Error("no room");
  };
  const { said, kept } = await one(failing, { deliveryCount: 4 }, { deadLetter, rejectedDelayMs: 2_000 });
  expect(said).toEqual(["nak 2000"]);
  const reasons: string[] = [];
  const again = await one(
    failing,
    { record: kept(), deliveryCount: 5 },
    { deadLetter: (_message, { reason }) => reasons.push(reason) },
  );
  expect([reasons.length, again.said]).toEqual([1, ["term "]]);
});

test.each<[string, string | object]>([
  ["no JSON", "{"],
  ["no record", '{"delivery":1}'],
  ["a progress of somebody else's making", { progress: { version: 1, attempts: -1 } }],
])("what is kept and is %s ends the message with a clear reason, or begins anew", async (_what, record) => {
  const { kept } = await one(failing, { record, deliveryCount: 2 });
  expect(kept()).toMatchObject({ ended: { reason: expect.stringMatching(/^The call cannot be resumed: progress/) } });
  const attempts: unknown[] = [];
  const { said } = await one(() => attempts.push(1), { record, deliveryCount: 2 }, { otherwise: "restart" });
  expect([attempts.length, said]).toEqual([1, ["ack"]]);
});

test("nothing is attempted while the bucket does not answer", async () => {
  let isDown = true;
  const get = async (): Promise<null> => {
    if (isDown) throw new Error("503");
    return null;
  };
  const { said } = await one(() => "value", { bucket: { get } });
  await vi.advanceTimersByTimeAsync(2_000);
  expect(said).toEqual([]);
  isDown = false;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(said).toEqual(["ack"]);
});

test("a delivery whose progress could not be read until JetStream delivers it again is not handled: the next one is", async () => {
  let isDown = true;
  const get = async (): Promise<null> => {
    if (isDown) throw new Error("503");
    return null;
  };
  let handled = 0;
  const { said } = await one(() => ++handled, { bucket: { get }, config: { ack_wait: 3_000 * 1e6 } });
  await vi.advanceTimersByTimeAsync(3_500);
  isDown = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(handled).toBe(0);
  expect(new Set(said)).toEqual(new Set(["working"]));
});

test("JetStream hears that a message is worked at", async () => {
  const { said } = await one(() => new Promise(() => {}), { config: { ack_wait: 3_000 * 1e6 } });
  await vi.advanceTimersByTimeAsync(2_500);
  expect(said).toEqual(["working", "working"]);
  expect(heartbeatMs({ ack_wait: 30e9, backoff: [600e6, 90e9] })).toBe(200);
  expect(heartbeatMs({})).toBe(10_000);
});

test("keys are made of what a bucket takes", () => {
  const info = { stream: "Bestellungen für alle", consumer: "w.1", streamSequence: 7, deliveryCount: 1, timestampNanos: 0 };
  expect(keyOf(info)).toMatch(/^[-/=.\w]+$/);
  expect(keyOf(info).split(".").length).toBe(3);
});

describe("is refused:", () => {
  test.each<[string, object, string]>([
    ["a consumer that cuts", { max_deliver: 5 }, "max_deliver must be -1"],
    ["a consumer that acknowledges all before", { ack_policy: "all" }, 'ack_policy must be "explicit"'],
  ])("%s", async (_what, config, message) => {
    await expect(one(failing, { config })).rejects.toThrow(message);
  });

  test("a bucket that is none, and an unknown option", async () => {
    const consumer = { next: async () => null, info: async () => ({ config: {} }) };
    await expect(consumeWithPolicy(consumer, {} as NatsBucket, policy, failing)).rejects.toThrow("key-value store");
    await expect(one(failing, {}, { prefetch: 3 } as object)).rejects.toThrow("prefetch");
  });
});
