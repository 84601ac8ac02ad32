/*
 * consul: `isPapi`, with the text of Consul in the body of the response. The agent passes on what a server said: 500 may be a refusal, and 403 a
 * token that nobody knows. Source: consul agent/http.go, acl/errors.go, agent/structs/errors.go; papi lib/errors.js.
 */
import { kindOfPattern, type Library, type Link, type Patterns, type Verdict } from "../shared/index.ts";

/* What stands in the body, behind "rpc error making call: " and the like: patterns, since what is in front is open. */
const BODY: Patterns = {
  AUTH: /\bACL not found\b|\btoken does not exist\b/i,
  PERMISSION: /\bPermission denied\b/i,
  RATE_LIMIT: /\brate limit (reached|exceeded)\b/i,
  SERVER_ERROR: /\bNo cluster leader\b|\bRaft leader not found\b|\bnot ready to serve consistent reads\b/i,
};

/* Ended or refused by this side. */
const OURS: readonly string[] = ["isAbort", "isValidation", "isCodec"];

function consulRule(link: Link): Verdict {
  if (link.read("isPapi") !== true && link.read("isConsul") !== true) return undefined;
  if (OURS.some((flag) => link.read(flag) === true)) return "PERMANENT";
  return kindOfPattern(BODY, link.text("response", "body"));
}

export const consul: Library = {
  name: "consul",
  looks: { fields: ["isPapi", "isConsul"] },
  meaning: { rule: consulRule },
};
