/*
 * Pinecone: the name says the status, and the message what the name does not: 403 is called a bad request, and 429 has no name. A limit of
 * the plan comes as 403 or 429, and no waiting raises it.
 *   PineconeUnmappedHttpError { message: "... Request failed. You've reached your write unit limit for the current month ... Status: 429." }
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Source: @pinecone-database/pinecone src/errors. */
export const PINECONE_NAMES: Codes = {
  AUTH: ["PineconeAuthorizationError"],
  TIMEOUT: ["PineconeTimeoutError"],
  TRANSIENT: ["PineconeUnableToResolveHostError"],
  SERVER_ERROR: ["PineconeInternalServerError", "PineconeUnavailableError", "PineconeMaxRetriesExceededError"],
  PERMANENT: [
    "PineconeArgumentError",
    "PineconeBadRequestError",
    "PineconeConfigurationError",
    "PineconeEnvironmentVarsNotSupportedError",
    "PineconeIndexInitializationFailedError",
    "PineconeIndexTerminatedError",
    "PineconeMethodNotAllowedError",
    "PineconeNotFoundError",
    "PineconeNotImplementedError",
    "PineconeUnprocessableEntityError",
  ],
};

const CONFLICT = "PineconeConflictError";
const UNMAPPED = "PineconeUnmappedHttpError";

/* What Pinecone says of limits that are the plan's or the month's. Source: Pinecone, "Error codes", "Rate limits". */
const OF_THE_PLAN = /upgrade your plan|for the current month/i;
const OF_THE_PROJECT = /reached the max|upgrade your plan/i;

const FORBIDDEN = /"status":403|"code":"FORBIDDEN"/;
const STATUS = /\bStatus: (\d{3})\./;

function pineconeRule({ name, message }: Link): Verdict {
  if (name === CONFLICT) return /already exists|ALREADY_EXISTS/.test(message) ? "PERMANENT" : "CONCURRENCY";
  if (name === UNMAPPED) return OF_THE_PLAN.test(message) ? "PERMANENT" : kindOfHttpStatus(Number(STATUS.exec(message)?.[1]));
  if (name === "PineconeBadRequestError" && FORBIDDEN.test(message) && !OF_THE_PROJECT.test(message)) return "PERMISSION";
  return kindOfCode(PINECONE_NAMES, name);
}

export const pinecone: Library = {
  name: "pinecone",
  looks: { names: [PINECONE_NAMES, CONFLICT, UNMAPPED] },
  meaning: { rule: pineconeRule },
};
