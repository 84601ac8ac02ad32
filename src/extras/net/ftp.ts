/*
 * FTP: basic-ftp. A reply is told by its words where they speak of a limit, a right or a file in use, then by its number: servers have few
 * numbers and many reasons. What the client says of its connection it says in words; a closed client says what closed it.
 */
import { kindOfReply } from "../../core/failure/other-protocols.ts";
import {
  type Beginnings,
  kindOfBeginning,
  kindOfPattern,
  type Library,
  type Link,
  type Patterns,
  type Verdict,
} from "../shared/index.ts";

/* Sources: the replies of vsftpd, ProFTPD, Pure-FTPd, FileZilla Server and IIS. */
export const REPLY_WORDS: Patterns = {
  RATE_LIMIT:
    /\btoo many (connected |concurrent )?(users|clients|connections|logins|sessions)\b|\bmax(imum)?\b.{0,30}\b(users|clients|connections|logins)\b/i,
  CONCURRENCY: /\b(in use|being used|used by another|file (is )?(busy|locked)|resource busy)\b/i,
  PERMISSION: /\b(permission|access)( is)? denied\b|\bnot permitted\b|\boperation not allowed\b/i,
  PERMANENT: /\bno such file\b|\bfile not found\b/i,
};

/* Source: basic-ftp src/FtpContext.ts, src/transfer.ts, src/Client.ts. */
export const CLIENT_WORDS: Beginnings = {
  TIMEOUT: ["Timeout (control socket)", "Timeout (data socket)", "Timeout when trying to open data connection"],
  TRANSIENT: [
    "Server sent FIN packet unexpectedly",
    "Server closed connection unexpectedly",
    "Socket closed due to transmission error",
    "Control socket is disconnected, can't get remote address",
    "Upload should begin but no data connection is available",
    "Download should begin but no data connection is available",
    "Download will be initiated but no data connection is available",
    "Data transfer should start but there is no data connection",
  ],
  PERMANENT: [
    "User closed client",
    "User launched a task while another one is still running",
    "Invalid command: Contains control characters",
    "PASV returned another host",
    "Can't parse response to ",
    "Can't parse PASV response",
    "Can't parse EPSV response",
    "FTP control response exceeded maximum allowed size",
    "Unexpected FTP response is requesting an answer",
    "StringWriter: ",
    "This library only supports MLSD, Unix- or DOS-style directory listing",
  ],
};

/* How it quotes what came before: a client says why it was closed, a transfer why its last way failed. */
const CLOSED = "Client is closed because ";
const NO_WAY = "None of the available transfer strategies work. Last error response was '";

/* A transfer quotes the name of an error before its words. Of a reply, the number stands first in them. */
const NAME = /^(?:FTPError|Error): /;
const NUMBER = /^[45]\d\d/;

function ftpRule({ reader, error, name, message }: Link): Verdict {
  if (name === "FTPError") return kindOfFtpReply(message, reader.read(error, "code"));
  if (name !== "Error") return undefined;
  const beginning = [CLOSED, NO_WAY].find((words) => message.startsWith(words));
  const words = message.slice(beginning?.length ?? 0).replace(NAME, "");
  const number = NUMBER.exec(words)?.[0];
  return beginning !== undefined && number !== undefined
    ? kindOfFtpReply(words, Number(number))
    : kindOfBeginning(CLIENT_WORDS, words);

  function kindOfFtpReply(reply: string, code: unknown): Verdict {
    const byNumber = kindOfReply(reader, error, "FTPError", code);
    return byNumber && (kindOfPattern(REPLY_WORDS, reply) ?? byNumber);
  }
}

export const ftp: Library = {
  name: "ftp",
  looks: {
    names: ["FTPError"],
    beginnings: [CLIENT_WORDS, CLOSED, NO_WAY],
  },
  meaning: { rule: ftpRule },
};
