/*
 * Algolia: "Unreachable hosts" says only that each host failed, and keeps the attempts: the last of them decides. Its other errors have a status
 * and words, which the general rules read. Source: algoliasearch packages/client-common/src/transporter (errors.ts, responses.ts), and transporter of 4.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Version 5 and version 4. */
export const ATTEMPTS: readonly string[] = ["stackTrace", "transporterStackTrace"];

const RETRY_ERROR = "RetryError";

export const ALGOLIA_NAMES: Codes = {
  PERMANENT: ["IndexNotFoundError", "IndicesInSameAppError", "IndexAlreadyExistsError"],
};

function algoliaRule(link: Link): Verdict {
  const { name, reader } = link;
  if (name !== RETRY_ERROR) return kindOfCode(ALGOLIA_NAMES, name);
  for (const field of ATTEMPTS) {
    const attempts = link.read(field);
    if (!Array.isArray(attempts)) continue;
    const response = reader.read(reader.read(attempts, attempts.length - 1), "response");
    if (reader.read(response, "isTimedOut") === true) return "TIMEOUT";
    // 0 where there was no answer.
    return kindOfHttpStatus(Number(reader.read(response, "status"))) ?? "TRANSIENT";
  }
  return undefined;
}

export const algolia: Library = {
  name: "algolia",
  looks: { fields: ATTEMPTS, names: [ALGOLIA_NAMES] },
  meaning: { rule: algoliaRule },
};
