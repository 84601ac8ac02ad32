import { Client } from "@opensearch-project/opensearch";
import { answering, cutting, hanging } from "../servers.mjs";

const at = (url, more) => new Client({ node: url, maxRetries: 0, ...more });
const says = (status, error) =>
  answering(status, { error: { root_cause: [{ type: error.type, reason: error.reason }], ...error }, status });
const write = (url, more) => at(url, more).index({ index: "carts", id: "1", body: { n: 1 } });

export default {
  library: "opensearch",
  packages: ["@opensearch-project/opensearch"],
  cases: [
    {
      id: "429.text",
      provoked: "bulk, answered 429 by the domain in plain text",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests at once",
      run: async () =>
        at(await answering(429, "429 Too Many Requests /_bulk", { "content-type": "text/plain;charset=ISO-8859-1" })).bulk({
          body: [{ index: { _index: "carts" } }, { n: 1 }],
        }),
    },
    {
      id: "403.token-expired",
      provoked: "index, answered 403 by AWS: the token has expired",
      how: "provoked",
      expected: "AUTH",
      because: "the token of the role has expired, and a fresh one helps",
      run: async () =>
        write(
          await answering(
            403,
            { message: "The security token included in the request is expired" },
            { "x-amzn-errortype": "ExpiredTokenException" },
          ),
        ),
    },
    {
      id: "403.no-permissions",
      provoked: "index, answered 403 security_exception",
      how: "provoked",
      expected: "PERMISSION",
      because: "this role may not write there",
      run: async () =>
        write(
          await says(403, {
            type: "security_exception",
            reason: "no permissions for [indices:data/write/index] and User [name=ada, backend_roles=[], requestedTenant=null]",
          }),
        ),
    },
    {
      id: "409.version-conflict",
      provoked: "update, answered 409 version_conflict_engine_exception",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has changed the document",
      run: async () =>
        at(
          await says(409, {
            type: "version_conflict_engine_exception",
            reason:
              "[1]: version conflict, required seqNo [12], primary term [1]. current document has seqNo [13] and primary term [1]",
            index: "carts",
            shard: "0",
            index_uuid: "x",
          }),
        ).update({ index: "carts", id: "1", body: { doc: { n: 2 } } }),
    },
    {
      id: "504.text",
      provoked: "search, answered 504 by the domain",
      how: "provoked",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "the domain gave up waiting for its nodes",
      run: async () => at(await answering(504, { message: null })).search({ index: "carts", body: {} }),
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
      id: "cut",
      provoked: "index, the connection was cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection broke under way",
      run: async () => write(await cutting()),
    },
    {
      id: "no-living-connections",
      provoked: "index of a pool whose nodes are all filtered out",
      how: "provoked",
      expected: "TRANSIENT",
      because: "no node is alive now",
      run: async () => at(await cutting(), { nodeFilter: () => false }).index({ index: "carts", body: {} }),
    },
  ],
};
