import type { Classifier } from "../../index.ts";
import { defaultClassifier } from "../../index.ts";

/**
 * `fetch` throws a TypeError for a request that it does not take (a body with GET, credentials in the URL, a stream without `duplex`), and for a connection that
 * has failed. The latter has a cause, or the words of its platform, which the default classifier knows; the former would be the same at every attempt. "terminated" is undici's
 * word for a body that broke off.
 */
export const mistakesArePermanent: Classifier = (error) => {
  const { name, message, cause } = (error ?? {}) as Readonly<Record<"name" | "message" | "cause", unknown>>;
  const isMistake = name === "TypeError" && cause === undefined && message !== "terminated";
  return isMistake && defaultClassifier(error) === "UNKNOWN" ? "PERMANENT" : "UNKNOWN";
};
