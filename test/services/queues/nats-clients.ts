/* nats 2 and @nats-io 3, as far as workers need them: what is different about them. */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { Kvm } from "@nats-io/kv";
import { connect as connect3 } from "@nats-io/transport-node";
import { connect as connect2 } from "nats";
import type { NatsConsumer, NatsMessage } from "redress/nats";

export const LIBRARIES = ["nats 2", "@nats-io 3"] as const;
export type NatsLibrary = (typeof LIBRARIES)[number];

/** What a consumer of either gives. */
type Consumed = NatsConsumer<NatsMessage & { json<T>(): T }>;

const options = (port: number) => ({ port, maxReconnectAttempts: -1, reconnectTimeWait: 200 });

/** A connection, and what opens consumers, buckets and streams on it. */
export async function natsClient(library: NatsLibrary, port: number) {
  if (library === "nats 2") {
    const connection = await connect2(options(port));
    const js = connection.jetstream();
    const manager = await connection.jetstreamManager();
    return {
      connection,
      js,
      manager,
      bucketOf: (name: string) => js.views.kv(name),
      consumerOf: (stream: string): Promise<Consumed> => js.consumers.get(stream, "worker"),
    };
  }
  const connection = await connect3(options(port));
  const js = jetstream(connection);
  const manager = await jetstreamManager(connection);
  return {
    connection,
    js,
    manager,
    bucketOf: (name: string) => new Kvm(js).create(name),
    consumerOf: (stream: string): Promise<Consumed> => js.consumers.get(stream, "worker"),
  };
}
