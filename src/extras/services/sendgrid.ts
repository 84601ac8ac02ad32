/* SendGrid: the status, in `code`. A plan whose mails are used up gets a 401, and says so in words. */
import type { Library, Link, Verdict } from "../shared/index.ts";

const UNAUTHORIZED = 401;

/* Source: sendgrid-nodejs issues; Twilio SendGrid, "Maximum credits exceeded". */
const USED_UP = "Maximum credits exceeded";

function sendgridRule(link: Link): Verdict {
  if (link.read("code") !== UNAUTHORIZED) return undefined;
  const { reader } = link;
  const first = reader.read(reader.read(reader.read(link.read("response"), "body"), "errors"), 0);
  return reader.read(first, "message") === USED_UP ? "PERMANENT" : undefined;
}

export const sendgrid: Library = {
  name: "sendgrid",
  looks: { fields: ["response"] },
  meaning: { rule: sendgridRule },
};
