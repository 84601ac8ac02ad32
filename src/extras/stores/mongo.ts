/*
 * MongoDB: the driver (3 to 7) and mongoose, told by names that start with "Mongo", which they set themselves. The server's code decides
 * first, then its labels; a code in none of the lists names a request that the server refused as it was put. Where no server answered,
 * the causes decide (names, sockets, certificates), and last the kind of the driver's own error.
 * Sources: MongoDB's error_codes.yml with its categories; the drivers' specifications of retryable reads, retryable writes, transactions
 * and client backpressure; Azure Cosmos DB for MongoDB, "Common errors" (16500); mongoose, "Error" and "VersionError".
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { judgeAs, type Library, type Link, type Meaning, type Verdict } from "../shared/index.ts";

// Locks, write conflicts, transactions that others have overtaken, the same work under way.
const CONCURRENCY = /^(24|46|1(07|12|17)|2(25|39|4[46]|51|67|72)|1258[67])$/;
// NetworkError, NotPrimaryError, ShutdownError, Interruption, StaleShardVersionError, RetriableError, WriteConcernError.
const TRANSIENT =
  /^([67]|43|50|6[34]|79|89|91|1(3[34]|50|75|89)|2(3[47]|49|50|62|79|90)|9001|10058|10107|1160[012]|13388|1343[56])$/;

/** What the server said: a code, and labels. */
function mongoRule(link: Link): Verdict {
  const { name, code, message: text } = link;
  // The `code` of an IndexedDB `VersionError` is 0, mongoose's has none.
  if (/^(Version|Parallel\w+)Error$/.test(name) && !code) return "CONCURRENCY";
  if (!/^Mongo/.test(name) || !Number(code)) return undefined;
  const labels = labelsOf(link);
  const wait = /AfterMs=(\d+)/.exec(text);
  if (wait) return { errorClass: "RATE_LIMIT", retryAfterMs: Number(wait[1]) };
  if (CONCURRENCY.test(code)) return "CONCURRENCY";
  if (TRANSIENT.test(code)) return "TRANSIENT";
  if (code === "16500" || /Overload/.test(labels)) return "RATE_LIMIT";
  if (/Transient/.test(labels)) return "CONCURRENCY";
  if (RETRY.test(labels)) return "TRANSIENT";
  if (code === "18" || /bad auth/.test(text)) return "AUTH";
  if (code === "13" || /not allowed/.test(text)) return "PERMISSION";
  return /^[18]$/.test(code) ? "SERVER_ERROR" : "PERMANENT";
}

/** The driver's own errors, about which a cause may know better. */
function mongoFallback(link: Link): Verdict {
  const { name, message: text } = link;
  if (!/^(Mongo|PoolC)/.test(name) && !(link.read("_message") ?? link.read("stringValue"))) return undefined;
  if (/Network|Timeout|Selection|System|Pool|Stale|rClosed/.test(name) || /timed out/.test(text) || RETRY.test(labelsOf(link)))
    return "TRANSIENT";
  if (/AWS|OIDC|Azure|GCP|Kerb|Cred/.test(name)) return "AUTH";
  return /^Mongo(Server)?Error$/.test(name) ? undefined : "PERMANENT";
}

const RETRY = /Retry|Resumable|Unknown|Transient/;

function labelsOf(link: Link): string {
  let labels = "";
  for (let i = 0; i < 9; i++) labels += link.text("errorLabels", i);
  return labels;
}

const meaning: Meaning = {
  rule: mongoRule,
  fallbacks: [mongoFallback],
};

export const mongo: Library = {
  name: "mongo",
  looks: {
    names: [/^(Mongo|Version|Parallel)/],
  },
  meaning,
};

/**
 * Classifies errors of the `mongodb` driver and of `mongoose`. What it does not know is `UNKNOWN`: put
 * `firstKnown(mongoClassifier, defaultClassifier)` where other errors come by.
 */
export const mongoClassifier: Classifier = (error) => judgeAs(meaning, error);
