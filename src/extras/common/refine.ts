/*
 * Where a status of HTTP stands for several things, the code in words that comes with it says which: many services answer 400 to a version
 * that is out of date, 409 to what exists already, 429 to what somebody else has locked, and 500 to what took too long.
 */
import type { Kind } from "../../core/failure/kind.ts";
import { asText, kindOfCode, kindOfPattern, type Link, type Patterns } from "../shared/index.ts";
import { answersOf } from "./answers.ts";
import { USED_UP } from "./used-up.ts";
import { codesOf, kindsOfCodes } from "./vocabulary.ts";

/** What a code may make of each status. Every other status means one thing. */
const MAY_BE: Readonly<Record<number, readonly Kind[]>> = {
  400: ["CONCURRENCY", "RATE_LIMIT", "AUTH", "PERMISSION", "TRANSIENT", "TIMEOUT", "SERVER_ERROR"],
  403: ["RATE_LIMIT", "AUTH"],
  422: ["CONCURRENCY", "RATE_LIMIT"],
  429: ["CONCURRENCY"],
  498: ["SERVER_ERROR", "AUTH"], // nobody's: Groq has no capacity, Esri's token is not valid
  500: ["RATE_LIMIT", "CONCURRENCY", "TIMEOUT"],
};

const CONFLICT = 409;
const TOO_MANY_REQUESTS = 429;

/* A conflict that stays one, in codes and messages. */
const STAYS = /already.?exist|already.{1,6}(in.?use|taken|used)|duplicate|not.?found/i;

/* In messages, where no code says it. */
const TOO_MANY = /\btoo ?many ?requests\b|\brate[ -]?limit exceeded\b/i;

/** In the body of the answer, where most clients leave it. */
function isUsedUp(link: Link): boolean {
  for (const code of codesOf(link)) if (kindOfCode(USED_UP, code) !== undefined) return true;
  return false;
}

const FORBIDDEN = 403;
const LONGEST_TEXT = 500;

/* Services that answer 403 to a key or a token that they do not take. */
const WRONG_KEY =
  /\b(api[ -]?key|token)( provided| included in the request)? (is|was|has) (been )?(invalid|not valid|expired|revoked)\b|\b(invalid|expired|revoked) (application-id or )?(api[ -]?key|(access |auth |security )?token)\b|\bsignature we calculated does not match\b/i;

/*
 * SOAP answers 500 whoever is to blame, and says it in the code of the fault. Sources: SOAP 1.1, 4.4.1 and 6.2; SOAP 1.2, 5.4.6; Web Services Security
 * 1.1, 12.
 */
export const FAULTS: Patterns = {
  AUTH: /^wsse:(FailedAuthentication|InvalidSecurityToken|FailedCheck|SecurityTokenUnavailable)\b/,
  PERMANENT: /^(soap|soapenv|SOAP-ENV|env|s|S):(Client|Sender|VersionMismatch|MustUnderstand)\b/,
};

/** The kind of an answer with this status, by what the error says beside it. */
export function refined(kind: Kind, status: number, link: Link): Kind {
  if (status === CONFLICT)
    return [link.message, link.text("description"), ...codesOf(link)].some((words) => STAYS.test(words)) ? "PERMANENT" : kind;
  if (status === TOO_MANY_REQUESTS && isUsedUp(link)) return "PERMANENT";
  const fault = status === 500 ? kindOfPattern(FAULTS, link.message) : undefined;
  if (fault !== undefined) return fault;
  const candidates = MAY_BE[status];
  if (candidates === undefined) return kind;
  for (const said of kindsOfCodes(link)) if (candidates.includes(said)) return said;
  if (
    status === FORBIDDEN &&
    answersOf(link).some(({ object }) => WRONG_KEY.test(asText(link.reader.read(object, "message")).slice(0, LONGEST_TEXT)))
  )
    return "AUTH";
  return candidates.includes("RATE_LIMIT") && TOO_MANY.test(link.message) ? "RATE_LIMIT" : kind;
}
