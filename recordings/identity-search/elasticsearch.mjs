import { Client } from "@elastic/elasticsearch";
import { answering, hanging, refusing } from "../servers.mjs";

const at = (url, more) => new Client({ node: url, maxRetries: 0, auth: { apiKey: "not-a-key" }, ...more });
const says = (status, error, headers = {}) =>
  answering(
    status,
    { error: { root_cause: [{ type: error.type, reason: error.reason }], ...error }, status },
    { "x-elastic-product": "Elasticsearch", "content-type": "application/vnd.elasticsearch+json;compatible-with=9", ...headers },
  );
const write = (url, more) => at(url, more).index({ index: "carts", id: "1", document: { n: 1 } });

export default {
  library: "elasticsearch",
  packages: ["@elastic/elasticsearch", "@elastic/transport"],
  cases: [
    {
      id: "429.rejected",
      provoked: "index, answered 429 es_rejected_execution_exception",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the queue of the thread pool is full",
      run: async () =>
        write(
          await says(429, {
            type: "es_rejected_execution_exception",
            reason:
              "rejected execution of coordinating operation [coordinating_and_primary_bytes=53687091, replica_bytes=0, all_bytes=53687091, coordinating_operation_bytes=100, max_coordinating_and_primary_bytes=53687091]",
          }),
        ),
    },
    {
      id: "409.version-conflict",
      provoked: "index with if_seq_no, answered 409 version_conflict_engine_exception",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has changed the document",
      run: async () =>
        at(
          await says(409, {
            type: "version_conflict_engine_exception",
            reason:
              "[1]: version conflict, required seqNo [5], primary term [1]. current document has seqNo [6] and primary term [1]",
            index_uuid: "x",
            shard: "0",
            index: "carts",
          }),
        ).index({ index: "carts", id: "1", if_seq_no: 5, if_primary_term: 1, document: { n: 2 } }),
    },
    {
      id: "400.exists",
      provoked: "indices.create, answered 400 resource_already_exists_exception",
      how: "provoked",
      expected: "PERMANENT",
      because: "the index exists, and will at the next attempt",
      run: async () =>
        at(
          await says(400, {
            type: "resource_already_exists_exception",
            reason: "index [carts/AbC] already exists",
            index_uuid: "AbC",
            index: "carts",
          }),
        ).indices.create({ index: "carts" }),
    },
    {
      id: "401.security",
      provoked: "index, answered 401 security_exception",
      how: "provoked",
      expected: "AUTH",
      because: "the key is not taken",
      run: async () =>
        write(
          await says(401, {
            type: "security_exception",
            reason: "unable to authenticate with provided credentials and anonymous access is not allowed for this request",
            additional_unsuccessful_credentials: "API key: invalid credentials for API key [x]",
            header: { "WWW-Authenticate": ["ApiKey"] },
          }),
        ),
    },
    {
      id: "403.security",
      provoked: "index, answered 403 security_exception",
      how: "provoked",
      expected: "PERMISSION",
      because: "this key may not write there",
      run: async () =>
        write(
          await says(403, {
            type: "security_exception",
            reason:
              "action [indices:data/write/index] is unauthorized for API key id [x] of user [ada] on indices [carts], this action is granted by the index privileges [create_doc,create,index,write,all]",
          }),
        ),
    },
    {
      id: "503.all-shards-failed",
      provoked: "search, answered 503 search_phase_execution_exception",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "no shard could answer",
      run: async () =>
        at(
          await says(503, {
            type: "search_phase_execution_exception",
            reason: "all shards failed",
            phase: "query",
            grouped: true,
            root_cause: [],
            failed_shards: [
              { shard: 0, index: "carts", node: null, reason: { type: "no_shard_available_action_exception", reason: null } },
            ],
          }),
        ).search({ index: "carts" }),
    },
    {
      id: "timeout",
      provoked: "index with requestTimeout: 50, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => write(await hanging(), { requestTimeout: 50 }),
    },
    {
      id: "refused",
      provoked: "index, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => write(await refusing()),
    },
    {
      id: "503.no-master",
      provoked: "indices.create, answered 503 master_not_discovered_exception",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the cluster is electing its master",
      run: async () =>
        at(await says(503, { type: "master_not_discovered_exception", reason: null })).indices.create({ index: "carts" }),
    },
    {
      id: "aborted",
      provoked: "search, aborted by the caller",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller did not want it any more",
      run: async () => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 30);
        return at(await hanging()).search({ index: "carts" }, { signal: stop.signal });
      },
    },
    {
      id: "product",
      provoked: "index, answered 200 by something that is no Elasticsearch",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address is wrong",
      run: async () => write(await answering(200, { ok: true })),
    },
  ],
};
