/*
 * memcached and memjs: neither gives a code. memcached has words of its own and those of the server behind CLIENT_ERROR; memjs writes the status of
 * the binary protocol in words behind its command: "MemJS SET: Out of memory".
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

/* Source: memjs lib/memjs/protocol.js. */
export const MEMJS_STATUSES: Codes = {
  AUTH: ["Authentication error", "Authentication continue"],
  SERVER_ERROR: ["Out of memory", "Internal error", "Busy"],
  TRANSIENT: ["Temporary failure", "The vbucket belongs to another server"],
  PERMANENT: [
    "Key not found",
    "Key exists",
    "Value too large",
    "Invalid arguments",
    "Item not stored",
    "Incr/Decr on non-numeric value",
    "Unknown command",
    "Not supported",
  ],
};

/* How memjs begins, with the command, and for some commands the key in brackets. */
const MEMJS = "MemJS ";

/* Sources: memcached lib/memcached.js and lib/utils.js; jackpot index.js, its pool; memcached's protocol.txt and proto_text.c. */
export const MEMCACHED_WORDS: Beginnings = {
  TIMEOUT: ["Timed out while trying to establish connection"],
  TRANSIENT: ["Server at ", "Connection readyState is set to ", "No servers available"],
  RATE_LIMIT: ["The connection pool is full"],
  PERMANENT: [
    "The key should not contain any whitespace or new lines",
    "The length of the value is greater than ",
    'Argument "',
    "Item is not stored",
    "Received an ERROR response",
    "No servers where supplied in the arguments",
    "bad data chunk",
    "bad command line format",
    "invalid numeric delta argument",
    "invalid exptime argument",
    "cannot increment or decrement non-numeric value",
    "line too long",
  ],
};

/* The two that others may say, too, whole. */
const UNAVAILABLE = /^Server at \S* not available$/;
const ARGUMENT = /^Argument "\w+" is (not (a valid \w+|defined)\.|longer than the maximum allowed length)/;

function memcachedRule({ code, message }: Link): Verdict {
  if (code !== "") return undefined;
  if (message.startsWith(MEMJS)) return kindOfCode(MEMJS_STATUSES, message.split(": ").at(-1) as string);
  if (message.startsWith("Server at ") && !UNAVAILABLE.test(message)) return undefined;
  if (message.startsWith('Argument "') && !ARGUMENT.test(message)) return undefined;
  return kindOfBeginning(MEMCACHED_WORDS, message);
}

export const memcached: Library = {
  name: "memcached",
  looks: { beginnings: [MEMJS, MEMCACHED_WORDS] },
  meaning: { rule: memcachedRule },
};
