/*
 * NATS: nats 2 (`NatsError` with a string for a code) and the @nats-io packages of 3 (named errors). JetStream's answers are told by their
 * `err_code`, then by their status, which is HTTP's. Where a request, or a JetStream that is "not enabled", wraps what happened, that
 * decides.
 * Sources: nats-server server/errors.json and errors.go; nats.js nats-base-client/core.ts (ErrorCode), core/src/errors.ts and
 * jetstream/src/jserrors.ts; docs.nats.io, "NATS Server errors" and ADR-7.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { asText, judgeAs, type Library, type Link, type Meaning, type Verdict } from "../shared/index.ts";

// Names that only NATS has, and names that others use too.
const OURS = /^(NatsError|NoResp|JetStream\w*Error|(Stream|Consumer)NotFoundE|PermissionViol|UserAuthent|(Closed|Draining)Conn)/;
const GENERAL = /^(Request|Connection|Protocol|Authorization)Error$/;

// In a code, a status or a name, followed by the text: nats 2 writes in capitals what 3 says in words.
const AUTH = /authorization.viol|(tion|account).?exp|^bad_(auth|cred)/i;
const TRANSIENT =
  /^(408|503|timeout|disconn|idle_|noresp|404 no (messages|res)|409 leader)|tication.timeout|connection.(ref|tim|disc)|heartbeats missed|stale|shutdown|connections exc/i;

function natsRule(link: Link): Verdict {
  const { name, code, message: text } = link;
  const general = GENERAL.test(name) && !code;
  if (!general && !OURS.test(name)) return undefined;
  const number = link.text("api_error", "err_code") || code;
  const what = `${asText(link.read("api_error", "code") ?? link.read("status")) || code || name} ${text}`;
  if (/^10(07[01]|16[34])$/.test(number)) return "CONCURRENCY";
  if (/^(429|409.*(waiting|pending))/.test(what)) return "RATE_LIMIT";
  if (AUTH.test(what)) return "AUTH";
  if (/^permission/i.test(what)) return "PERMISSION";
  if (/^100(35|39|76)$/.test(number)) return "PERMANENT";
  if (TRANSIENT.test(what)) return "TRANSIENT";
  if (/^500/.test(what)) return "SERVER_ERROR";
  return (general && !/connection closed|not support '/.test(text)) || /^(REQUEST_E|UNKNOWN_E|TLS)/.test(what)
    ? undefined
    : "PERMANENT";
}

/** Names that others use too: their causes may know better. */
function natsFallback({ name, code }: Link): Verdict {
  return /^(JetStreamNotEnabled|Invalid(Argument|Operation|Subject|Name)Error)$/.test(name) && !code ? "PERMANENT" : undefined;
}

const meaning: Meaning = {
  rule: natsRule,
  fallbacks: [natsFallback],
  wrappers: ["chainedError"],
};

export const nats: Library = {
  name: "nats",
  looks: {
    fields: ["api_error"],
    names: [
      "NatsError",
      "NoResponders",
      "NoRespondersError",
      "PermissionViolationError",
      "UserAuthenticationExpiredError",
      "AuthorizationError",
      "ClosedConnectionError",
      "DrainingConnectionError",
      "ConnectionError",
      "ProtocolError",
      "RequestError",
      "StreamNotFoundError",
      "ConsumerNotFoundError",
      "JetStreamError",
      "JetStreamApiError",
      "JetStreamStatusError",
    ],
  },
  meaning,
};

/**
 * Classifies errors of NATS and JetStream: `nats` 2 and the `@nats-io` packages. What it does not know is `UNKNOWN`: put
 * `firstKnown(natsClassifier, defaultClassifier)` where other errors come by.
 */
export const natsClassifier: Classifier = (error) => judgeAs(meaning, error);
