/*
 * consul: `isPapi`, with the text of Consul in the body of the response. The agent passes on what a server said: 500 may be a refusal, and 403 a
 * token that nobody knows. Source: consul agent/http.go, acl/errors.go, agent/structs/errors.go; papi lib/errors.js.
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { kindOfPattern, type Library, type Link, type Patterns, type Verdict, withHeaders } from "../shared/index.ts";

/* What stands in the body, behind "rpc error making call: " and the like: patterns, since what is in front is open. */
export const BODY: Patterns = {
  AUTH: /\bACL not found\b|\btoken does not exist\b/i,
  PERMISSION: /\bPermission denied\b/i,
  RATE_LIMIT: /\brate limit (reached|exceeded)\b/i,
};

/* Ended or refused by this side. */
export const OURS: readonly string[] = ["isAbort", "isValidation", "isCodec"];

function consulRule(link: Link): Verdict {
  if (link.read("isPapi") !== true && link.read("isConsul") !== true) return undefined;
  if (OURS.some((flag) => link.read(flag) === true)) return "PERMANENT";
  const kind = kindOfPattern(BODY, link.text("response", "body"));
  return kind && withHeaders(kind, headersOf(link.reader, link.error));
}

export const consul: Library = {
  name: "consul",
  looks: { fields: ["isPapi", "isConsul"] },
  meaning: { rule: consulRule },
};
