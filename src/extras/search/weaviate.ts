/*
 * Weaviate: weaviate-client keeps an HTTP status in `code`, and writes gRPC's code into the message. A database that could not reach the service
 * which makes its vectors answers 500 and quotes that service: the quoted status decides.
 *   WeaviateUnexpectedStatusCodeError { code: 500, message: "... connection to: OpenAI API failed with status: 429 error: ..." }
 *   WeaviateQueryError { message: "... failed with message: /weaviate.v1.Weaviate/Search UNKNOWN: could not find class Events in schema" }
 */
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import { kindOfRpcCode, RPC_NAMES } from "../rpc/status-codes.ts";
import { type Codes, kindOfCode, kindOfPattern, type Library, type Link, type Patterns, type Verdict } from "../shared/index.ts";

/* Source: weaviate-client src/errors.ts. */
export const WEAVIATE_NAMES: Codes = {
  AUTH: ["WeaviateUnauthenticatedError"],
  PERMISSION: ["WeaviateInsufficientPermissionsError"],
  TIMEOUT: ["WeaviateRequestTimeoutError"],
  TRANSIENT: ["WeaviateGRPCUnavailableError"],
  PERMANENT: [
    "WeaviateInvalidInputError",
    "WeaviateSerializationError",
    "WeaviateDeserializationError",
    "WeaviateUnsupportedFeatureError",
    "WeaviateBackupCanceled",
  ],
};

/* These quote what happened. */
export const QUOTING: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "WeaviateQueryError",
  "WeaviateDeleteManyError",
  "WeaviateTenantsGetError",
  "WeaviateBatchError",
  "WeaviateBatchStreamError",
  "WeaviateUnexpectedStatusCodeError",
]);

/* How Weaviate quotes the service of a module. Source: weaviate modules, clients of vectorizers. */
const OF_A_MODULE = /\bfailed with status: (\d{3})\b/;

/* gRPC's path and code, and the words of the server. */
const RPC = /\/weaviate\.v1\.Weaviate\/\w+ ([A-Z_]+): ?(.*)/s;

/* What the server says with the code UNKNOWN, which it uses for nearly everything. Source: weaviate adapters/handlers/grpc. */
export const WORDS: Patterns = {
  TIMEOUT: /context deadline exceeded|timed? ?out/i,
  SERVER_ERROR: /not enough memory|memory pressure|store is read-only|internal/i,
  TRANSIENT: /leader not found|connection refused|connection reset|not ready/i,
  PERMANENT: /could not find|not found|no such|does not exist|invalid|lengths don't match|unknown|unsupported|must be/i,
};

function weaviateRule({ name, message }: Link): Verdict {
  if (!QUOTING.has(name)) return kindOfCode(WEAVIATE_NAMES, name);
  const quoted = kindOfHttpStatus(Number(OF_A_MODULE.exec(message)?.[1]));
  if (quoted !== undefined) return quoted;
  const rpc = RPC.exec(message);
  if (rpc === null) return undefined;
  const [, code, words] = rpc as unknown as [string, string, string];
  return code === "UNKNOWN" ? kindOfPattern(WORDS, words) : kindOfRpcCode(RPC_NAMES.indexOf(code), words);
}

export const weaviate: Library = {
  name: "weaviate",
  looks: { names: [WEAVIATE_NAMES, QUOTING] },
  meaning: { rule: weaviateRule },
};
