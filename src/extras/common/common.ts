/*
 * What the libraries of the field have in common, for those that have no file of their own: most of it. Facts under other names (a status,
 * a delay, a wrapped error) count like those that every classifier knows; words count last.
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";
import { messageRule } from "./message.ts";
import { furtherStatus } from "./status.ts";
import { vocabularyRule } from "./vocabulary.ts";
import { WRAPPERS } from "./wrappers.ts";

/** A status where no client of HTTP has one, with what the headers of the answer say of it. */
function statusRule(link: Link): Verdict {
  const kind = kindOfHttpStatus(furtherStatus(link) ?? NaN);
  return kind && withHeaders(kind, headersOf(link.reader, link.error));
}

export const common: Library = {
  name: "common",
  looks: {},
  meaning: {
    fallbacks: [statusRule, vocabularyRule],
    lastResort: messageRule,
    wrappers: WRAPPERS,
  },
};
