/*
 * The words in which `fetch` fails, where a platform gives it no code. They stand whole: an error of anything else must not be taken for
 * one of these because it speaks of a network too.
 * Sources: Chromium, Firefox and WebKit (network error messages of fetch); Deno ext/fetch and reqwest; Bun src/bun.js/webcore/fetch;
 * workerd src/workerd/api; React Native Libraries/Network; axios lib/adapters ("Network Error", whose code ERR_NETWORK says no more). Node's "fetch failed" says nothing: its cause does.
 */
import type { Kind } from "./kind.ts";

/* Whole messages; newer Chromes and Safaris add the host in brackets. */
const WHOLE =
  /^(TypeError: )?(failed to fetch|load failed|networkerror when attempting to fetch resource|network error|network request failed|network connection lost|the network connection was lost|the internet connection appears to be offline|could not connect to the server|a server with the specified hostname could not be found|the request timed out)(\.| \(.{1,255}\))?$/i;

/* How messages begin: of Deno, whose errors go on with the reason, and of Bun. */
const BEGINNING =
  /^([A-Z]+: )?(error sending request |error trying to connect: |client error \(|tcp connect error: |dns error: |connection (refused|reset by peer) \(os error |unable to connect\. is the computer |the socket connection was closed unexpectedly)/i;

/** What `fetch` says of a request that was wrong: URLs and ports, redirects, used bodies, certificates, lengths. */
export const WRONG_REQUEST = /unknown scheme|bad port|redirect|unusable|already been|peer certificate|contentLength/i;

const TIMED_OUT = /timed out/i;

/** Node's. It says nothing itself, but that what its cause says is about a request. */
const OF_NODE = "fetch failed";

/** What the messages along a chain of causes say, where one of them is `fetch`'s; `undefined` where none is. */
export function kindOfFetchWords(messages: readonly string[]): Kind | undefined {
  if (messages.includes(OF_NODE) && messages.some((message) => WRONG_REQUEST.test(message))) return "PERMANENT";
  if (!messages.some((message) => WHOLE.test(message) || BEGINNING.test(message))) return undefined;
  if (messages.some((message) => WRONG_REQUEST.test(message))) return "PERMANENT";
  return messages.some((message) => TIMED_OUT.test(message)) ? "TIMEOUT" : "TRANSIENT";
}
