import Boom from "@hapi/boom";

export default {
  library: "hapi-boom",
  packages: ["@hapi/boom"],
  cases: [
    {
      id: "429.retry-after",
      provoked: "Boom.tooManyRequests with output.headers as a rate limiting plugin sets them",
      how: "constructed",
      expected: "RATE_LIMIT",
      retryAfterMs: 20_000,
      because: "429",
      run: async () => {
        const error = Boom.tooManyRequests("Rate limit exceeded");
        error.output.headers["Retry-After"] = 20;
        throw error;
      },
    },
    {
      id: "409",
      provoked: "Boom.conflict with data",
      how: "constructed",
      expected: "CONCURRENCY",
      because: "somebody else changed it",
      run: async () => {
        throw Boom.conflict("Version mismatch", { expected: 3, found: 4 });
      },
    },
    {
      id: "401",
      provoked: "Boom.unauthorized with a scheme",
      how: "constructed",
      expected: "AUTH",
      because: "401",
      run: async () => {
        throw Boom.unauthorized("Expired token", "Bearer", { error: "invalid_token" });
      },
    },
    {
      id: "boomify.refused",
      provoked: "boomify of a connection refused, as handlers do",
      how: "constructed",
      expected: "TRANSIENT",
      because: "connection refused inside, the 500 is only how it would be answered",
      run: async () => {
        throw Boom.boomify(
          Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), {
            errno: -111,
            code: "ECONNREFUSED",
            syscall: "connect",
            address: "127.0.0.1",
            port: 5432,
          }),
        );
      },
    },
  ],
};
