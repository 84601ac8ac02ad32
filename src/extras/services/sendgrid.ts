/*
 * SendGrid: the status, in `code`, and a response without one. A plan whose mails are used up gets a 401, and says so in words.
 * Source: sendgrid-nodejs packages/helpers/classes/response-error.js.
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

const UNAUTHORIZED = 401;

/* Source: Twilio SendGrid, "Email API: errors". */
const USED_UP = "Maximum credits exceeded";

function sendgridRule(link: Link): Verdict {
  const { reader } = link;
  const code = link.read("code");
  const headers = link.read("response", "headers");
  const errors = reader.read(link.read("response", "body"), "errors");
  if (typeof code !== "number" || !headers || !errors || link.read("response", "status") !== undefined) return undefined;
  if (code === UNAUTHORIZED && reader.read(reader.read(errors, 0), "message") === USED_UP) return "PERMANENT";
  const kind = kindOfHttpStatus(code);
  return kind && withHeaders(kind, headers);
}

export const sendgrid: Library = {
  name: "sendgrid",
  looks: { fields: ["response"] },
  meaning: { rule: sendgridRule },
};
