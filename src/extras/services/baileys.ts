/*
 * WhatsApp (`@whiskeysockets/baileys`): Boom errors of hapi, whose status is hapi's only by form. An answer to a query has its status in `data`
 * and hapi's 500 beside it; why a connection ended is a `DisconnectReason`; and what was wrong before anything was sent has no status, which is
 * hapi's 500 again.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { passingIn } from "../common/index.ts";
import { type Beginnings, kindOfBeginning, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Where a `DisconnectReason` is no status of HTTP. Source: src/Types/index.ts. */
const CONNECTION_CLOSED = 428;
const CONNECTION_REPLACED = 440;
const RESTART_REQUIRED = 515;

/* hapi's, where nothing else was given. */
const NO_STATUS = 500;

/* To a query: the session is a good one, but may not see this. Source: the same, and what WhatsApp answers to queries. */
const NOT_AUTHORIZED = 401;

/* How a connection ended. Source: src/Socket/socket.ts. */
export const ENDED: readonly string[] = [
  "Connection Closed",
  "Connection Failure",
  "Connection Terminated",
  "Connection was lost",
  "Stream Errored (",
];

const SOCKET_ERROR = "WebSocket Error (";

/* Sources: src/Socket/*.ts, src/Utils/*.ts. */
export const BAILEYS_WORDS: Beginnings = {
  AUTH: ["Not authenticated", "Invalid account signature", "Failed to verify account signature"],
  SERVER_ERROR: ["Media upload failed on all hosts"],
  PERMANENT: [
    "All encryptions failed",
    "Cancelled",
    "Cannot derive ",
    "Failed to re-upload media (",
    "Illegal no-jid profile update",
    "Invalid group metadata response",
    "Invalid message stanza",
    "Media re-upload failed by device (",
    "Missing call info in call node",
    "Missing device-identity or device in pair success node",
    "No image processing library available",
    "No participant in group message",
    "Per-jid patching is not supported in groups",
    "Query Cancelled",
    "USyncQuery must have at least one protocol",
    "Unknown message type",
    "content length exceeded when encrypting",
    "missing ids in receipt",
    "receipient present, but msg not from me",
  ],
};

function baileysRule(link: Link): Verdict {
  if (link.read("isBoom") !== true) return undefined;
  const { message, reader } = link;
  const status = reader.read(link.read("output"), "statusCode");
  if (ENDED.some((words) => message.startsWith(words))) return kindOfEnd(Number(status));
  // The code of the system that the message quotes, where it is one that passes.
  if (message.startsWith(SOCKET_ERROR)) return passingIn(message) ?? "TRANSIENT";
  const data = link.read("data");
  if (status === NO_STATUS && typeof data === "number") return data === NOT_AUTHORIZED ? "PERMISSION" : kindOfHttpStatus(data);
  return kindOfBeginning(BAILEYS_WORDS, message);
}

function kindOfEnd(reason: number): Verdict {
  if (reason === CONNECTION_CLOSED || reason === RESTART_REQUIRED) return "TRANSIENT";
  return reason === CONNECTION_REPLACED ? "CONCURRENCY" : kindOfHttpStatus(reason);
}

export const baileys: Library = {
  name: "baileys",
  looks: { fields: ["isBoom"] },
  meaning: { rule: baileysRule },
};
