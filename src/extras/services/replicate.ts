/*
 * Replicate: a request that fails has the response, and what it says is HTTP's. A prediction that fails is an answer, of which `run` makes "Prediction failed: "
 * and the words of the model or of Replicate, often with one of its codes. Most of what models say is theirs, and not known.
 */
import { type Codes, kindOfCode, kindOfPattern, type Library, type Link, type Patterns, type Verdict } from "../shared/index.ts";

const PREFIX = "Prediction failed: ";

/* Source: replicate.com/docs/reference/error-codes. */
export const REPLICATE_CODES: Codes = {
  SERVER_ERROR: [
    "E1001", // out of memory
  ],
  PERMANENT: [
    "E4875", // no URL for the webhook
    "E005", // the input or the output was flagged as sensitive
  ],
  TRANSIENT: [
    "PA", // interrupted; please retry
  ],
};

const CODE = /\b(E\d{3,4})\b|\(code: ([A-Z]{2})\)/;

export const WORDS: Patterns = {
  PERMANENT: /\bNSFW\b|\bflagged as sensitive\b|\bsafety (checker|filter)\b|\bcontent policy\b/i,
  SERVER_ERROR: /\bout of memory\b|\bCUDA error\b/i,
  TRANSIENT: /\binterrupted; please retry\b|\bfailed to start\b/i,
};

function replicateRule({ message }: Link): Verdict {
  if (!message.startsWith(PREFIX)) return undefined;
  const [, code, letters] = CODE.exec(message) ?? [];
  return kindOfCode(REPLICATE_CODES, code ?? letters ?? "") ?? kindOfPattern(WORDS, message);
}

export const replicate: Library = {
  name: "replicate",
  looks: { beginnings: [PREFIX] },
  meaning: { rule: replicateRule },
};
