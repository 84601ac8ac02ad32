/*
 * Neon: @neondatabase/serverless. An error of the database has an SQLSTATE, which sqlstate.ts knows, and an answer of another status says it in
 * words ("Server error (HTTP status 429)"); what it wraps is in `sourceError`. Neon's proxy says the rest, with 400 and no state.
 *   NeonDbError { code: null, message: "Control plane request failed" }
 */
import { asText, type Beginnings, kindOfBeginning, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Sources: neon proxy/src/control_plane/messages.rs, proxy/src/auth/mod.rs, proxy/src/compute; serverless src/httpQuery.ts. */
export const NEON_WORDS: Beginnings = {
  RATE_LIMIT: [
    "Failed to acquire permit to connect to the database",
    "Too many connections attempts",
    "You've exceeded the rate limit",
  ],
  TRANSIENT: [
    "Control plane request failed",
    "Console request failed",
    "Couldn't connect to compute node",
    "couldn't connect to compute node",
  ],
  PERMISSION: ["This IP address ", "Connections from the public internet are not allowed"],
  PERMANENT: [
    "Endpoint ID is not specified",
    "The requested endpoint could not be found",
    "The endpoint has been disabled",
    "Your account or project has exceeded the ",
    "Your project has exceeded the ",
    "No database connection string was provided to `neon()`",
    "Database connection string provided to `neon()` is not a valid URL",
    "Database connection string provided to neon() is not a valid URL",
    "Wrong URL scheme or missing user, host or database in connection parameters",
  ],
};

const NAME = "NeonDbError";

/** The proxy's words; those about the connection string are a plain error's in older versions. */
function neonRule(link: Link): Verdict {
  if (asText(link.read("code")) !== "") return undefined;
  const plain = link.message.includes("neon()");
  return link.name === NAME || plain ? kindOfBeginning(NEON_WORDS, link.message) : undefined;
}

export const neon: Library = {
  name: "neon",
  looks: { names: [NAME], beginnings: ["No database connection string ", "Database connection string "] },
  meaning: { rule: neonRule },
};
