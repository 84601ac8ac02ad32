/*
 * A message of AMQP cannot be changed: what there is to remember of it goes with a copy, in headers.
 *
 *   redress-progress   what deliver() has left, as JSON
 *   redress-lost       how many deliveries since then have ended without a word
 *   redress-origin     the exchange and routing key that it was published with, as JSON
 *   redress-copy       by which the broker's answer to its publication is known
 *   redress-reason, redress-stop-reason, redress-attempts   of one that has failed for good
 *
 * The rest of the message stays as it is, but for what would not mean the same again:
 *   userId             the broker refuses another user's
 *   expiration         it was the time to be delivered in, and that is over
 *   CC, BCC            the copy goes to one queue
 *   x-death            by this the broker would take it for one that goes round in circles, and drop it
 *   x-delivery-count   of the message that this is a copy of
 *   x-delay            of the delayed exchange that it came through
 */
import { parsed } from "../../workers/consuming/index.ts";
import { deliveriesOf } from "../../workers/delivery/index.ts";
import type { AmqpMessage, Headers } from "./shapes.ts";

const PROGRESS = "redress-progress";
const LOST = "redress-lost";
const ORIGIN = "redress-origin";
export const COPY = "redress-copy";

const LEFT_OUT = /^(redress-.*|CC|BCC|x-death|x-(first|last)-death-.*|x-delivery-count|x-acquired-count|x-delay)$/;

/** What a message brings of its earlier deliveries. */
export interface Past {
  readonly progress: unknown;
  /** Deliveries that ended without a word since the progress was written, as far as they were counted. */
  readonly lost: number;
  /** How often it was delivered, this time included. */
  readonly deliveries: number;
}

export function pastOf({ properties }: AmqpMessage): Past {
  const { [PROGRESS]: text, [LOST]: given } = properties.headers ?? {};
  const isCount = given === undefined || (Number.isSafeInteger(given) && (given as number) >= 0);
  const progress = isCount ? text && parsed(text) : Number.NaN;
  const lost = isCount ? ((given as number | undefined) ?? 0) : 0;
  return { progress, lost, deliveries: deliveriesOf(progress) + 1 + lost };
}

/**
 * How many deliveries of this very message have ended without a word. A classic queue tells that there was one: more there cannot have been, since a message that is
 * delivered again is counted by a copy first. A quorum queue tells how many.
 */
export function lostJustNow({ fields, properties }: AmqpMessage): number {
  const count = properties.headers?.["x-delivery-count"];
  const counted = typeof count === "number" && count > 0 ? count : 0;
  return fields.redelivered ? Math.max(1, counted) : counted;
}

/** The message as it was published at first, for the handler. */
export function asPublished<Message extends AmqpMessage>(message: Message): Message {
  const [exchange, routingKey] = originOf(message);
  return { ...message, fields: { ...message.fields, exchange, routingKey } };
}

function originOf({ fields, properties }: AmqpMessage): readonly [exchange: string, routingKey: string] {
  const text = properties.headers?.[ORIGIN];
  const origin = text === undefined ? null : parsed(text);
  const isOrigin = Array.isArray(origin) && origin.length === 2 && origin.every((part) => typeof part === "string");
  return isOrigin ? (origin as unknown as readonly [string, string]) : [fields.exchange, fields.routingKey];
}

/** The properties of a copy of a message, with these headers beside its own. */
export function copyOf(message: AmqpMessage, more: Headers): Record<string, unknown> & { readonly headers: Headers } {
  const { headers = {}, userId, expiration, clusterId, ...properties } = message.properties as Record<string, unknown>;
  const kept = Object.entries(headers as Headers).filter(([name]) => !LEFT_OUT.test(name));
  return { ...properties, headers: { ...Object.fromEntries(kept), [ORIGIN]: JSON.stringify(originOf(message)), ...more } };
}

/** Of a message that is put off: what its next delivery goes on from. */
export const withProgress = (progress: object): Headers => ({ [PROGRESS]: JSON.stringify(progress) });

/** Of a message that is delivered again: as before, and one more delivery is lost. */
export function withLost({ properties }: AmqpMessage, lost: number): Headers {
  const { [PROGRESS]: progress } = properties.headers ?? {};
  return { ...(progress !== undefined && { [PROGRESS]: progress }), [LOST]: lost };
}

/** Of a message that has failed for good. Its progress does not stay: whoever puts it back begins anew. */
export const withReason = (reason: string, stopReason: string | null, attempts: number | null): Headers => ({
  "redress-reason": reason,
  ...(stopReason !== null && { "redress-stop-reason": stopReason }),
  ...(attempts !== null && { "redress-attempts": attempts }),
});
