/*
 * How a failure is classified where the library that threw it is not known. Each rule is asked of the error and of all that it wraps, nearest
 * first, before the next rule is asked of any: facts stand before words, so that a name on a wrapper never outweighs what it wraps.
 *   1. errors of ours                           by the class that they carry
 *   2. facts, of each error in this order:
 *      `TimeoutError` by name                   a timeout
 *      `AbortError` by name                     PERMANENT (the caller cancelled), a timeout where one is its cause
 *      an HTTP status from 400 to 599           by status, with what the headers of the same answer say
 *      a reply of FTP, SMTP or AMQP             by the table of the protocol
 *      a string code                            by table
 *      what the clients of a login service say  by table, for their names speak of logins where the network failed
 *   3. the words in which `fetch` fails
 *   4. the name (default classifier)            by what it speaks of
 *   5. otherwise                                UNKNOWN
 * Any value at all gets a class: chains may be cyclic or endless, getters may throw.
 */
import { ErrorReader } from "./chain.ts";
import type { Classification } from "./classification.ts";
import { type ErrorClass, isErrorClass } from "./error-class.ts";
import { isClientTimeout, isMissingSocket, kindOfCode } from "./error-codes.ts";
import { kindOfFetchWords } from "./fetch-words.ts";
import { classifyAnswer, headersOf } from "./http/answer.ts";
import { httpStatus, kindOfStatus } from "./http/status.ts";
import type { WallClock } from "./http/wall-clock.ts";
import { classificationOf, type Kind } from "./kind.ts";
import { kindOfReply, speaksNoHttp } from "./other-protocols.ts";

// In the place of a number that means something else.
const NO_STATUS = 0;

// Half of what the words are looked for in: messages may be of any length.
const HALF = 250;

/**
 * @param clock the time of day, with which dates in headers are compared
 * @param byName whether to guess from names where nothing else tells
 */
export function classifyError(error: unknown, clock: WallClock, byName: boolean): ErrorClass | Classification {
  const reader = new ErrorReader();
  const chain = reader.causes(error);
  const own = reader.ownVerdict(chain);
  // A class of another version means nothing here.
  if (own !== undefined && isErrorClass(typeof own === "object" ? own.errorClass : own)) return own;
  for (const link of chain) {
    const fact = factOf(reader, link, clock);
    if (fact !== undefined) return fact;
  }
  return classificationOf(
    kindOfFetchWords(messagesOf(reader, chain)) ?? (byName ? kindOfNames(reader, chain) : undefined) ?? "UNKNOWN",
  );
}

function factOf(reader: ErrorReader, error: object, clock: WallClock): ErrorClass | Classification | undefined {
  const name = reader.read(error, "name");
  const code = reader.read(error, "code");
  const abort = kindOfAbort(reader, error, name);
  if (abort !== undefined) return classificationOf(abort);
  const status = httpStatus(reader, error, speaksNoHttp(reader, error, name) ? NO_STATUS : code);
  if (status !== undefined) return classifyAnswer(kindOfStatus(status), headersOf(reader, error), clock);
  const kind = kindOfReply(reader, error, name, code) ?? kindOfCodes(reader, error, code) ?? kindOfLogin(reader, error, name);
  return kind && classificationOf(kind);
}

/** An abort whose reason was a timeout is one. What else was aborted, the caller did not want any more. */
function kindOfAbort(reader: ErrorReader, error: object, name: unknown): Kind | undefined {
  if (name === "TimeoutError") return "TIMEOUT";
  if (name !== "AbortError") return undefined;
  return reader.read(reader.read(error, "cause"), "name") === "TimeoutError" ? "TIMEOUT" : "PERMANENT";
}

function kindOfCodes(reader: ErrorReader, error: object, code: unknown): Kind | undefined {
  if (typeof code !== "string") return undefined;
  if (isClientTimeout(code, reader.read(error, "message"))) return "TIMEOUT";
  return isMissingSocket(code, reader.read(error, "syscall")) ? "TRANSIENT" : kindOfCode(code);
}

/* The way to a login service failed. Sources: @azure/msal-common src/error/ClientAuthErrorCodes.ts; msal-browser BrowserAuthErrorCodes.ts. */
const MSAL_TRANSIENT: readonly unknown[] = [
  "network_error",
  "no_network_connectivity",
  "get_request_failed",
  "post_request_failed",
  "endpoints_resolution_error",
  "openid_config_error",
];

/** Supabase names its error so where no answer came, or one of 502 to 504, which is told by its status (auth-js src/lib/errors.ts). */
function kindOfLogin(reader: ErrorReader, error: object, name: unknown): Kind | undefined {
  return name === "AuthRetryableFetchError" || MSAL_TRANSIENT.includes(reader.read(error, "errorCode")) ? "TRANSIENT" : undefined;
}

function messagesOf(reader: ErrorReader, chain: readonly object[]): readonly string[] {
  return chain.map((link) => {
    const message = reader.read(link, "message");
    if (typeof message !== "string") return "";
    return message.length > 2 * HALF ? message.slice(0, HALF) + message.slice(-HALF) : message;
  });
}

function kindOfNames(reader: ErrorReader, chain: readonly object[]): Kind | undefined {
  for (const link of chain) {
    const name = reader.read(link, "name");
    const kind = typeof name === "string" ? kindOfName(name) : undefined;
    if (kind !== undefined) return kind;
  }
  return undefined;
}

function kindOfName(name: string): Kind | undefined {
  // "auth" as in authentication and authorization, not as in author.
  if (/auth(?!or(?!i[sz]))|credential/i.test(name)) return "AUTH";
  if (/forbid|permission/i.test(name)) return "PERMISSION";
  if (/timeout/i.test(name)) return "TIMEOUT";
  return /connection/i.test(name) ? "TRANSIENT" : undefined;
}
