import { read } from "./chain.ts";

/** The HTTP status from `least` to 599 that an error carries, in any of the places where clients put it. */
export function httpStatus(error: object, code: unknown = read(error, "code"), least = 400): number | undefined {
  const response = read(error, "response");
  return [
    read(error, "status"),
    read(error, "statusCode"),
    read(response, "status"),
    read(response, "statusCode"),
    read(read(error, "$metadata"), "httpStatusCode"),
    code,
  ].find((value): value is number => Number.isInteger(value) && (value as number) >= least && (value as number) <= 599);
}
