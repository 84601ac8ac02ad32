/*
 * SMTP: nodemailer. A reply is told by its words where they speak of a limit, a right or the credentials, then by its number. An error
 * without a reply is told by the code of the system or of TLS, which stands in `originalCode`, then by nodemailer's own.
 */
import { kindOfSystemCode } from "../../core/failure/error-codes.ts";
import type { Kind } from "../../core/failure/kind.ts";
import { kindOfReply } from "../../core/failure/other-protocols.ts";
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  kindOfPattern,
  type Library,
  type Link,
  type Patterns,
  type Verdict,
} from "../shared/index.ts";

/* Source: nodemailer src/errors.ts, and where each is given: smtp-connection, smtp-pool, mailer, xoauth2. */
export const NODEMAILER_CODES: Codes = {
  AUTH: ["EAUTH", "ENOAUTH", "EOAUTH2"],
  TRANSIENT: [
    "ECONNECTION", // closed unexpectedly
    "EDNS",
    "ETLS", // the connection was cut while it was upgraded
    "EMAXLIMIT", // this connection of the pool has sent enough letters
  ],
  PERMANENT: [
    "EREQUIRETLS",
    "EPROTOCOL",
    "EENVELOPE",
    "EMESSAGE",
    "EOTP",
    "ESTREAM",
    "EMAXRECIPIENTS",
    "ECONFIG",
    "EFILEACCESS",
    "EURLACCESS",
  ],
};

/* What has the code of a lost connection too, a code that says little, or none. Sources: nodemailer src/smtp-connection, smtp-pool, mailer, sendmail-transport. */
export const WORDS: Beginnings = {
  TRANSIENT: ["Proxy closed the connection before the tunnel was established"],
  PERMANENT: [
    "Connection pool was closed",
    "Cannot connect - connect() was already called for this connection",
    "Socks module not loaded",
    "Unknown proxy configuration",
    "Can not send mail. Invalid envelope addresses",
    "Sendmail command not found",
    "sendmail was not found",
  ],
};

/* What OpenSSL says behind these words is about certificates and protocols. */
const TLS_REFUSED = /^Error initiating TLS - .*(certificate|altname|routines|alert)/i;

/*
 * Words of replies that pass (4yz). Sources: Amazon SES, "SMTP response codes"; Gmail, "SMTP errors and codes"; Exchange Online, "Fix
 * email delivery issues"; Postfix anvil(8).
 */
export const PASSING_WORDS: Patterns = {
  RATE_LIMIT:
    /\bthrottling\b|\brate\b|\btoo (many|much) (login attempts|messages|mails?|e-?mails?|connections|concurrent|requests)\b|\b(quota|limit) exceeded\b/i,
};

/* Words of refusals (5yz), and enhanced codes of Exchange Online (5.7.57, 5.7.60). */
export const REFUSING_WORDS: Patterns = {
  AUTH: /^\d{3}[ -]5\.7\.57\b|\bauthentication (is )?required\b|\bnot authenticated\b/i,
  PERMISSION:
    /^\d{3}[ -]5\.7\.60\b|\brelay(ing)? (access )?(is )?(denied|not permitted|not allowed|prohibited)\b|\b(access|permission) denied\b|\bnot (permitted|allowed|authorized|authorised)\b/i,
};

/* "Bad sequence of commands" is about the session: on a new connection the letter may go through (nodemailer src/errors.ts). */
const BAD_SEQUENCE = 503;

function smtpRule(link: Link): Verdict {
  const { code, message } = link;
  const reply = link.read("responseCode");
  const response = link.read("response");
  if (typeof reply === "number" && typeof response === "string") return kindOfSmtpReply(link, reply, response);
  return (
    kindOfBeginning(WORDS, message) ??
    kindOfSystemCode(link.text("originalCode")) ??
    (code === "ETLS" && TLS_REFUSED.test(message) ? "PERMANENT" : kindOfCode(NODEMAILER_CODES, code))
  );
}

function kindOfSmtpReply({ reader, error, name }: Link, reply: number, response: string): Kind | undefined {
  if (reply === BAD_SEQUENCE) return "TRANSIENT";
  const byNumber = kindOfReply(reader, error, name, undefined);
  if (reply < 500) return kindOfPattern(PASSING_WORDS, response) ?? byNumber;
  return byNumber === "PERMANENT" ? (kindOfPattern(REFUSING_WORDS, response) ?? byNumber) : byNumber;
}

export const smtp: Library = {
  name: "smtp",
  looks: {
    fields: ["responseCode", "originalCode"],
    codes: [NODEMAILER_CODES],
    beginnings: [WORDS],
  },
  meaning: { rule: smtpRule },
};
