/*
 * Elasticsearch and OpenSearch: a `meta` on every error, with the status and the body of the answer. The type of the body's error says where the
 * status is not enough; ConnectionError also stands for certificates, of which only words are left.
 */
import { passingIn } from "../common/index.ts";
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/*
 * Where the status says something else. Sources: elasticsearch server/src/main/java/org/elasticsearch/ElasticsearchException.java; the same of
 * OpenSearch; docs of "Circuit breaker settings" and "Task cancellation".
 */
export const SEARCH_TYPES: Codes = {
  RATE_LIMIT: ["es_rejected_execution_exception", "rejected_execution_exception", "circuit_breaking_exception"],
  GATEWAY_TIMEOUT: [
    "timeout_exception",
    "receive_timeout_transport_exception",
    "process_cluster_event_timeout_exception",
    "elasticsearch_timeout_exception",
    "opensearch_timeout_exception",
  ],
  SERVER_ERROR: [
    "no_shard_available_action_exception",
    "cluster_manager_not_discovered_exception",
    "master_not_discovered_exception",
  ],
  TRANSIENT: [
    "node_not_connected_exception",
    "node_disconnected_exception",
    "connect_transport_exception",
    "node_closed_exception",
  ],
  CONCURRENCY: ["version_conflict_engine_exception", "concurrent_snapshot_execution_exception", "snapshot_in_progress_exception"],
  // With 500 or 409 in some versions, and set for good.
  PERMANENT: [
    "resource_already_exists_exception",
    "index_already_exists_exception",
    "too_many_clauses",
    "task_cancelled_exception",
  ],
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
const CERTIFICATE = /\bcertificate\b|certificate's altnames/i;

const CLIENTS: readonly string[] = ["elasticsearch-js", "opensearch-js"];

function searchRule(link: Link): Verdict {
  const { name, message, reader } = link;
  const meta = link.read("meta");
  if (!CLIENTS.includes(reader.read(reader.read(meta, "meta"), "name") as string)) return kindOfConfiguration(link);
  if (name === CONNECTION) return CERTIFICATE.test(message) ? "PERMANENT" : (passingIn(message) ?? undefined);
  const type = reader.read(reader.read(reader.read(meta, "body"), "error"), "type");
  return (typeof type === "string" ? kindOfCode(SEARCH_TYPES, type) : undefined) ?? kindOfCode(SEARCH_NAMES, name);
}

/** Only these two have no `meta`, and few others have their names. */
function kindOfConfiguration({ name }: Link): Verdict {
  return name === "NoLivingConnectionsError" ? "TRANSIENT" : name === "ProductNotSupportedError" ? "PERMANENT" : undefined;
}

export const elasticsearch: Library = {
  name: "elasticsearch",
  looks: { fields: ["meta"], names: [SEARCH_NAMES, CONNECTION] },
  meaning: { rule: searchRule },
};
