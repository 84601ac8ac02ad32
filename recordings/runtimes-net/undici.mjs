import { Agent, fetch, Pool, RetryAgent, request } from "undici";
import { selfSigned } from "../certificate.mjs";
import { answering, cutting, hanging, httpServer, refusing } from "../servers.mjs";

export default {
  library: "undici",
  packages: ["undici"],
  cases: [
    {
      id: "headers-timeout",
      provoked: "request to a server that does not answer, headersTimeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the headers",
      run: async () => request(await hanging(), { headersTimeout: 300 }),
    },
    {
      id: "body-timeout",
      provoked: "request, the body stops in the middle, bodyTimeout 300",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the rest of the body",
      run: async () =>
        (
          await request(
            (
              await httpServer((_q, response) => {
                response.writeHead(200);
                response.write("half");
              })
            ).url,
            { bodyTimeout: 300 },
          )
        ).body.text(),
    },
    {
      id: "socket",
      provoked: "request, the server cuts the connection",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was lost",
      run: async () => request(await cutting()),
    },
    {
      id: "fetch.refused",
      provoked: "fetch of a port where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody listens there now",
      run: async () => fetch(await refusing()),
    },
    {
      id: "retry-agent.429",
      provoked: "request through a RetryAgent that has used up its retries, answered 429 with Retry-After: 3",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 3_000,
      because: "the server asks for fewer requests, and says when",
      run: async () =>
        request(await answering(429, "slow", { "retry-after": "3" }), {
          dispatcher: new RetryAgent(new Agent(), { maxRetries: 0 }),
        }),
    },
    {
      id: "closed",
      provoked: "request through a Pool that was closed",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program closed this client itself",
      run: async () => {
        const pool = new Pool(await answering(200, "ok"));
        await pool.close();
        return pool.request({ path: "/", method: "GET" });
      },
    },
    {
      id: "content-length",
      provoked: "request with a wrong content-length",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program says another length than it sends",
      run: async () => request(await answering(200, "ok"), { method: "POST", body: "abc", headers: { "content-length": "10" } }),
    },
    {
      id: "certificate",
      provoked: "request to a server with a self-signed certificate",
      how: "provoked",
      expected: "PERMANENT",
      because: "the certificate will be the same at the next attempt",
      run: async () => request(await selfSigned()),
    },
    {
      id: "invalid-url",
      provoked: "request to a text that is no URL",
      how: "provoked",
      expected: "PERMANENT",
      because: "the address is wrong",
      run: async () => request("shop"),
    },
  ],
};
