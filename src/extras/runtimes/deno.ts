/*
 * Deno: its own errors by their names (`Deno.errors`), Deno KV by its words. What rustls says of a certificate or a handshake stands in
 * core/failure/fetch-words.ts, for `fetch` of Deno wraps it.
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

/* Of a request or an answer that is no HTTP. Source: hyper src/error.rs. */
const NO_HTTP = /^(invalid|message head is too large|body write aborted|user error)/;

/* Sources: Deno ext/kv/lib.rs and ext/kv/dynamic.rs; denokv remote. */
const KV_WORDS: Beginnings = {
  AUTH: ["Missing DENO_KV_ACCESS_TOKEN environment variable"],
  PERMANENT: [
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

function denoRule({ name, message }: Link): Verdict {
  if (name === "Http" && NO_HTTP.test(message)) return "PERMANENT";
  return kindOfCode(DENO_NAMES, name) ?? kindOfBeginning(KV_WORDS, message);
}

export const deno: Library = {
  name: "deno",
  looks: { names: [DENO_NAMES], beginnings: [KV_WORDS] },
  meaning: { rule: denoRule },
};
