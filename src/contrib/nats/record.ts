/*
 * A message of JetStream cannot be changed, and of its deliveries the server knows their number alone. So what there is to remember stands in a bucket, under the
 * message's stream, consumer and sequence. A record says of which delivery it was written: those since then have ended without a word, and each counts as an attempt.
 * So whatever is lost, a record or all of them, no cap is undone; and a worker that has taken longer than JetStream waits does not overwrite what a later delivery has written.
 */
import { isPlain } from "../../clients/options/index.ts";
import { parsed } from "../../workers/consuming/index.ts";
import { deliveriesOf } from "../../workers/delivery/index.ts";
import type { FailedMessage } from "./consumer-settings.ts";
import type { NatsBucket, NatsMessage } from "./shapes.ts";

export interface MessageRecord {
  /** When the message was published, in milliseconds since 1970: a stream that is made anew begins with the same sequences. */
  readonly publishedMs: number;
  /** The delivery that has written this, as JetStream counts them. */
  readonly delivery: number;
  /** Before this time the message is not to be tried, in milliseconds since 1970: the server forgets delays when it is restarted. */
  readonly dueMs: number;
  readonly progress?: unknown;
  /** Of one that has ended, but may be delivered once more: `"done"`, or why it has failed. */
  readonly ended?: "done" | Pick<FailedMessage, "reason" | "stopReason">;
}

export interface Past {
  /** `undefined` where there is none, or none that can be read. */
  readonly record: MessageRecord | undefined;
  readonly progress: unknown;
  /** How often the message was delivered, as its attempts are counted. */
  readonly deliveries: number;
}

type Info = NatsMessage["info"];

const publishedMsOf = ({ timestampNanos }: Info): number => Math.floor(Number(timestampNanos) / 1e6);

/** The key of a message's record. Keys of a bucket are made of fewer characters than names are. */
export function keyOf({ stream, consumer, streamSequence }: Info): string {
  const part = (name: string): string =>
    name.replace(/[^-\w]/g, (character) => `=${(character.codePointAt(0) ?? 0).toString(16)}=`);
  return `${part(stream)}.${part(consumer)}.${streamSequence}`;
}

export const recordOf = (info: Info, what: Omit<MessageRecord, "publishedMs" | "delivery">): MessageRecord => ({
  publishedMs: publishedMsOf(info),
  delivery: info.deliveryCount,
  ...what,
});

export async function readPast(bucket: NatsBucket, info: Info): Promise<Past> {
  const entry = await bucket.get(keyOf(info));
  const none: Past = { record: undefined, progress: undefined, deliveries: info.deliveryCount };
  if (entry === null || entry.operation !== "PUT") return none;
  const record = parsed(new TextDecoder().decode(entry.value));
  if (!isRecord(record)) return { ...none, progress: Number.NaN };
  if (record.publishedMs !== publishedMsOf(info)) return none;
  const lost = Math.max(0, info.deliveryCount - 1 - record.delivery);
  return { record, progress: record.progress, deliveries: deliveriesOf(record.progress) + 1 + lost };
}

/** Keeps a record, unless a later delivery has kept one: what was sent to a server that was away may come to it when the message has long ended elsewhere. */
export async function keepRecord(bucket: NatsBucket, info: Info, record: MessageRecord): Promise<void> {
  const key = keyOf(info);
  const entry = await bucket.get(key);
  const there = entry?.operation === "PUT" ? parsed(new TextDecoder().decode(entry.value)) : undefined;
  if (isRecord(there) && there.publishedMs === record.publishedMs && there.delivery > record.delivery) return;
  const previousSeq = entry === null ? 0 : entry.revision;
  // The server refuses what is written to another revision than the one that was read.
  await bucket.put(key, JSON.stringify(record), previousSeq === undefined ? undefined : { previousSeq });
}

function isRecord(value: unknown): value is MessageRecord {
  if (!isPlain(value)) return false;
  const { publishedMs, delivery, dueMs, ended } = value as Partial<MessageRecord>;
  const isEnded = ended === undefined || ended === "done" || (isPlain(ended) && typeof ended.reason === "string");
  return isEnded && [publishedMs, delivery, dueMs].every((number) => Number.isFinite(number) && (number as number) >= 0);
}
