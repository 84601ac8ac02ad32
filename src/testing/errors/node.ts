/*
 * Errors of Node: of the system, the resolver, TLS and its own code. Numbers are Linux's, as in the recordings.
 * Sources: nodejs.org/api/errors.html, "Common system errors"; libuv include/uv/errno.h; nodejs.org/api/dns.html, "Error codes".
 */
import { builder, type ErrorDetails, entryOf, type Shape } from "./builder.ts";

/** `connect ECONNREFUSED 127.0.0.1:80`, `getaddrinfo ENOTFOUND db.internal`, `read ECONNRESET`, `ENOENT: no such file or directory, open '/data'`. */
type Way = "connect" | "lookup" | "stream" | "query" | "bind" | "file";

interface Known {
  readonly errno?: number;
  readonly way: Way;
  /** What the system says of it, for the errors of files. */
  readonly says?: string;
}

const connecting = (errno: number): Known => ({ errno, way: "connect" });
const reading = (errno: number): Known => ({ errno, way: "stream" });
const looking = (errno: number): Known => ({ errno, way: "lookup" });
const asking: Known = { way: "query" };
const filing = (errno: number, says: string): Known => ({ errno, way: "file", says });

const SYSTEM = {
  ECONNREFUSED: connecting(-111),
  ETIMEDOUT: connecting(-110),
  EHOSTUNREACH: connecting(-113),
  EHOSTDOWN: connecting(-112),
  ENETUNREACH: connecting(-101),
  ENETDOWN: connecting(-100),
  EAFNOSUPPORT: connecting(-97),
  ECONNRESET: reading(-104),
  ENETRESET: reading(-102),
  ECONNABORTED: reading(-103),
  EPIPE: { errno: -32, way: "stream", says: "write" },
  EPROTO: { errno: -71, way: "stream", says: "write" },
  ENOTFOUND: looking(-3008),
  EAI_AGAIN: looking(-3001),
  ENODATA: asking,
  ESERVFAIL: asking,
  EREFUSED: asking,
  ETIMEOUT: asking,
  EBADNAME: asking,
  EADDRINUSE: { errno: -98, way: "bind" },
  EADDRNOTAVAIL: { errno: -99, way: "bind" },
  ENOENT: filing(-2, "no such file or directory"),
  EACCES: filing(-13, "permission denied"),
  EPERM: filing(-1, "operation not permitted"),
  EEXIST: filing(-17, "file already exists"),
  EISDIR: filing(-21, "illegal operation on a directory"),
  ENOTDIR: filing(-20, "not a directory"),
  EINVAL: filing(-22, "invalid argument"),
  EMFILE: filing(-24, "too many open files"),
  ENOSPC: filing(-28, "no space left on device"),
} satisfies Readonly<Record<string, Known>>;

/** Codes that say all, with the words of OpenSSL, Node and its HTTP parser. */
const SAID = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "self-signed certificate in certificate chain",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unable to verify the first certificate",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unable to get local issuer certificate",
  CERT_HAS_EXPIRED: "certificate has expired",
  CERT_NOT_YET_VALID: "certificate is not yet valid",
} as const;

type SystemCode = keyof typeof SYSTEM;

/** A code of Node: a word of the system, the resolver or OpenSSL, or one of the families that Node adds to with each version. */
export type NodeCode = SystemCode | keyof typeof SAID | "socket hang up" | `ERR_${string}` | `HPE_${string}`;

export interface NodeDetails extends ErrorDetails {
  /** The call that failed. @default the one that the code mostly comes from: `"connect"` for ECONNREFUSED, `"read"` for ECONNRESET */
  readonly syscall?: string | undefined;
}

/** The codes of sockets and names, which clients of every kind wrap. */
export type NetworkCode = {
  [Code in SystemCode]: (typeof SYSTEM)[Code] extends { readonly way: "file" | "bind" } ? never : Code;
}[SystemCode];

const PLACE = { address: "127.0.0.1", port: 80 };
const HOST = "service.internal";

function systemShape(code: string, { errno, way, says }: Known, syscall: string | undefined): Shape {
  const error = (call: string, rest: string, more: object): Shape => ({
    message: `${call} ${code}${rest}`,
    own: { errno, code, syscall: call, ...more },
  });
  switch (way) {
    case "connect":
      return syscall === undefined || syscall === "connect"
        ? error("connect", ` ${PLACE.address}:${PLACE.port}`, PLACE)
        : error(syscall, "", {});
    case "stream":
      return error(syscall ?? says ?? "read", "", {});
    case "bind":
      return error(syscall ?? "bind", ` ${PLACE.address}`, { address: PLACE.address });
    case "lookup":
      // The resolver's own queries have names like queryA, and no number.
      return error(syscall ?? "getaddrinfo", ` ${HOST}`, {
        hostname: HOST,
        ...(syscall?.startsWith("query") && { errno: undefined }),
      });
    case "query":
      return error(syscall ?? "queryA", ` ${HOST}`, { hostname: HOST });
    case "file":
      return { message: `${code}: ${says}, ${syscall ?? "open"}`, own: { errno, code, syscall: syscall ?? "open" } };
  }
}

/** How an error of Node looks; `undefined` for what is no code of its own. */
export function nodeShape(code: string, { syscall }: NodeDetails = {}): Shape | undefined {
  const known = entryOf<Known>(SYSTEM, code);
  if (known !== undefined) return systemShape(code, known, syscall);
  if (code === "socket hang up") return { message: "socket hang up", own: { code: "ECONNRESET" } };
  const says = entryOf<string>(SAID, code);
  if (says !== undefined) return { message: says, own: { code } };
  if (/^HPE_[A-Z_]+$/.test(code)) return { message: `Parse Error: ${words(code.slice(4))}`, own: { code } };
  if (/^ERR_[A-Z0-9_]+$/.test(code)) return { message: words(code.slice(4)), own: { code } };
  return undefined;
}

/** A code in small letters, for the message of an error whose text nobody knows. */
const words = (code: string): string => code.toLowerCase().replaceAll("_", " ");

/** How an error of a socket or of the resolver looks, for the clients that wrap one; `undefined` for every other code. */
export function networkShape(code: string): Shape | undefined {
  const known = entryOf<Known>(SYSTEM, code);
  const isOfNetwork = code === "socket hang up" || (known !== undefined && known.way !== "file" && known.way !== "bind");
  return isOfNetwork ? nodeShape(code) : undefined;
}

export const NETWORK_CODES: readonly string[] = Object.keys(SYSTEM).filter((code) => networkShape(code) !== undefined);

/**
 * @param code one of the system (`ECONNRESET`), the resolver (`ENOTFOUND`), TLS (`CERT_HAS_EXPIRED`), Node (`ERR_...`) or its HTTP parser (`HPE_...`), or
 * the words `socket hang up`
 */
export const node: (code: NodeCode, details?: NodeDetails) => Error = builder<NodeCode, NodeDetails>({
  name: "node",
  code: "a code of Node, such as ECONNRESET, ENOTFOUND, CERT_HAS_EXPIRED, ERR_... or HPE_...",
  words: [...Object.keys(SYSTEM), ...Object.keys(SAID), "socket hang up"],
  rules: { syscall: { text: "a non-empty string", type: "string", ok: (value: string) => value !== "" } },
  shape: nodeShape,
});
