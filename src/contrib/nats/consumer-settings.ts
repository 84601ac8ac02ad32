import { aFunction, type OptionTable, refuse, requireOptions, trueOrFalse, wholeFrom } from "../../clients/options/index.ts";
import { type ConsumerOptions, consumerRules } from "../../workers/consuming/index.ts";
import type { ConsumerConfig } from "./shapes.ts";

/** Why a message has failed for good. */
export interface FailedMessage {
  /** In one line: the stop reason, and what has failed. */
  readonly reason: string;
  /** By its code; `null` where the call threw instead of ending: a mistake in the policy, or a progress that is none. */
  readonly stopReason: string | null;
  /** What was thrown; `undefined` where an earlier delivery has failed, and the worker was killed before it was over. */
  readonly error?: unknown;
}

/** What a consumer of JetStream goes by. */
export interface NatsConsumerOptions<Message = never> extends ConsumerOptions {
  /** How many messages are under way at a time, >= 1. None is fetched before there is room for it. @default 10 */
  readonly concurrency?: number | undefined;
  /**
   * Keeps a message that has failed for good, such as in another stream, before it is terminated: from a stream with the retention `workqueue` or `interest` it is
   * removed then. Awaited; where it throws or rejects, the message is put off by `rejectedDelayMs`, and this is tried again, without another attempt.
   */
  readonly deadLetter?: ((message: Message, failed: FailedMessage) => unknown) | undefined;
  /**
   * Whether the server is told why a message is terminated, for its advisory: it has to be nats-server 2.11 or later. An older one does not understand that, and
   * delivers the message again and again. Without it, the reason is in the bucket alone. @default false
   */
  readonly termReason?: boolean | undefined;
}

const table: OptionTable = {
  rules: { ...consumerRules, concurrency: wholeFrom(1), deadLetter: aFunction, termReason: trueOrFalse },
};

const OWNER = "consumeWithPolicy";

interface Parts {
  readonly consumer: unknown;
  readonly bucket: unknown;
  readonly policy: unknown;
  readonly handler: unknown;
}

/** Checks all that a consumer is made of, but for how JetStream has configured it. */
export function requireConsumer<Options extends NatsConsumerOptions>(
  { consumer, bucket, policy, handler }: Parts,
  given: Options,
): Options {
  const has = (value: unknown, ...names: string[]): boolean =>
    names.every((name) => typeof (value as Record<string, unknown> | null | undefined)?.[name] === "function");
  if (!has(consumer, "next", "info"))
    refuse(`${OWNER}.consumer`, "a consumer of JetStream that is pulled from", consumer, TypeError);
  if (!has(bucket, "get", "put", "delete"))
    refuse(
      `${OWNER}.bucket`,
      "a bucket of JetStream's key-value store, where the progress of messages is kept",
      bucket,
      TypeError,
    );
  if (!has(policy, "execute")) refuse(`${OWNER}.policy`, "a Policy", policy, TypeError);
  if (typeof handler !== "function") refuse(`${OWNER}.handler`, "a function", handler, TypeError);
  const options = requireOptions(OWNER, given, table);
  if (options.concurrency === Infinity) refuse(`${OWNER}.concurrency`, "a finite integer >= 1", options.concurrency, RangeError);
  return options;
}

/** A consumer that is configured otherwise would lose messages, or cut what the policy allows. */
export function requireConfig({ ack_policy, max_deliver = -1 }: ConsumerConfig): void {
  const config = `${OWNER}.consumer: its configuration's`;
  if (ack_policy !== "explicit")
    refuse(`${config} ack_policy`, '"explicit": each message is acknowledged by itself', ack_policy, TypeError);
  if (max_deliver > 0)
    refuse(
      `${config} max_deliver`,
      "-1: JetStream would stop delivering before the policy says so, and tell nobody",
      max_deliver,
      TypeError,
    );
}

const NANOS_PER_MS = 1e6;
const DEFAULT_ACK_WAIT_MS = 30_000;

/** How often JetStream is told that a message is worked at while it waits for that. */
export const HEARTBEATS_PER_WAIT = 3;

/** In how many milliseconds it is told so again. */
export function heartbeatMs({ ack_wait = 0, backoff = [] }: ConsumerConfig): number {
  const waitsMs = [ack_wait, ...backoff].filter((nanos) => nanos > 0).map((nanos) => nanos / NANOS_PER_MS);
  return Math.max(10, Math.min(DEFAULT_ACK_WAIT_MS, ...waitsMs) / HEARTBEATS_PER_WAIT);
}
