/*
 * Meilisearch: the cause of an answer holds a code in words, and its status is right but for a few codes. What was waited for in vain is a task,
 * which goes on. Sources: meilisearch crates/meilisearch-types/src/error.rs; meilisearch-js src/errors.
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

/* Where the status says something else: 403, 422, 500, 502 and 503. */
export const MEILISEARCH_CODES: Codes = {
  AUTH: ["invalid_api_key", "remote_invalid_api_key"],
  RATE_LIMIT: ["too_many_search_requests"],
  GATEWAY_TIMEOUT: ["remote_timeout"],
  SERVER_ERROR: ["too_many_open_files", "io_error"],
  PERMANENT: ["database_size_limit_reached", "invalid_store_file"],
};

/* Versions 0.3x write the name with another capital. */
export const ANSWERED: readonly string[] = ["MeilisearchApiError", "MeiliSearchApiError"];

export const MEILISEARCH_NAMES: Codes = {
  TIMEOUT: [
    "MeilisearchRequestTimeOutError",
    "MeilisearchTaskTimeOutError",
    "MeiliSearchRequestTimeOutError",
    "MeiliSearchTimeOutError",
  ],
};

function meilisearchRule(link: Link): Verdict {
  if (!ANSWERED.includes(link.name)) return kindOfCode(MEILISEARCH_NAMES, link.name);
  const kind = kindOfCode(MEILISEARCH_CODES, link.text("cause", "code") || link.code);
  return kind && withHeaders(kind, headersOf(link.reader, link.error));
}

export const meilisearch: Library = {
  name: "meilisearch",
  looks: { names: [MEILISEARCH_NAMES, { PERMANENT: ANSWERED }] },
  meaning: { rule: meilisearchRule },
};
