/*
 * tRPC: the client's error has the `data` that the server made of its own, with a status of HTTP and a code in words; its number is of JSON-RPC and
 * means something else than to others. Its message is the one of the error on the server: what that quotes happened there. Without data, no
 * procedure answered: a proxy did, or nobody.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { isObject } from "../../core/is-object.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

/* Source: @trpc/server src/unstable-core-do-not-import/rpc/codes.ts. */
export const TRPC_CODES: Codes = {
  PERMANENT: [
    "PARSE_ERROR",
    "BAD_REQUEST",
    "NOT_IMPLEMENTED",
    "PAYMENT_REQUIRED",
    "NOT_FOUND",
    "METHOD_NOT_SUPPORTED",
    "PAYLOAD_TOO_LARGE",
    "UNSUPPORTED_MEDIA_TYPE",
    "UNPROCESSABLE_CONTENT",
    "PRECONDITION_REQUIRED",
  ],
  SERVER_ERROR: ["INTERNAL_SERVER_ERROR", "BAD_GATEWAY", "SERVICE_UNAVAILABLE"],
  GATEWAY_TIMEOUT: ["GATEWAY_TIMEOUT"],
  AUTH: ["UNAUTHORIZED"],
  PERMISSION: ["FORBIDDEN"],
  TIMEOUT: ["TIMEOUT"],
  CONCURRENCY: ["CONFLICT", "PRECONDITION_FAILED"],
  RATE_LIMIT: ["TOO_MANY_REQUESTS"],
  TRANSIENT: ["CLIENT_CLOSED_REQUEST"],
};

function trpcRule(link: Link): Verdict {
  const { name, reader } = link;
  if (name === "TRPCWebSocketClosedError") return "TRANSIENT";
  // On the server: what is wrapped knows more than that something failed.
  if (name === "TRPCError")
    return link.code === "INTERNAL_SERVER_ERROR" && isObject(link.read("cause")) ? undefined : kindOfCode(TRPC_CODES, link.code);
  if (name !== "TRPCClientError") return undefined;
  const response = reader.read(link.read("meta"), "response");
  const kind =
    kindOfHttpStatus(Number(link.text("data", "httpStatus"))) ??
    kindOfCode(TRPC_CODES, link.text("data", "code")) ??
    kindOfHttpStatus(Number(reader.read(response, "status")));
  if (kind !== undefined) return withHeaders(kind, reader.read(response, "headers"));
  // A page in place of an answer: it may be gone in a while, or the address is wrong.
  return link.read("cause", "name") === "SyntaxError" ? "UNKNOWN" : undefined;
}

export const trpc: Library = {
  name: "trpc",
  looks: { names: ["TRPCClientError", "TRPCError", "TRPCWebSocketClosedError"] },
  meaning: { rule: trpcRule },
};
