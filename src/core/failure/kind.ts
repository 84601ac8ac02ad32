/*
 * What the tables of the built-in classifiers say of a failure: a class, or one of two words for a wait that was given up. A timeout has
 * a class like any other failure; the mark beside it tells a budget that its retry is the one that makes an overload worse.
 */
import type { Classification } from "./classification.ts";
import type { ErrorClass } from "./error-class.ts";

/** TIMEOUT: this side gave up waiting, TRANSIENT. GATEWAY_TIMEOUT: a server in between gave up waiting, SERVER_ERROR. */
export type Kind = ErrorClass | "TIMEOUT" | "GATEWAY_TIMEOUT";

const TIMEOUT: Classification = /* @__PURE__ */ Object.freeze({ errorClass: "TRANSIENT", timeout: true });
const GATEWAY_TIMEOUT: Classification = /* @__PURE__ */ Object.freeze({ errorClass: "SERVER_ERROR", timeout: true });

/** What a classifier returns for a kind: the class alone, or the class of the timeout with its mark. */
export function classificationOf(kind: Kind): ErrorClass | Classification {
  if (kind === "TIMEOUT") return TIMEOUT;
  return kind === "GATEWAY_TIMEOUT" ? GATEWAY_TIMEOUT : kind;
}

/** The same, with the delay that the dependency asks for, and with its word that a retry is pointless. */
export function classificationWith(kind: Kind, retryAfterMs: number | undefined, refused = false): ErrorClass | Classification {
  const plain = classificationOf(kind);
  if (retryAfterMs === undefined && !refused) return plain;
  return {
    ...(typeof plain === "string" ? { errorClass: plain } : plain),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(refused && { retry: false }),
  };
}
