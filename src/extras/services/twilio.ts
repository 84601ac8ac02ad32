/* Twilio: the status, but where the number of the error says something else. */
import { headersOf } from "../../core/failure/http/answer.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

/* Source: twilio.com/docs/api/errors. */
export const TWILIO_NUMBERS: Codes = {
  RATE_LIMIT: [
    14107, // SMS send rate limit exceeded
    21611, // this "From" number has exceeded the maximum number of queued messages
    30001, // queue overflow
    30022, // US A2P 10DLC: rate limits exceeded
    30027, // US A2P 10DLC: T-Mobile daily message limit reached
    63018, // rate limit exceeded for channel
  ],
  AUTH: [
    20101, // invalid access token
    20102, // invalid access token header
    20103, // invalid access token issuer or subject
    20104, // access token expired or expiration date invalid
    20105, // access token not yet valid
    20106, // invalid access token grants
    20107, // invalid access token signature
  ],
  PERMISSION: [
    21215, // account not authorized to call that country
    21216, // account not allowed to call that number
    21408, // permission to send an SMS has not been enabled for the region
  ],
};

const DOCS = /^https:\/\/www\.twilio\.com\/docs\//;

/** `RestException` has the page of the error in `moreInfo`, `TwilioServiceException` in `type`. */
function twilioRule(link: Link): Verdict {
  if (!DOCS.test(link.text("moreInfo")) && !DOCS.test(link.text("type"))) return undefined;
  const code = link.read("code");
  const kind = typeof code === "number" ? kindOfCode(TWILIO_NUMBERS, code) : undefined;
  return kind && withHeaders(kind, headersOf(link.reader, link.error));
}

export const twilio: Library = {
  name: "twilio",
  looks: { fields: ["moreInfo", "title"] },
  meaning: { rule: twilioRule },
};
