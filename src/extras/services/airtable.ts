/*
 * Airtable: a plain object with a word in `error`, the status in `statusCode`. Without a status, the message quotes what failed on the way; and
 * nobody but the client's own timeout aborts a request.
 */
import { messageRule } from "../common/index.ts";
import type { Library, Link, Verdict } from "../shared/index.ts";

const ABORTED = /\baborted\b/;

/* An answer that was no JSON. Source: airtable.js src/base.ts. */
const NO_JSON = "The response from Airtable was invalid JSON.";

function airtableRule(link: Link): Verdict {
  if (link.message.startsWith(NO_JSON)) return "TRANSIENT";
  if (link.read("error") !== "CONNECTION_ERROR" || link.read("statusCode") !== null) return undefined;
  return ABORTED.test(link.message) ? "TIMEOUT" : (messageRule(link) ?? "TRANSIENT");
}

export const airtable: Library = {
  name: "airtable",
  looks: { fields: ["statusCode"] },
  meaning: { rule: airtableRule },
};
