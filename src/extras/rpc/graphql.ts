/*
 * GraphQL, whichever client throws: an answer may be a 200 and hold errors, each with a code in `extensions.code` or a status beside it. What
 * their messages quote happened behind the server, so the code counts first. A status of the answer itself says it too, and is HTTP's.
 *   @apollo/client 4           CombinedGraphQLErrors { errors }, ServerError { statusCode }, ServerParseError
 *   @apollo/client 3           ApolloError { graphQLErrors, networkError }
 *   @urql/core                 CombinedError { graphQLErrors, networkError, response }
 *   graphql-request            ClientError { response: { errors, status, headers }, request }
 *   graphql                    GraphQLError { extensions }
 */
import { headersOf } from "../../core/failure/http/answer.ts";
import { httpStatus, kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import { kindOfWord } from "../common/index.ts";
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

/*
 * Codes that the vocabulary of all services does not have, or means otherwise. Sources: Apollo Server, "Error handling", and GraphOS Router,
 * "Router errors"; Hasura graphql-engine Hasura/Base/Error.hs; graphql-ruby lib/graphql/static_validation; Shopify, "GraphQL Admin API: status and error codes".
 */
export const GRAPHQL_CODES: Codes = {
  PERMANENT: [
    "OPERATION_RESOLUTION_FAILURE",
    "PERSISTED_QUERY_ID_REQUIRED",
    "QUERY_NOT_IN_SAFELIST",
    "PARSING_ERROR",
    "VALIDATION_INVALID_TYPE_VARIABLE",
    "MAX_DEPTH_LIMIT",
    "MAX_HEIGHT_LIMIT",
    "MAX_ALIASES_LIMIT",
    "MAX_ROOT_FIELDS_LIMIT",
    "COST_ESTIMATED_TOO_EXPENSIVE",
    "MAX_COST_EXCEEDED",
    "SHOP_INACTIVE",
    // Hasura's
    "constraint-violation",
    "constraint-error",
    "data-exception",
    "not-null-violation",
    "not-exists",
    "parse-failed",
    "invalid-params",
    "invalid-json",
    "coercion-error",
    "unexpected-payload",
    "depth-limit-exceeded",
    "node-limit-exceeded",
    // graphql-ruby's: GitHub, GitLab, Shopify
    "anonymousFragment",
    "argumentLiteralsIncompatible",
    "argumentNotAccepted",
    "argumentNotUnique",
    "cannotSpreadFragment",
    "defaultValueInvalidOnNonNullVariable",
    "defaultValueInvalidType",
    "directiveCannotBeApplied",
    "directiveNotUniqueForLocation",
    "fieldConflict",
    "fragmentNotUnique",
    "fragmentOnNonCompositeType",
    "infiniteLoop",
    "inputFieldNotUnique",
    "invalidOneOfInputObject",
    "missingMutationConfiguration",
    "missingQueryConfiguration",
    "missingRequiredArguments",
    "missingRequiredInputObjectAttribute",
    "missingSubscriptionConfiguration",
    "notSingleSubscription",
    "queryContainsSchemaDefinitions",
    "selectionMismatch",
    "undefinedDirective",
    "undefinedField",
    "undefinedType",
    "uniquelyNamedOperations",
    "useAndDefineFragment",
    "variableMismatch",
    "variableNotDefined",
    "variableNotUnique",
    "variableNotUsed",
    "variableRequiresValidType",
  ],
  AUTH: ["invalid-headers", "invalid-jwt-key", "jwt-missing-role-claims", "jwt-invalid-claims", "AUTH_ERROR"],
  CONCURRENCY: ["concurrent-update"],
  RATE_LIMIT: ["REQUEST_CONCURRENCY_LIMITED"],
  TIMEOUT: ["time-limit-exceeded", "connection-timeout-error"],
  SERVER_ERROR: [
    "unexpected",
    "postgres-max-connections-error",
    "remote-schema-error",
    "DOWNSTREAM_SERVICE_ERROR",
    "SUBREQUEST_HTTP_ERROR",
    "SUBREQUEST_MALFORMED_RESPONSE",
  ],
};

// A list may be long; the first errors are the ones that happened first.
const MOST_ERRORS = 3;

function graphqlRule(link: Link): Verdict {
  const { reader, error } = link;
  const status = httpStatus(reader, error, 0);
  if (status !== undefined) return undefined;
  // A page in place of an answer: it may be gone in a while, or the address is wrong.
  if (link.name === "ServerParseError" || link.read("networkError", "name") === "SyntaxError") return "UNKNOWN";
  const listed = link.name === "CombinedGraphQLErrors" ? link.read("errors") : undefined;
  for (const errors of [[error], link.read("graphQLErrors"), link.read("response", "errors"), listed]) {
    for (let i = 0; i < MOST_ERRORS; i++) {
      const one = reader.read(errors, i);
      // GitHub's code stands beside the message.
      const kind =
        kindOfExtensions(link, reader.read(one, "extensions")) ??
        (one === error ? undefined : kindOfWords(reader.read(one, "type")));
      if (kind !== undefined) return withHeaders(kind, headersOf(reader, error));
    }
  }
  return undefined;
}

function kindOfExtensions({ reader }: Link, extensions: unknown): Kind | undefined {
  const read = (key: string, inner?: string): string => {
    const value = reader.read(extensions, key);
    return asText(inner === undefined ? value : reader.read(value, inner));
  };
  const code = read("code");
  const kind = kindOfCode(GRAPHQL_CODES, code);
  if (kind !== undefined) return kind;
  // Apollo Server's, Apollo Gateway's, and NestJS's.
  for (const status of [
    read("http", "status"),
    read("response", "status"),
    read("status"),
    read("statusCode"),
    read("originalError", "statusCode"),
    code,
  ]) {
    const byStatus = Number(status) >= 400 ? kindOfHttpStatus(Number(status)) : undefined;
    if (byStatus !== undefined) return byStatus;
  }
  return kindOfWords(code) ?? kindOfWords(read("type")) ?? kindOfWords(read("exception", "code"));
}

const kindOfWords = (code: unknown): Kind | undefined => kindOfWord(asText(code));

export const graphql: Library = {
  name: "graphql",
  looks: {
    fields: ["graphQLErrors", "extensions", "request"],
    names: ["CombinedGraphQLErrors", "GraphQLError", "ServerParseError"],
  },
  meaning: { rule: graphqlRule },
};
