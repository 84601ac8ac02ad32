import { Dropbox } from "dropbox";
import { say } from "../built-in-hosts.mjs";

const dropbox = new Dropbox({ accessToken: "wrong", fetch: globalThis.fetch });
const upload = () => dropbox.filesUpload({ path: "/a.txt", contents: "a" });

export default {
  library: "dropbox",
  packages: ["dropbox"],
  cases: [
    {
      id: "429.too-many-writes",
      provoked: "filesUpload, answered 429 too_many_write_operations with Retry-After: 1",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 1000,
      because: "too many writes in this namespace at the moment",
      run: () => {
        say(
          429,
          {
            error: { reason: { ".tag": "too_many_write_operations" }, retry_after: 1 },
            error_summary: "too_many_write_operations/..",
          },
          { "retry-after": "1" },
        );
        return upload();
      },
    },
    {
      id: "409.not-found",
      provoked: "filesDeleteV2, answered 409 path_lookup/not_found",
      how: "provoked",
      expected: "PERMANENT",
      because: "Dropbox answers each endpoint's own error with 409; here the file is not there",
      run: () => {
        say(409, {
          error_summary: "path_lookup/not_found/..",
          error: { ".tag": "path_lookup", path_lookup: { ".tag": "not_found" } },
        });
        return dropbox.filesDeleteV2({ path: "/a.txt" });
      },
    },
    {
      id: "401.expired",
      provoked: "filesListFolder, answered 401 expired_access_token",
      how: "provoked",
      expected: "AUTH",
      because: "the token is expired",
      run: () => {
        say(401, { error_summary: "expired_access_token/..", error: { ".tag": "expired_access_token" } });
        return dropbox.filesListFolder({ path: "" });
      },
    },
    {
      id: "500.text",
      provoked: "filesListFolder, answered 500 with a text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the service failed",
      run: () => {
        say(500, "Internal Server Error", { "content-type": "text/plain" });
        return dropbox.filesListFolder({ path: "" });
      },
    },
  ],
};
