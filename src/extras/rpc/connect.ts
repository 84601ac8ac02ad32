/*
 * Connect: `ConnectError { code, rawMessage, metadata: Headers, details: [], cause }`, with the codes of gRPC. The client's own errors
 * have the real one as their cause, under a code that says less: Unknown and Internal stand for anything, and Aborted for a stream that
 * was torn down. Errors that the service sent have no cause.
 * Sources: connectrpc.com/docs/protocol "Error codes", connect-node's node-error.ts and connect's http-status.ts.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { kindOfSystemCode } from "../../core/failure/error-codes.ts";
import type { Kind } from "../../core/failure/kind.ts";
import { isObject } from "../../core/is-object.ts";
import { classifierOfLibrary, type Library, type Link, type Meaning, type Verdict } from "../shared/index.ts";
import { kindOfRpcCode, withPushback } from "./status-codes.ts";

const CANCELED = 1;
const ABORTED = 10;

// Canceled by the clock or with the connection, not by a person; a fetch that failed, in the words of Chrome ("Failed to fetch"), Firefox
// ("NetworkError when attempting to fetch resource"), Node ("fetch failed") and Safari ("Load failed").
const ON_THE_WAY = /timeout|GOAWAY|fetch|Load failed/i;

function connectRule(link: Link): Verdict {
  const code = link.read("code");
  if (typeof code !== "number" || typeof link.read("rawMessage") !== "string") return undefined;
  const kind = kindOnTheWay(link, code) ?? kindOfRpcCode(code, link.message);
  return withPushback(kind, link.read("metadata"));
}

/** Of an error that the client made, which has a cause, or that a person may have canceled. */
function kindOnTheWay(link: Link, code: number): Kind | undefined {
  const caused = isObject(link.read("cause"));
  const known = caused ? kindOfSystemCode(link.text("cause", "code")) : undefined;
  const passing = (caused || code === CANCELED) && ON_THE_WAY.test(link.message);
  if (known !== undefined) return known;
  if (passing && /timeout/i.test(link.message)) return "TIMEOUT";
  return passing || (caused && code === ABORTED) ? "TRANSIENT" : undefined;
}

const meaning: Meaning = { rule: connectRule };

export const connect: Library = {
  name: "connect",
  looks: { fields: ["rawMessage"] },
  meaning,
};

/**
 * Classifies `ConnectError` of `@connectrpc/connect` (versions 1 and 2, all three protocols) by its code, and reads `Retry-After` and the
 * server's pushback into `retryAfterMs`. What it does not know is `UNKNOWN`: compose with `firstKnown(connectClassifier, defaultClassifier)`.
 */
export const connectClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("connectClassifier", meaning);
