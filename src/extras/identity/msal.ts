/*
 * MSAL (@azure/msal-node, @azure/msal-browser): an `errorCode` in words. What the server answered with a status is told by that and by OAuth's
 * code, as of any other library; here is what MSAL finds out itself.
 */
import { passingIn } from "../common/index.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Somebody has to log in. Sources: msal-common src/error/InteractionRequiredAuthError.ts. */
const INTERACTION = "InteractionRequiredAuthError";

/* Sources: msal-common src/error/ClientAuthErrorCodes.ts, AuthErrorCodes.ts; msal-node src/error. */
export const MSAL_CODES: Codes = {
  AUTH: [
    "no_account_found",
    "no_account_in_silent_request",
    "no_tokens_found",
    "refresh_token_expired",
    "token_refresh_required",
    "null_or_empty_token",
    "device_code_expired",
  ],
  TIMEOUT: ["user_timeout_reached", "loopback_server_timeout", "network_unavailable"],
  TRANSIENT: ["network_error", "no_network_connectivity", "endpoints_resolution_error", "post_request_failed"],
  UNKNOWN: ["unexpected_error", "token_parsing_error", "openid_config_error", "device_code_unknown_error", "cache_error_unknown"],
};

/* These quote what failed on the way: "Request timeout", a code of the system. */
export const QUOTING: readonly string[] = [
  "network_error",
  "endpoints_resolution_error",
  "post_request_failed",
  "openid_config_error",
];

/* What these classes say and the table does not is misuse, or a callback that belongs to another login. */
export const OWN: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ClientAuthError",
  "ClientConfigurationError",
  "NodeAuthError",
  "ManagedIdentityError",
  "BrowserAuthError",
  "BrowserConfigurationAuthError",
]);

/*
 * MSAL remembers that a tenant is throttled, and refuses further calls with the numbers of the answer and without its status.
 * Source: msal-common src/network/ThrottlingUtils.ts.
 */
const SERVER = "ServerError";
const NUMBERS = /^\d+( \d+)*$/;

function msalRule(link: Link): Verdict {
  const { name } = link;
  const code = link.text("errorCode");
  if (link.read("subError") === undefined && link.read("correlationId") === undefined) return undefined;
  if (name === INTERACTION) return "AUTH";
  if (name === SERVER) return NUMBERS.test(code) && link.read("status") === undefined ? "RATE_LIMIT" : undefined;
  const quoted = QUOTING.includes(code) ? passingIn(link.message) : undefined;
  return quoted ?? kindOfCode(MSAL_CODES, code) ?? (OWN.has(name) ? "PERMANENT" : undefined);
}

export const msal: Library = {
  name: "msal",
  looks: { fields: ["subError", "errorCode"], names: [INTERACTION, SERVER, OWN] },
  meaning: { rule: msalRule },
};
