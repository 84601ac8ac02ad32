/*
 * NATS: nats 2 (`NatsError` with a string for a code) and the @nats-io packages of 3 (named errors). JetStream's answers are told by their
 * `err_code`, then by their status, which is HTTP's. Where a request, or a JetStream that is "not enabled", wraps what happened, that
 * decides.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import {
  asText,
  type Codes,
  classifierOfLibrary,
  kindOfCode,
  kindOfPattern,
  type Library,
  type Link,
  type Meaning,
  type Patterns,
  type Verdict,
} from "../shared/index.ts";

/* JetStream's numbers, where the status says something else. Source: nats-server server/errors.json. */
export const JETSTREAM_NUMBERS: Codes = {
  // Another publisher has written since, or writes.
  CONCURRENCY: [
    10070, // JSStreamWrongLastMsgIDErrF
    10071, // JSStreamWrongLastSequenceErrF
    10163, // JSStreamExpectedLastSeqPerSubjectNotReady
    10164, // JSStreamWrongLastSequenceConstantErr
  ],
  // With the status 503, but set for good.
  PERMANENT: [
    10035, // JSNoAccountErr
    10039, // JSNotEnabledForAccountErr
    10076, // JSNotEnabledErr
  ],
};

/*
 * Statuses of JetStream, and codes of nats 2. Every other one is PERMANENT, but for those that the words make something else.
 * Sources: docs.nats.io, ADR-7 and ADR-13; nats.js nats-base-client/core.ts (ErrorCode).
 */
export const NATS_CODES: Codes = {
  RATE_LIMIT: ["429"],
  AUTH: ["AUTHORIZATION_VIOLATION", "AUTHENTICATION_EXPIRED", "ACCOUNT_EXPIRED", "BAD_AUTHENTICATION", "BAD_CREDS"],
  PERMISSION: ["PERMISSIONS_VIOLATION"],
  // 408: no message in time. 503: no responders, or a JetStream without a leader.
  TRANSIENT: ["503", "CONNECTION_REFUSED", "DISCONNECT", "STALE_CONNECTION", "IDLE_HEARTBEAT"],
  TIMEOUT: ["408", "TIMEOUT", "CONNECTION_TIMEOUT", "AUTHENTICATION_TIMEOUT"],
  SERVER_ERROR: ["500"],
};

/* These only say that something failed, or say nothing. */
export const NOTHING_SAID: readonly string[] = ["REQUEST_ERROR", "TLS", "UNKNOWN_ERROR"];

/* Named errors of 3. Sources: nats.js core/src/errors.ts; jetstream/src/jserrors.ts. */
export const NATS_NAMES: Codes = {
  TRANSIENT: ["NoResponders", "NoRespondersError"],
  AUTH: ["UserAuthenticationExpiredError"],
  PERMISSION: ["PermissionViolationError"],
};

/* Names that only NATS has. What they say is PERMANENT, but for what is told by a code, a name or words. */
export const OURS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "NatsError",
  "NoResponders",
  "NoRespondersError",
  "UserAuthenticationExpiredError",
  "PermissionViolationError",
  "ClosedConnectionError",
  "DrainingConnectionError",
  "JetStreamError",
  "JetStreamApiError",
  "JetStreamStatusError",
  "ConsumerNotFoundError",
  "StreamNotFoundError",
]);

/* Names that others use too: where they have a code, or none of the words, the error is not known. */
export const GENERAL: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "RequestError",
  "ConnectionError",
  "ProtocolError",
  "AuthorizationError",
]);

/*
 * Of a status that stands for several things, by the status and the words behind it: patterns, since 2 writes the server's words and 3
 * writes them small. Source: nats-server server/consumer.go; nats.js jetstream/src/jserrors.ts.
 */
export const STATUS_WORDS: Patterns = {
  RATE_LIMIT: /^409 exceeded (maxwaiting|max waiting|maxackpending|max ack pending)/i,
  TRANSIENT: /^409 leadership change|^404 no (messages|results)/i,
};

/*
 * What a server or a client says in words: patterns, since servers write them in capitals, clients small, and both in quotes.
 * Sources: nats-server server/errors.go; docs.nats.io, "NATS Server errors"; nats.js core/src/protocol.ts and options.ts.
 */
export const WORDS: Patterns = {
  AUTH: /authorization violation|(user|account) authentication expired|account expired/i,
  TIMEOUT: /authentication timeout|connection timeout/i,
  TRANSIENT: /connection (refused|disconnected)|heartbeats missed|stale connection|server shutdown|connections exceeded/i,
  PERMANENT: /connection closed|server does not support '/i,
};

function natsRule(link: Link): Verdict {
  const { name, code, message } = link;
  const general = GENERAL.has(name) && code === "";
  if (!general && !OURS.has(name)) return undefined;
  const number = link.text("api_error", "err_code") || code;
  const status = asText(link.read("api_error", "code") ?? link.read("status")) || code;
  return (
    kindOfCode(JETSTREAM_NUMBERS, Number(number)) ??
    kindOfCode(NATS_CODES, status) ??
    kindOfCode(NATS_NAMES, name) ??
    kindOfPattern(STATUS_WORDS, `${status} ${message}`) ??
    kindOfPattern(WORDS, message) ??
    (general || NOTHING_SAID.includes(status) ? undefined : "PERMANENT")
  );
}

/* Names that others use too: their causes may know better. Sources: nats.js core/src/errors.ts; jetstream/src/jserrors.ts. */
export const MISUSES: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "JetStreamNotEnabled",
  "InvalidArgumentError",
  "InvalidOperationError",
  "InvalidSubjectError",
  "InvalidNameError",
]);

function natsFallback({ name, code }: Link): Verdict {
  return MISUSES.has(name) && code === "" ? "PERMANENT" : undefined;
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
    names: [OURS, GENERAL],
  },
  meaning,
};

/**
 * Classifies errors of NATS and JetStream: `nats` 2 and the `@nats-io` packages. What it does not know is `UNKNOWN`: put
 * `firstKnown(natsClassifier, defaultClassifier)` where other errors come by.
 */
export const natsClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("natsClassifier", meaning);
