import "reflect-metadata";
import * as nest from "@nestjs/common";

export default {
  library: "nestjs-http-exception",
  packages: ["@nestjs/common"],
  cases: [
    {
      id: "429",
      provoked: "new HttpException with 429, as the throttler's exception is",
      how: "constructed",
      expected: "RATE_LIMIT",
      because: "429",
      run: async () => {
        throw new nest.HttpException("ThrottlerException: Too Many Requests", nest.HttpStatus.TOO_MANY_REQUESTS);
      },
    },
    {
      id: "504.cause",
      provoked: "new GatewayTimeoutException with a cause",
      how: "constructed",
      expected: "SERVER_ERROR",
      timeout: true,
      because: "a service behind gave up",
      run: async () => {
        throw new nest.GatewayTimeoutException("upstream", {
          cause: new Error("timeout of 5000ms exceeded"),
          description: "payments",
        });
      },
    },
    {
      id: "400.parse-int",
      provoked: "ParseIntPipe.transform of a text",
      how: "provoked",
      expected: "PERMANENT",
      because: "bad input",
      run: () => new nest.ParseIntPipe().transform("abc", { type: "param", data: "id" }),
    },
    {
      id: "409",
      provoked: "new ConflictException with an object",
      how: "constructed",
      expected: "CONCURRENCY",
      because: "the version does not fit any more",
      run: async () => {
        throw new nest.ConflictException({ message: "Version mismatch", expected: 3 });
      },
    },
  ],
};
