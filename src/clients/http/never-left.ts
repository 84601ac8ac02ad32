/*
 * Which failures show that no byte of the request has reached the server: nobody listened, the name was not found, there was no way there, or the
 * connection was not made in time. Facts only: what may be either, such as a reset connection, does not count.
 * Sources: libuv's error codes by system call; undici docs/api/Errors.md; Bun's and Deno's own words for a refused connection.
 */

/** Of a system call that came before the request. */
const BEFORE_THE_REQUEST: ReadonlySet<string> = new Set(["connect", "getaddrinfo", "queryA", "queryAaaa"]);

/** Codes that mean it whatever the system call was. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ERR_SOCKET_CONNECTION_TIMEOUT",
  // Bun.
  "ConnectionRefused",
  "FailedToOpenSocket",
]);

/** Deno's errors have words alone. */
const DENO_WORDS = /^(client error \(Connect\)|tcp connect error|dns error)/;

/** As deep as causes are looked at, and as many errors of one connection. */
const MOST_LINKS = 10;

/**
 * Whether it is sure that the request of this failure was never sent.
 *
 * @param asked where it was to go, where that is known: what failed elsewhere has been redirected, and has left
 */
export function hasNeverLeft(error: unknown, asked?: URL): boolean {
  const links: unknown[] = [error];
  for (const link of links) {
    if (typeof link !== "object" || link === null || links.length > MOST_LINKS) continue;
    const { code, syscall, message, cause, errors } = link as Record<
      "code" | "syscall" | "message" | "cause" | "errors",
      unknown
    >;
    // Of a host with several addresses: each of them must have failed before the request.
    if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => hasNeverLeft(each, asked));
    if (asked !== undefined && isElsewhere(link, asked)) return false;
    if (typeof code === "string" && NEVER_CONNECTED.has(code)) return true;
    if (typeof code === "string" && typeof syscall === "string") return BEFORE_THE_REQUEST.has(syscall);
    if (typeof message === "string" && DENO_WORDS.test(message)) return true;
    if (cause !== undefined) links.push(cause);
  }
  return false;
}

/** By the port of a failed connection, and the name of a failed look-up. */
function isElsewhere(link: object, { hostname, port, protocol }: URL): boolean {
  const failed = link as { readonly port?: unknown; readonly hostname?: unknown };
  const asked = port === "" ? (protocol === "https:" ? 443 : 80) : Number(port);
  if (typeof failed.port === "number" && failed.port !== asked) return true;
  return typeof failed.hostname === "string" && failed.hostname !== hostname;
}
