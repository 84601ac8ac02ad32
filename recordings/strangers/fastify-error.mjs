import { createError } from "@fastify/error";

const Busy = createError("FST_UNDER_PRESSURE", "Service Unavailable", 503);
const Body = createError("FST_ERR_CTP_BODY_TOO_LARGE", "Request body is too large", 413, RangeError);
const Token = createError("FST_JWT_AUTHORIZATION_TOKEN_EXPIRED", "Authorization token expired", 401);

export default {
  library: "fastify-error",
  packages: ["@fastify/error"],
  cases: [
    {
      id: "503",
      provoked: "the error of @fastify/under-pressure, made as it makes it",
      how: "constructed",
      expected: "SERVER_ERROR",
      because: "overloaded",
      run: async () => {
        throw new Busy();
      },
    },
    {
      id: "413",
      provoked: "Fastify's own FST_ERR_CTP_BODY_TOO_LARGE, made as it makes it",
      how: "constructed",
      expected: "PERMANENT",
      because: "too large",
      run: async () => {
        throw new Body();
      },
    },
    {
      id: "401",
      provoked: "the error of @fastify/jwt for an expired token, made as it makes it",
      how: "constructed",
      expected: "AUTH",
      because: "the token is expired",
      run: async () => {
        throw new Token();
      },
    },
  ],
};
