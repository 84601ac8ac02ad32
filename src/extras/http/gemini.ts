/*
 * @google/generative-ai: where there was an answer, it has the status; all else is told by what follows "[GoogleGenerativeAI Error]: ". Its error of an
 * abort is the same for its own timeout and for the caller's, so that nothing is known of it.
 */
import { kindOfSystemCode } from "../../core/failure/error-codes.ts";
import { httpStatus, kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { classificationWith } from "../../core/failure/kind.ts";
import { asText, type Library, type Link, millisFromNow, type Verdict } from "../shared/index.ts";

const PREFIX = "[GoogleGenerativeAI Error]: ";

/* Source: @google/generative-ai src/requests/request.ts, stream-reader.ts, response-helpers.ts. */
const FETCHING = "Error fetching from ";
const ABORTED = "Request aborted when ";
const STREAM = ["Failed to parse stream", "Error reading from the stream", "Error parsing JSON response"];
const BLOCKED = /\bblocked due to\b/;

const RETRY_INFO = "type.googleapis.com/google.rpc.RetryInfo";

/* A key that is wrong is answered by 400. */
const WRONG_KEY = /\bAPI key (not valid|expired|not found)\b/i;

function geminiRule(link: Link): Verdict {
  if (!link.message.startsWith(PREFIX)) return undefined;
  const words = link.message.slice(PREFIX.length);
  const kind = kindOfHttpStatus(httpStatus(link.reader, link.error, 0) ?? Number.NaN);
  if (kind === "PERMANENT" && WRONG_KEY.test(words)) return "AUTH";
  if (kind !== undefined) return classificationWith(kind, retryInfo(link));
  if (words.startsWith(ABORTED)) return "UNKNOWN";
  if (words.startsWith(FETCHING)) return quoted(words);
  if (STREAM.some((beginning) => words.startsWith(beginning))) return "TRANSIENT";
  // All that is left is about the prompt, its answer, or arguments.
  return BLOCKED.test(words) || link.read("response") === undefined ? "PERMANENT" : undefined;
}

/** What fetch said: the whole of its error is lost but for its words. */
function quoted(words: string): Verdict {
  for (const [code] of words.matchAll(/\bE[A-Z]{3,}\b/g)) {
    const kind = kindOfSystemCode(code);
    if (kind !== undefined) return kind;
  }
  return /: (fetch failed|Failed to fetch|Load failed|NetworkError.*|terminated|Connect Timeout Error)$/.test(words)
    ? "TRANSIENT"
    : undefined;
}

/** The delay of Google's RetryInfo among the details. */
function retryInfo({ reader, error }: Link): number | undefined {
  const details = reader.read(error, "errorDetails");
  for (let i = 0; i < 5; i++) {
    const detail = reader.read(details, i);
    if (reader.read(detail, "@type") === RETRY_INFO) return millisFromNow(asText(reader.read(detail, "retryDelay")));
  }
  return undefined;
}

export const gemini: Library = {
  name: "gemini",
  looks: { beginnings: [PREFIX], fields: ["errorDetails"] },
  meaning: { rule: geminiRule },
};
