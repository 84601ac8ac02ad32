import { algoliasearch } from "algoliasearch";
import { answering, hanging, refusing } from "../servers.mjs";

const at = (...urls) =>
  algoliasearch("APP1", "not-a-key", {
    hosts: urls.map((url) => ({ url: "127.0.0.1", port: Number(new URL(url).port), accept: "readWrite", protocol: "http" })),
    timeouts: { connect: 100, read: 100, write: 100 },
  });
const find = (...urls) => at(...urls).searchSingleIndex({ indexName: "carts", searchParams: { query: "tea" } });

export default {
  library: "algoliasearch",
  packages: ["algoliasearch", "@algolia/client-common"],
  cases: [
    {
      id: "429",
      provoked: "searchSingleIndex, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the rate limit of this key was reached",
      run: async () => find(await answering(429, { message: "Too Many Requests", status: 429 })),
    },
    {
      id: "403.invalid-key",
      provoked: "searchSingleIndex, answered 403: invalid key",
      how: "provoked",
      expected: "AUTH",
      because: "the key is wrong, though the status is 403",
      run: async () => find(await answering(403, { message: "Invalid Application-ID or API key", status: 403 })),
    },
    {
      id: "403.rights",
      provoked: "saveObject, answered 403: not enough rights",
      how: "provoked",
      expected: "PERMISSION",
      because: "this key may not write",
      run: async () =>
        at(await answering(403, { message: "Not enough rights to add an object near line:1 column:17", status: 403 })).saveObject(
          { indexName: "carts", body: { n: 1 } },
        ),
    },
    {
      id: "unreachable.timeout",
      provoked: "searchSingleIndex of two hosts that never answer",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting for each of its hosts",
      run: async () => find(await hanging(), await hanging()),
    },
    {
      id: "unreachable.503",
      provoked: "searchSingleIndex of two hosts that answer 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "each of the hosts failed, as the trace of the attempts says",
      run: async () =>
        find(
          await answering(503, { message: "Service Unavailable", status: 503 }),
          await answering(503, { message: "Service Unavailable", status: 503 }),
        ),
    },
    {
      id: "unreachable.refused",
      provoked: "searchSingleIndex of two hosts that refuse the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => find(await refusing(), await refusing()),
    },
    {
      id: "404.index",
      provoked: "searchSingleIndex, answered 404",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such index",
      run: async () => find(await answering(404, { message: "Index carts does not exist", status: 404 })),
    },
    {
      id: "deserialization",
      provoked: "searchSingleIndex, answered 200 in HTML",
      how: "provoked",
      expected: "UNKNOWN",
      because: "something between here and the service answered with a page",
      run: async () =>
        find(await answering(200, "<html><body>Login to this network</body></html>", { "content-type": "text/html" })),
    },
  ],
};
