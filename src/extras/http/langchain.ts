/*
 * LangChain and LangGraph: errors of the models' clients come through with a code of LangChain's beside their own status, and with a mark that says whether
 * to try again. Where LangChain has wrapped or made an error itself, its name, its code or its mark is all there is.
 */
import { httpStatus } from "../../core/failure/http/status.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Source: @langchain/core src/errors/index.ts and src/utils/async_caller.ts; @langchain/langgraph src/errors.ts. */
export const LANGCHAIN_NAMES: Codes = {
  PERMANENT: [
    "ContextOverflowError",
    "ModelAbortError",
    "ModelRefusalError",
    // A 429 that no waiting cures, under LangChain's names.
    "InsufficientQuotaError",
    "RateLimitQuotaExhaustedError",
    // LangGraph
    "GraphRecursionError",
    "GraphValueError",
    "InvalidUpdateError",
    "EmptyInputError",
    "EmptyChannelError",
    "MultipleSubgraphsError",
    "UnreachableNodeError",
  ],
};

/* Source: @langchain/core src/errors/index.ts, LangChainErrorCodes; @langchain/langgraph src/errors.ts. */
export const LANGCHAIN_CODES: Codes = {
  PERMANENT: [
    "CONTEXT_OVERFLOW",
    "INVALID_PROMPT_INPUT",
    "INVALID_TOOL_RESULTS",
    "MESSAGE_COERCION_FAILURE",
    "MODEL_NOT_FOUND",
    "MODEL_ABORTED",
    "OUTPUT_PARSING_FAILURE",
    "GRAPH_RECURSION_LIMIT",
    "INVALID_CONCURRENT_GRAPH_UPDATE",
    "INVALID_GRAPH_NODE_RETURN_VALUE",
    "MISSING_CHECKPOINTER",
    "MULTIPLE_SUBGRAPHS",
    "UNREACHABLE_NODE",
  ],
  AUTH: ["MODEL_AUTHENTICATION"],
  RATE_LIMIT: ["MODEL_RATE_LIMIT"],
};

/** Not enumerable, so it is asked for: @langchain/core src/errors/index.ts, getRetryable. */
const RETRYABLE = Symbol.for("langchain.errors.retryable");

/* What a model wants to give to a tool does not fit; asked again, it may say something else, but this call will not. Source: src/tools/index.ts. */
const TOOL_INPUT = "Received tool input did not match expected schema";

function langchainRule(link: Link): Verdict {
  if (link.message.startsWith(TOOL_INPUT)) return "PERMANENT";
  const kind = kindOfCode(LANGCHAIN_NAMES, link.name);
  if (kind !== undefined || link.text("rateLimitType") === "stop") return "PERMANENT";
  // A status says it with its headers.
  return httpStatus(link.reader, link.error) === undefined ? kindOfCode(LANGCHAIN_CODES, link.text("lc_error_code")) : undefined;
}

/** The mark, of an error that says nothing else. */
function markRule(link: Link): Verdict {
  const mark = link.read(RETRYABLE);
  return typeof mark === "boolean" ? (mark ? "TRANSIENT" : "PERMANENT") : undefined;
}

export const langchain: Library = {
  name: "langchain",
  looks: { fields: ["lc_error_code", "rateLimitType"], names: [LANGCHAIN_NAMES], beginnings: [TOOL_INPUT] },
  meaning: { rule: langchainRule, fallbacks: [markRule] },
};
