import errors from "restify-errors";

export default {
  library: "restify-errors",
  packages: ["restify-errors"],
  cases: [
    {
      id: "429",
      provoked: "new TooManyRequestsError",
      how: "constructed",
      expected: "RATE_LIMIT",
      because: "429",
      run: async () => {
        throw new errors.TooManyRequestsError({ info: { rate: 10 } }, "You have exceeded your request rate of %s r/s.", 10);
      },
    },
    {
      id: "412",
      provoked: "new PreconditionFailedError",
      how: "constructed",
      expected: "CONCURRENCY",
      because: "the etag does not fit any more",
      run: async () => {
        throw new errors.PreconditionFailedError("if-match '%s' didn't match etag '%s'", "a", "b");
      },
    },
    {
      id: "500.wrapped",
      provoked: "new InternalServerError around a timeout of a database",
      how: "constructed",
      expected: "SERVER_ERROR",
      because: "the server failed; that the cause was a connection's timeout is for the server to know",
      run: async () => {
        throw new errors.InternalServerError(new Error("timeout exceeded when trying to connect"), "query failed");
      },
    },
    {
      id: "401.credentials",
      provoked: "new InvalidCredentialsError",
      how: "constructed",
      expected: "AUTH",
      because: "401",
      run: async () => {
        throw new errors.InvalidCredentialsError("bad password");
      },
    },
  ],
};
