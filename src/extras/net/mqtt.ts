/*
 * MQTT: mqtt.js. A refusal is told by the broker's reason code: 1 to 5 are those of MQTT 3.1.1's CONNACK, from 128 on those of 5. What the
 * client says of itself it says in words, on a plain Error.
 */
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/*
 * Sources: MQTT 3.1.1, 3.2.2.3; MQTT 5.0, 2.4 and 3.14.2.1. 128 (Unspecified error) and 131 (Implementation specific error) say nothing: a
 * broker answers so where it has no code for what happened, and 128 is all that 3.1.1 has for a subscription that failed.
 */
export const MQTT_REASONS: Codes = {
  AUTH: [
    4, // Bad user name or password
    134, // Bad User Name or Password
    140, // Bad authentication method
  ],
  PERMISSION: [
    5, // Not authorized
    135, // Not authorized
    138, // Banned
  ],
  RATE_LIMIT: [
    147, // Receive Maximum exceeded
    150, // Message rate too high
    151, // Quota exceeded
    159, // Connection rate exceeded
  ],
  SERVER_ERROR: [
    137, // Server busy
  ],
  CONCURRENCY: [
    142, // Session taken over
    145, // Packet Identifier in use
  ],
  TIMEOUT: [
    141, // Keep Alive timeout
  ],
  TRANSIENT: [
    3, // Server unavailable
    136, // Server unavailable
    139, // Server shutting down
    152, // Administrative action
    156, // Use another server: for the time being
    160, // Maximum connect time
  ],
  PERMANENT: [
    1, // Unacceptable protocol version
    2, // Identifier rejected
    129, // Malformed Packet
    130, // Protocol Error
    132, // Unsupported Protocol Version
    133, // Client Identifier not valid
    143, // Topic Filter invalid
    144, // Topic Name invalid
    146, // Packet Identifier not found
    148, // Topic Alias invalid
    149, // Packet too large
    153, // Payload format invalid
    154, // Retain not supported
    155, // QoS not supported
    157, // Server moved
    158, // Shared Subscriptions not supported
    161, // Subscription Identifiers not supported
    162, // Wildcard Subscriptions not supported
  ],
};

/* Source: mqtt.js src/lib/client.ts and src/lib/connect. */
export const WORDS: Beginnings = {
  TIMEOUT: ["connack timeout", "Keepalive timeout"],
  TRANSIENT: ["Couldn't connect to server", "No connection to broker"],
  PERMANENT: [
    "client disconnecting",
    "Invalid topic ",
    "Message removed",
    "Sending Topic Alias out of range",
    "Unregistered Topic Alias",
    "Packet has no Authentication Method",
    "Missing protocol",
    "Missing secure protocol key",
    "Unknown protocol for secure connection: ",
    "Missing clientId for unclean clients",
    "Could not determine host. Specify host manually.",
    "bad SOCKS URL",
  ],
};

const REASON_NAME = "ErrorWithReasonCode";
const SUBACK_NAME = "ErrorWithSubackPacket";
/* An older name of the same: a plain Error with a number for a code. */
const SUBSCRIBE = "Subscribe error: ";

function mqttRule(link: Link): Verdict {
  const { reader, name, message } = link;
  const code = link.read("code");
  if (name === REASON_NAME || (message.startsWith(SUBSCRIBE) && typeof code === "number"))
    // "Connection refused: Unspecified error" is about no connection.
    return kindOfCode(MQTT_REASONS, code as number) ?? "UNKNOWN";
  if (name === SUBACK_NAME) return kindOfGranted(reader.read(link.read("packet"), "granted"));
  return name === "Error" && link.code === "" ? kindOfBeginning(WORDS, message) : undefined;

  /** A code for each topic that was asked for; the first refusal counts. */
  function kindOfGranted(granted: unknown): Verdict {
    for (let i = 0; i < MOST_TOPICS; i++) {
      const kind = kindOfCode(MQTT_REASONS, reader.read(granted, i) as number);
      if (kind !== undefined && (reader.read(granted, i) as number) >= REFUSALS) return kind;
    }
    return undefined;
  }
}

// Of the codes of a SUBACK, those below grant what was asked for.
const REFUSALS = 128;
const MOST_TOPICS = 20;

export const mqtt: Library = {
  name: "mqtt",
  looks: {
    names: [REASON_NAME, SUBACK_NAME],
    beginnings: [WORDS, SUBSCRIBE],
  },
  meaning: { rule: mqttRule },
};
