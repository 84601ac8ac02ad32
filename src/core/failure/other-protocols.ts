/*
 * Protocols whose replies are numbers from 400 to 599 too, and mean something else than HTTP's. An error is told by its name, by the fields
 * that only such a client sets, or by the words in which it quotes the reply.
 *   FTP    basic-ftp       FTPError { code: 530 }
 *   SMTP   nodemailer      Error { responseCode: 535, response: "535 5.7.8 ...", command: "AUTH PLAIN" }
 *   AMQP   amqplib         Error { code: 404, classId, methodId }
 * 4xx is a passing state to FTP and SMTP, 5xx a refusal, but for the tables.
 */
import type { ErrorReader } from "./chain.ts";
import type { Kind } from "./kind.ts";

type Replies = Readonly<Record<number, Kind>>;

/* Sources: RFC 959, 4.2 (530, 532); RFC 2228, 5 (534, 535, 536, 537); 430 of common servers. */
const FTP: Replies = {
  430: "AUTH", // invalid user name or password
  530: "AUTH", // not logged in
  532: "AUTH", // an account is needed for storing files
};

/* Sources: RFC 5321, 4.2; RFC 4954, 4 and 6; RFC 5248 (538). 454 is a temporary failure of authentication. */
const SMTP: Replies = {
  432: "AUTH", // a password transition is needed
  530: "AUTH", // authentication is required
  534: "AUTH", // the mechanism of authentication is too weak
  535: "AUTH", // the credentials are invalid
  538: "AUTH", // the mechanism of authentication requires encryption
};

/* Sources: amqp0-9-1.extended.xml, constants. Every other one is a fault of the client. */
const AMQP: Replies = {
  403: "PERMISSION", // ACCESS_REFUSED
  405: "CONCURRENCY", // RESOURCE_LOCKED
  506: "TRANSIENT", // RESOURCE_ERROR
  541: "SERVER_ERROR", // INTERNAL_ERROR
};

/* Names that speak of a protocol or a database with numbers of its own. */
const FOREIGN = /ftp|smtp|amqp|nntp|imap|mqtt|ldap|snmp|websocket|^mongo|sqlite|nodemailer/i;

/** Whether a number in the `code` of an error of this name is no status of HTTP. */
export function speaksNoHttp(reader: ErrorReader, error: object, name: unknown): boolean {
  return (typeof name === "string" && FOREIGN.test(name)) || isAmqp(reader, error, name);
}

/** What the reply of FTP, SMTP or AMQP means that an error carries; `undefined` where it carries none. */
export function kindOfReply(reader: ErrorReader, error: object, name: unknown, code: unknown): Kind | undefined {
  const responseCode = reader.read(error, "responseCode");
  if (isReply(responseCode)) return isSmtp(reader, error) ? passingOr(SMTP, responseCode) : undefined;
  if (!isReply(code)) return undefined;
  if (isAmqp(reader, error, name)) return AMQP[code] ?? "PERMANENT";
  // Any other number of an error whose name tells of no protocol is a status of HTTP, and was taken for one.
  const protocol = name as string;
  if (/smtp|nodemailer/i.test(protocol)) return passingOr(SMTP, code);
  return /(?<!s)ftp/i.test(protocol) ? passingOr(FTP, code) : undefined;
}

const isReply = (value: unknown): value is number =>
  Number.isInteger(value) && (value as number) >= 400 && (value as number) < 600;

const passingOr = (replies: Replies, reply: number): Kind => replies[reply] ?? (reply < 500 ? "TRANSIENT" : "PERMANENT");

/** A client of HTTP keeps an object as its response, and nodemailer the text of the reply, if any. */
function isSmtp(reader: ErrorReader, error: object): boolean {
  return typeof reader.read(error, "response") !== "object";
}

function isAmqp(reader: ErrorReader, error: object, name: unknown): boolean {
  return (typeof name === "string" && /amqp/i.test(name)) || typeof reader.read(error, "classId") === "number";
}
