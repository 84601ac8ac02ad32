import vault from "node-vault";
import { answering, hanging, refusing } from "../servers.mjs";

const at = (url, more) => vault({ endpoint: url, token: "not-a-token", ...more });
const says = (status, ...errors) => answering(status, { errors });
const read = (url, more) => at(url, more).read("secret/data/shop");

export default {
  library: "node-vault",
  packages: ["node-vault"],
  cases: [
    {
      id: "403.invalid-token",
      provoked: "read, answered 403: permission denied, invalid token",
      how: "provoked",
      expected: "AUTH",
      because: "the token is wrong or has expired, though the status is 403",
      run: async () => read(await says(403, "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n")),
    },
    {
      id: "403.permission-denied",
      provoked: "read, answered 403: a policy is missing",
      how: "provoked",
      expected: "PERMISSION",
      because: "this token may not read there",
      run: async () => read(await says(403, "1 error occurred:\n\t* permission denied\n\n")),
    },
    {
      id: "400.check-and-set",
      provoked: "write with cas, answered 400",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has written a newer version; the 400 is only the envelope",
      run: async () =>
        at(await says(400, "check-and-set parameter did not match the current version")).write("secret/data/shop", {
          options: { cas: 3 },
          data: { a: 1 },
        }),
    },
    {
      id: "429.quota",
      provoked: "read, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the quota of calls of this path was reached",
      run: async () => read(await says(429, 'request path "secret/data/shop": rate limit quota exceeded')),
    },
    {
      id: "503.sealed",
      provoked: "read, answered 503 Vault is sealed",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server cannot serve anything",
      run: async () => read(await says(503, "Vault is sealed")),
    },
    {
      id: "500.no-active-node",
      provoked: "read, answered 500: no active node",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the cluster is electing its active node",
      run: async () => read(await says(500, "local node not active but active cluster node not found")),
    },
    {
      id: "404",
      provoked: "read of nothing, answered 404 without a reason",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such secret",
      run: async () => read(await answering(404, { errors: [] })),
    },
    {
      id: "refused",
      provoked: "read, connection refused",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => read(await refusing()),
    },
    {
      id: "timeout",
      provoked: "read with a timeout of 50 ms, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "this side gave up waiting",
      run: async () => read(await hanging(), { requestOptions: { timeout: 50 } }),
    },
  ],
};
