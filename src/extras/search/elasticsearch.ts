/*
 * Elasticsearch and OpenSearch: a `meta` on every error, with the status and the body of the answer. The type of the body's error says where the
 * status is not enough; ConnectionError also stands for certificates, of which only words are left.
 */
import { passingIn } from "../common/index.ts";
import { asText, type Codes, kindOfCode, type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

/*
 * Where the status says something else, or nothing of a wait that was given up. Source: elasticsearch server/src/main/java/org/elasticsearch
 * (ElasticsearchException.java, and the classes that it lists); the same of OpenSearch.
 */
export const SEARCH_TYPES: Codes = {
  RATE_LIMIT: ["es_rejected_execution_exception", "rejected_execution_exception"],
  GATEWAY_TIMEOUT: [
    "timeout_exception",
    "receive_timeout_transport_exception",
    "process_cluster_event_timeout_exception",
    "elasticsearch_timeout_exception",
    "opensearch_timeout_exception",
  ],
  TRANSIENT: [
    "node_not_connected_exception",
    "node_disconnected_exception",
    "connect_transport_exception",
    "node_closed_exception",
  ],
  CONCURRENCY: ["concurrent_snapshot_execution_exception", "snapshot_in_progress_exception"],
  PERMANENT: ["task_cancelled_exception"],
};

/* Source: elastic-transport-js src/errors.ts; opensearch-js lib/errors.js. */
export const SEARCH_NAMES: Codes = {
  TRANSIENT: ["NoLivingConnectionsError"],
  PERMANENT: [
    "RequestAbortedError",
    "ConfigurationError",
    "SerializationError",
    "ProductNotSupportedError",
    "NotCompatibleError",
  ],
};

const CONNECTION = "ConnectionError";
const CERTIFICATE = /\bcertificate\b/i;

export const CLIENTS: readonly string[] = ["elasticsearch-js", "opensearch-js"];

function searchRule(link: Link): Verdict {
  const { name, message, reader } = link;
  const meta = link.read("meta");
  if (!CLIENTS.includes(reader.read(reader.read(meta, "meta"), "name") as string)) return kindWithoutMeta(link);
  if (name === CONNECTION) return CERTIFICATE.test(message) ? "PERMANENT" : passingIn(message);
  const type = reader.read(reader.read(reader.read(meta, "body"), "error"), "type");
  const kind = kindOfCode(SEARCH_TYPES, asText(type));
  return kind === undefined ? kindOfCode(SEARCH_NAMES, name) : withHeaders(kind, reader.read(meta, "headers"));
}

/** What happened before there was a request, or to one that could not be written: it is in `data`. Few others have these names. */
function kindWithoutMeta(link: Link): Verdict {
  if (link.name === "SerializationError") return link.read("data") === undefined ? undefined : "PERMANENT";
  return BEFORE.includes(link.name) ? kindOfCode(SEARCH_NAMES, link.name) : undefined;
}

export const BEFORE: readonly string[] = ["NoLivingConnectionsError", "ProductNotSupportedError", "NotCompatibleError"];

export const elasticsearch: Library = {
  name: "elasticsearch",
  looks: { fields: ["meta"], names: [SEARCH_NAMES, CONNECTION] },
  meaning: { rule: searchRule },
};
