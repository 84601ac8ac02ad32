/*
 * Deno: its own errors by their names (`Deno.errors`); Deno KV, the resolver, and what hyper and rustls say of a request, by their words.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

/* Source: Deno runtime/js/01_errors.js; docs.deno.com, Deno.errors. */
export const DENO_NAMES: Codes = {
  TIMEOUT: ["TimedOut"],
  TRANSIENT: [
    "ConnectionRefused",
    "ConnectionReset",
    "ConnectionAborted",
    "NotConnected",
    "BrokenPipe",
    "NetworkUnreachable",
    "UnexpectedEof",
    "Interrupted",
    "WouldBlock",
    "WriteZero",
    "Http",
  ],
  CONCURRENCY: ["Busy"],
  // Of the system, and of the flags that Deno was started with.
  PERMISSION: ["PermissionDenied", "NotCapable"],
  PERMANENT: [
    "NotFound",
    "AlreadyExists",
    "InvalidData",
    "BadResource",
    "NotSupported",
    "FilesystemLoop",
    "IsADirectory",
    "NotADirectory",
    "AddrInUse",
    "AddrNotAvailable",
  ],
};

/* How `fetch` begins; what follows, behind the URL, is why. */
const REQUEST = "error sending request ";

/*
 * A handshake that another attempt would end the same way, and an answer that is no HTTP. Certificates ("invalid peer certificate:
 * Expired") are known to every classifier. Sources: rustls src/error.rs; hyper src/error.rs.
 */
export const REFUSED: readonly string[] = [
  "invalid peer certificate: ",
  "received fatal alert: ",
  "peer is incompatible: ",
  "peer misbehaved: ",
  "peer sent no certificates",
  "received corrupt message",
  "invalid HTTP ",
];

/* Of a request or an answer that is no HTTP. Source: hyper src/error.rs. */
const NO_HTTP = /^(invalid|message head is too large|body write aborted|user error)/;

/* Sources: Deno ext/kv/lib.rs and ext/kv/dynamic.rs; the resolver's words, where the error has no name. */
export const WORDS: Beginnings = {
  AUTH: ["Missing DENO_KV_ACCESS_TOKEN environment variable"],
  TRANSIENT: ["failed to lookup address information", "error reading a body from connection"],
  PERMANENT: [
    "key cannot be empty",
    "Failed to perform 'sum' mutation on a non-U64 value",
    "Failed to perform 'min' mutation on a non-U64 value",
    "Failed to perform 'max' mutation on a non-U64 value",
    "Value too large (max ",
    "Key too large for read (max ",
    "Key too large for write (max ",
    "Total mutation size too large (max ",
    "Total key size too large (max ",
    "Too many ranges (max ",
    "Too many entries (max ",
    "Too many checks (max ",
    "Too many mutations (max ",
    "Too many keys (max ",
    "enqueue payload too large (max ",
    "Start key is not in the keyspace defined by prefix",
    "End key is not in the keyspace defined by prefix",
    "Start key is greater than end key",
    "Queue message not found",
  ],
};

/* A database elsewhere that cannot be opened. Where it gave no status, the words behind are fetch's. Source: denokv remote/lib.rs. */
const NO_KV = "Could not open Deno KV database: ";
const KV_STATUS = / responded with status ([45]\d\d) /;

function denoRule({ name, message }: Link): Verdict {
  if (message.startsWith(NO_KV)) return kindOfHttpStatus(Number(KV_STATUS.exec(message)?.[1]));
  if (message.startsWith(REQUEST)) return REFUSED.some((reason) => message.includes(reason)) ? "PERMANENT" : undefined;
  if (name === "Http" && NO_HTTP.test(message)) return "PERMANENT";
  return kindOfCode(DENO_NAMES, name) ?? kindOfBeginning(WORDS, message);
}

/* What has the words in which `fetch` fails at anything. Source: Deno ext/fetch. */
const BLOCKED_PORT = "Fetch failed: Requests to port ";

const denoFallback = ({ message }: Link): Verdict => (message.startsWith(BLOCKED_PORT) ? "PERMANENT" : undefined);

export const deno: Library = {
  name: "deno",
  looks: { names: [DENO_NAMES], beginnings: [WORDS, NO_KV, REQUEST] },
  meaning: { rule: denoRule, fallbacks: [denoFallback] },
};
