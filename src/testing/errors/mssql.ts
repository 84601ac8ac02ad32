import { builder, type ErrorDetails, entryOf, type Shape } from "./builder.ts";
import { makeError } from "./make-error.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";

/** What SQL Server says with the numbers that people meet, and how grave it is. Source: learn.microsoft.com, "Database Engine events and errors". */
const MSSQL_NUMBERS: Readonly<Record<string, readonly [number, string]>> = {
  102: [15, "Incorrect syntax near 'selec'."],
  1204: [19, "The instance of the SQL Server Database Engine cannot obtain a LOCK resource at this time."],
  1205: [
    13,
    "Transaction was deadlocked on lock resources with another process and has been chosen as the deadlock victim. Rerun the transaction.",
  ],
  1222: [16, "Lock request time out period exceeded."],
  2601: [14, "Cannot insert duplicate key row in object 'dbo.t' with unique index 'i'."],
  2627: [14, "Violation of PRIMARY KEY constraint 'pk'. Cannot insert duplicate key in object 'dbo.t'."],
  3960: [16, "Snapshot isolation transaction aborted due to update conflict."],
  10928: [16, "Resource ID : 1. The request limit for the database is 60 and has been reached."],
  40501: [20, "The service is currently busy. Retry the request after 10 seconds."],
  40613: [17, "Database 'db' on server 'server' is not currently available."],
  49918: [16, "Cannot process request. Not enough resources to process request."],
};

/** What mssql and tedious say themselves: whether it is an error of the connection, and its message. */
const MSSQL_WORDS = {
  ELOGIN: [true, "Login failed for user 'sa'."],
  ETIMEOUT: [true, "Failed to connect to server:1433 in 15000ms"],
  ECONNCLOSED: [true, "Connection is closed."],
  ENOTOPEN: [true, "Connection not yet open."],
  ETIMEOUTREQUEST: [false, "Timeout: Request failed to complete in 15000ms"],
  ECANCEL: [false, "Canceled."],
} as const;

export type MssqlCode = number | keyof typeof MSSQL_WORDS | NetworkCode | "socket hang up";

/** Errors of the connection while it is opened; the others come to a request. */
const ON_CONNECT = ["ECONNREFUSED", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

const connectionError = (code: string, message: string, originalError?: Error): Shape => ({
  classes: ["ConnectionError", "MSSQLError"],
  message,
  own: { code, originalError, name: "ConnectionError" },
});

const requestError = (code: string, message: string, originalError: Error, more: object): Shape => ({
  classes: ["RequestError", "MSSQLError"],
  message,
  own: { code, originalError, name: "RequestError", ...more, precedingErrors: [] },
});

function mssqlShape(code: string, { message: wanted }: ErrorDetails): Shape | undefined {
  if (/^\d+$/.test(code)) {
    const [severity, says] = entryOf(MSSQL_NUMBERS, code) ?? [16, `error ${code}`];
    const message = wanted ?? says;
    const more = { number: Number(code), lineNumber: 1, state: 1, class: severity, serverName: "server", procName: "" };
    return requestError(
      "EREQUEST",
      message,
      makeError({ message, own: { info: { name: "ERROR", message, ...more } } }, mssqlShape),
      more,
    );
  }
  const word = entryOf<readonly [boolean, string]>(MSSQL_WORDS, code);
  if (word !== undefined) {
    const message = wanted ?? word[1];
    const told = code === "ETIMEOUTREQUEST" ? "ETIMEOUT" : code;
    const original = makeError(
      { classes: [word[0] ? "ConnectionError" : "RequestError"], message, own: { code: told } },
      mssqlShape,
    );
    if (!word[0]) return requestError(told, message, original, { number: told });
    return connectionError(told, message, code === "ECONNCLOSED" || code === "ENOTOPEN" ? undefined : original);
  }
  const network = networkShape(code);
  if (network === undefined) return undefined;
  const cause = makeError(network, mssqlShape);
  const told = network.own?.["code"] as string;
  if (!ON_CONNECT.includes(code)) return requestError(told, network.message, cause, { number: told });
  // tedious goes through the addresses of a name, one after the other.
  const all: Shape = { classes: ["AggregateError"], message: "Could not connect (sequence)", errors: [cause] };
  const reason = network.own?.["syscall"] === "connect" ? makeError(all, mssqlShape) : cause;
  const message = wanted ?? `Failed to connect to server:1433 - ${reason.message}`;
  const original: Shape = { classes: ["ConnectionError"], message, own: { code: "ESOCKET" }, cause: reason };
  return connectionError("ESOCKET", message, makeError(original, mssqlShape));
}

/** @param code a number of SQL Server, of which every one is taken, a word of mssql, such as `ELOGIN`, or a code of the network, which it wraps */
export const mssql: (code: MssqlCode, details?: ErrorDetails) => Error = builder<MssqlCode>({
  name: "mssql",
  code: "a number of SQL Server, such as 1205, a word of mssql, such as ELOGIN or ETIMEOUT, or a code of the network, such as ECONNREFUSED",
  words: [...Object.keys(MSSQL_WORDS), ...NETWORK_CODES, "socket hang up"],
  shape: mssqlShape,
});
