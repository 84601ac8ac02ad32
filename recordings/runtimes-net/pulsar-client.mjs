// The package's binding is downloaded by its install script, which is not run here. Every one of its errors is Napi::Error::New(env, "Failed to ...: " + name of the result)
// (src/ThreadSafeDeferred.cc, src/Producer.cc, src/Consumer.cc), so a plain Error; the names are those of pulsar-client-cpp's lib/Result.cc.
const one = (id, message, expected, because, more = {}) => ({
  id,
  provoked: `an Error as its source makes it: ${message.split(":")[0]}`,
  how: "read",
  expected,
  ...more,
  because,
  run: async () => {
    throw new Error(message);
  },
});

export default {
  library: "pulsar-client",
  packages: ["pulsar-client"],
  cases: [
    one("producer.timeout", "Failed to create producer: TimeOut", "TRANSIENT", "the client gave up waiting for the broker", {
      timeout: true,
    }),
    one("consumer.connect-error", "Failed to create consumer: ConnectError", "TRANSIENT", "no connection came about"),
    one(
      "producer.authentication",
      "Failed to create producer: AuthenticationError",
      "AUTH",
      "the broker does not know these credentials",
    ),
    one(
      "consumer.authorization",
      "Failed to create consumer: AuthorizationError",
      "PERMISSION",
      "the role may not read this topic",
    ),
    one(
      "consumer.busy",
      "Failed to create consumer: ConsumerBusy",
      "CONCURRENCY",
      "another consumer holds the exclusive subscription",
    ),
    one(
      "send.queue-full",
      "Failed to send message: ProducerQueueIsFull",
      "TRANSIENT",
      "the client's own queue is full until the broker has confirmed some of it",
    ),
    one(
      "send.quota",
      "Failed to send message: ProducerBlockedQuotaExceededError",
      "TRANSIENT",
      "the topic's backlog is full until consumers have read some of it",
    ),
    one(
      "consumer.lookups",
      "Failed to create consumer: TooManyLookupRequestException",
      "RATE_LIMIT",
      "the broker asks for fewer lookups at once",
    ),
    one("send.too-big", "Failed to send message: MessageTooBig", "PERMANENT", "the message is larger than the broker takes"),
    one("receive.closed", "Failed to receive message: AlreadyClosed", "PERMANENT", "the program closed this consumer itself"),
    one("receive.timeout", "Failed to receive message: TimeOut", "TRANSIENT", "no message came in the time given", {
      timeout: true,
    }),
    one(
      "producer.not-ready",
      "Failed to create producer: ServiceUnitNotReady",
      "TRANSIENT",
      "the topic is moving to another broker",
    ),
  ],
};
