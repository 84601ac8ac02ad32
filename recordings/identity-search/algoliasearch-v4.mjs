import algoliasearch from "algoliasearch-v4";
import { answering, hanging, refusing } from "../servers.mjs";

const index = (...urls) =>
  algoliasearch("APP1", "not-a-key", {
    hosts: urls.map((url) => ({ url: new URL(url).host, protocol: "http" })),
    timeouts: { connect: 0.1, read: 0.1, write: 0.1 },
  }).initIndex("carts");

export default {
  library: "algoliasearch-v4",
  packages: ["algoliasearch-v4"],
  cases: [
    {
      id: "429",
      provoked: "search, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the rate limit of this key was reached",
      run: async () => index(await answering(429, { message: "Too Many Requests", status: 429 })).search("tea"),
    },
    {
      id: "403.invalid-key",
      provoked: "search, answered 403: invalid key",
      how: "provoked",
      expected: "AUTH",
      because: "the key is wrong, though the status is 403",
      run: async () => index(await answering(403, { message: "Invalid Application-ID or API key", status: 403 })).search("tea"),
    },
    {
      id: "400",
      provoked: "saveObject, answered 400: the record is too big",
      how: "provoked",
      expected: "PERMANENT",
      because: "the record will be too big at the next attempt too",
      run: async () =>
        index(
          await answering(400, {
            message:
              "Record at the position 0 objectID=1 is too big size=20000/10000 bytes. Please have a look at https://www.algolia.com/doc/guides/sending-and-managing-data/prepare-your-data/in-depth/index-and-records-size-and-usage-limitations/#record-size-limits",
            status: 400,
          }),
        ).saveObject({ objectID: "1" }),
    },
    {
      id: "unreachable.503",
      provoked: "search of two hosts that answer 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "each of the hosts failed, as the trace of the attempts says",
      run: async () =>
        index(
          await answering(503, { message: "Service Unavailable", status: 503 }),
          await answering(503, { message: "Service Unavailable", status: 503 }),
        ).search("tea"),
    },
    {
      id: "unreachable.refused",
      provoked: "search of two hosts that refuse the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => index(await refusing(), await refusing()).search("tea"),
    },
    {
      id: "unreachable.timeout",
      provoked: "search of two hosts that never answer",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting for each of its hosts",
      run: async () => index(await hanging(), await hanging()).search("tea"),
    },
  ],
};
