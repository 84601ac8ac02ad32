/*
 * Which failures show that no byte of the request has reached the server: nobody listened, the name was not found, there was no way there, or the
 * connection was not made in time. Facts only: what may be either, such as a reset connection, does not count, and neither does what another place than
 * the one that was asked says: an answer has redirected there, so that the request has come.
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
 * @param to where it was to go; without it, no request that may have been redirected may be asked about
 */
export function hasNeverLeft(error: unknown, to?: URL): boolean {
  const links: unknown[] = [error];
  for (const link of links) {
    if (typeof link !== "object" || link === null || links.length > MOST_LINKS) continue;
    const { code, syscall, message, cause, errors, ...place } = facts(link);
    if (to !== undefined && isElsewhere(place, to)) return false;
    // Of a host with several addresses: each of them must have failed before the request.
    if (Array.isArray(errors) && errors.length > 0) return errors.every((each) => hasNeverLeft(each, to));
    if (typeof code === "string" && NEVER_CONNECTED.has(code)) return true;
    if (typeof code === "string" && typeof syscall === "string") return BEFORE_THE_REQUEST.has(syscall);
    if (typeof message === "string" && DENO_WORDS.test(message)) return true;
    if (cause !== undefined) links.push(cause);
  }
  return false;
}

interface Place {
  readonly hostname: unknown;
  readonly address: unknown;
  readonly port: unknown;
}

/** Read by name: they stand on the error or on its prototype. */
function facts(link: object): Record<"code" | "syscall" | "message" | "cause" | "errors", unknown> & Place {
  const { code, syscall, message, cause, errors, hostname, address, port } = link as ReturnType<typeof facts>;
  return { code, syscall, message, cause, errors, hostname, address, port };
}

const PORTS: Readonly<Record<string, string>> = { "http:": "80", "https:": "443" };

/** Whether the failure names a place that cannot be the one. The address of a host with a name may be any. */
function isElsewhere({ hostname, address, port }: Place, to: URL): boolean {
  const host = to.hostname.replace(/^\[|\]$/g, "");
  if (typeof hostname === "string" && hostname !== host) return true;
  if (typeof port === "number" && String(port) !== (to.port || PORTS[to.protocol])) return true;
  return typeof address === "string" && /^[\d.]+$|:/.test(host) && address !== host;
}
