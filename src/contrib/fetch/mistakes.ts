import type { Classifier } from "../../index.ts";
import { defaultClassifier } from "../../index.ts";

/**
 * `fetch` throws a TypeError for a request that it does not take (a body with GET, credentials in the URL, a stream without `duplex`), and for a connection that
 * has failed. The latter has a cause, or the words of its platform, which the default classifier knows; the former would be the same at every attempt.
 */
export const mistakesArePermanent: Classifier = (error) => {
  const { name, cause } = (error ?? {}) as { readonly name?: unknown; readonly cause?: unknown };
  return name === "TypeError" && cause === undefined && defaultClassifier(error) === "UNKNOWN" ? "PERMANENT" : "UNKNOWN";
};
