import createError from "http-errors";

export default {
  library: "http-errors",
  packages: ["http-errors"],
  cases: [
    {
      id: "429",
      provoked: "createError(429) with headers, as rate limiting middleware does",
      how: "constructed",
      expected: "RATE_LIMIT",
      retryAfterMs: 30_000,
      because: "429",
      run: async () => {
        throw createError(429, "Too many requests, please try again later.", { headers: { "Retry-After": "30" } });
      },
    },
    {
      id: "503",
      provoked: "new createError.ServiceUnavailable",
      how: "constructed",
      expected: "SERVER_ERROR",
      because: "503",
      run: async () => {
        throw new createError.ServiceUnavailable();
      },
    },
    {
      id: "403.csrf",
      provoked: "createError(403) with a code, as csurf throws it",
      how: "constructed",
      expected: "PERMISSION",
      because: "403",
      run: async () => {
        throw createError(403, "invalid csrf token", { code: "EBADCSRFTOKEN" });
      },
    },
    {
      id: "504",
      provoked: "createError(504)",
      how: "constructed",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "a gateway gave up waiting",
      run: async () => {
        throw createError(504);
      },
    },
  ],
};
