import { MeiliSearch } from "meilisearch-v0-33";
import { answering, refusing } from "../servers.mjs";

const index = (url, more) => new MeiliSearch({ host: url, apiKey: "not-a-key", ...more }).index("carts");
const says = (status, code, type, message, headers) =>
  answering(status, { message, code, type, link: `https://docs.meilisearch.com/errors#${code}` }, headers);

export default {
  library: "meilisearch-v0-33",
  packages: ["meilisearch-v0-33"],
  cases: [
    {
      id: "api.invalid-api-key",
      provoked: "search, answered 403 invalid_api_key",
      how: "provoked",
      expected: "AUTH",
      because: "the key is wrong, though the status is 403",
      run: async () => index(await says(403, "invalid_api_key", "auth", "The provided API key is invalid.")).search("tea"),
    },
    {
      id: "api.internal",
      provoked: "search, answered 500 internal",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server failed",
      run: async () =>
        index(
          await says(
            500,
            "internal",
            "internal",
            "An internal error has occurred. `MDB_CORRUPTED: Located page was wrong type`.",
          ),
        ).search("tea"),
    },
    {
      id: "api.no-space",
      provoked: "addDocuments, answered 422 no_space_left_on_device",
      how: "provoked",
      expected: "PERMANENT",
      because: "somebody has to make room first",
      run: async () =>
        index(await says(422, "no_space_left_on_device", "system", "No space left on device (os error 28)")).addDocuments([
          { id: 1 },
        ]),
    },
    {
      id: "communication.refused",
      provoked: "search, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => index(await refusing()).search("tea"),
    },
    {
      id: "communication.502",
      provoked: "search, answered 502 in HTML",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "a gateway found no server behind it",
      run: async () =>
        index(await answering(502, "<html><body><h1>502 Bad Gateway</h1></body></html>", { "content-type": "text/html" })).search(
          "tea",
        ),
    },
  ],
};
