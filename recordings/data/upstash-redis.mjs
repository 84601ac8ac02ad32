import { Redis } from "@upstash/redis";
import { answering, hanging, refusing } from "../servers.mjs";

const redis = (url, options = {}) => new Redis({ url, token: "test", retry: false, enableTelemetry: false, ...options });

export default {
  library: "upstash-redis",
  packages: ["@upstash/redis"],
  cases: [
    {
      id: "400.max-requests",
      provoked: "incr, answered 400 with the limit of requests of this month",
      how: "provoked",
      expected: "PERMANENT",
      because: "the requests of this month that the plan includes are used up",
      run: async () =>
        redis(
          await answering(400, {
            error:
              "ERR max requests limit exceeded. Limit: 500000, Usage: 500000. See https://upstash.com/docs/redis/troubleshooting/max_requests_limit for details",
          }),
        ).incr("n"),
    },
    {
      id: "401.wrongpass",
      provoked: "get, answered 401 with WRONGPASS",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not valid",
      run: async () => redis(await answering(401, { error: "WRONGPASS invalid or missing auth token" })).get("n"),
    },
    {
      id: "400.noperm",
      provoked: "set with the token for reading, answered 400 with NOPERM",
      how: "provoked",
      expected: "PERMISSION",
      because: "this token may only read",
      run: async () =>
        redis(await answering(400, { error: "NOPERM this user has no permissions to run the 'set' command" })).set("n", 1),
    },
    {
      id: "200.pipeline",
      provoked: "a pipeline of two commands, answered 200 with an error of the second",
      how: "provoked",
      expected: "PERMANENT",
      because: "the value is no number",
      run: async () =>
        redis(await answering(200, [{ result: "OK" }, { error: "ERR value is not an integer or out of range" }]))
          .pipeline()
          .set("n", "x")
          .incr("n")
          .exec(),
    },
    {
      id: "502.html",
      provoked: "get, answered 502 with a page of a load balancer",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the proxy before the service says that it is down; the text is all that is left of it",
      run: async () =>
        redis(
          await answering(
            502,
            "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>",
            { "content-type": "text/html" },
          ),
        ).get("n"),
    },
    {
      id: "connection.refused",
      provoked: "get, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => redis(await refusing()).get("n"),
    },
    {
      id: "signal.timeout",
      provoked: "get with a signal function whose AbortSignal.timeout fires",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the caller's own timeout has fired",
      run: async () => redis(await hanging(), { signal: () => AbortSignal.timeout(100) }).get("n"),
    },
  ],
};
