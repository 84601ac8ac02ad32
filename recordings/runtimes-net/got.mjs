import got from "got";
import { selfSigned } from "../certificate.mjs";
import { answering, hanging, httpServer, refusing } from "../servers.mjs";

const noRetry = { retry: { limit: 0 } };
const at = async (status, body, headers, options) => got(await answering(status, body, headers), { ...noRetry, ...options });

export default {
  library: "got",
  packages: ["got"],
  cases: [
    {
      id: "429.retry-after",
      provoked: "get, answered 429 with Retry-After: 12",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 12_000,
      because: "the server asks for fewer requests, and says when",
      run: () => at(429, "slow down", { "retry-after": "12" }),
    },
    {
      id: "503",
      provoked: "get, answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server answers 503",
      run: () => at(503, "busy"),
    },
    {
      id: "timeout.response",
      provoked: "get of a server that does not answer, timeout.response 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => got(await hanging(), { ...noRetry, timeout: { response: 200 } }),
    },
    {
      id: "refused",
      provoked: "get of a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => got(await refusing(), noRetry),
    },
    {
      id: "cut-in-body",
      provoked: "get, the server cuts the connection in the middle of the body",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost before the answer was whole",
      run: async () =>
        got(
          (
            await httpServer((_q, response) => {
              response.writeHead(200, { "content-length": "100" });
              response.write("half");
              setTimeout(() => response.destroy(), 50);
            })
          ).url,
          noRetry,
        ),
    },
    {
      id: "parse",
      provoked: "get().json(), answered 200 with a page of HTML",
      how: "provoked",
      expected: "PERMANENT",
      because: "the answer is not what the program expects",
      run: async () => got(await answering(200, "<html>login</html>"), noRetry).json(),
    },
    {
      id: "redirects",
      provoked: "get of an address that redirects to itself",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address leads in a circle",
      run: async () => got((await httpServer((_q, response) => response.writeHead(302, { location: "/" }).end())).url, noRetry),
    },
    {
      id: "certificate",
      provoked: "get of a server with a self-signed certificate",
      how: "provoked",
      expected: "PERMANENT",
      because: "the certificate will be the same at the next attempt",
      run: async () => got(await selfSigned(), noRetry),
    },
    {
      id: "aborted",
      provoked: "get that the caller aborts",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller did not want it any more",
      run: async () => {
        const c = new AbortController();
        setTimeout(() => c.abort(), 100);
        return got(await hanging(), { ...noRetry, signal: c.signal });
      },
    },
  ],
};
