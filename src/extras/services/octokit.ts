/*
 * GitHub (`octokit`, `@octokit/rest`, `@octokit/graphql`). What fails on the way gets the status 500, without a response: the cause knows
 * more. GitHub says in words that a limit is reached, where no header does.
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { passingIn } from "../common/index.ts";
import { GRAPHQL_CODES } from "../rpc/graphql.ts";
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

const NO_ANSWER = 500;

/* Sources: docs.github.com, "Rate limits for the REST API"; octokit plugin-throttling src/index.ts. */
const LIMITED = /\bsecondary rate limit\b|\babuse detection mechanism\b|\brate limit exceeded\b/;

/* Source: docs.github.com, "Merge a pull request". */
const BASE_MOVED = /^Base branch was modified/;

/* Nothing to fetch, until somebody pushes. */
const EMPTY = /^Git Repository is empty/;

/* `errors[].type` in an answer of GraphQL. Source: docs.github.com, "Rate limits and query limits for the GraphQL API". */
export const GITHUB_TYPES: Codes = {
  RATE_LIMIT: ["RATE_LIMITED", "RATE_LIMIT"],
  PERMISSION: ["INSUFFICIENT_SCOPES"],
  CONCURRENCY: ["STALE_DATA"],
  PERMANENT: ["MAX_NODE_LIMIT_EXCEEDED", "RESOURCE_LIMITS_EXCEEDED", "EXCESSIVE_PAGINATION", "MISSING_PAGINATION_BOUNDARIES"],
};

const ITS_OWN_FAULT = "Something went wrong while executing your query";

function octokitRule(link: Link): Verdict {
  if (link.name === "HttpError") return kindOfHttpError(link);
  return link.name === "GraphqlResponseError" ? kindOfQuery(link) : undefined;
}

function kindOfHttpError(link: Link): Verdict {
  const status = link.read("status");
  const { message } = link;
  // Versions without a cause quote it.
  if (status === NO_ANSWER && isLost(link)) return passingIn(message);
  const headers = headersOf(link.reader, link.error);
  if (status === 403 && LIMITED.test(message)) return withHeaders("RATE_LIMIT", headers);
  if (status === 405 && BASE_MOVED.test(message)) return "CONCURRENCY";
  return status === 409 && EMPTY.test(message) ? "PERMANENT" : undefined;
}

const isLost = (link: Link): boolean => link.read("response") === undefined;

function kindOfQuery(link: Link): Verdict {
  const { reader } = link;
  const first = reader.read(link.read("errors"), 0);
  const type = reader.read(first, "type");
  const headers = headersOf(reader, link.error);
  if (typeof type === "string") {
    const kind = kindOfCode(GITHUB_TYPES, type);
    return kind && withHeaders(kind, headers);
  }
  const message = reader.read(first, "message");
  if (typeof message === "string" && message.startsWith(ITS_OWN_FAULT)) return withHeaders("SERVER_ERROR", headers);
  return kindOfCode(GRAPHQL_CODES, asText(reader.read(reader.read(first, "extensions"), "code")));
}

export const octokit: Library = {
  name: "octokit",
  looks: { names: ["HttpError", "GraphqlResponseError"] },
  // Without an answer, what fetch threw knows more than the 500.
  onlyWraps: (link) =>
    link.name === "HttpError" && link.read("status") === NO_ANSWER && isLost(link) && link.read("cause") !== undefined,
  meaning: { rule: octokitRule },
};
