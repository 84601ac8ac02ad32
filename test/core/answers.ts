import type { Classification, ErrorClass } from "redress";

/** What a classifier returns for a wait that was given up. */
export const TIMEOUT: Classification = { errorClass: "TRANSIENT", timeout: true };
export const GATEWAY_TIMEOUT: Classification = { errorClass: "SERVER_ERROR", timeout: true };

/** The class in an answer of a classifier. */
export const classIn = (answer: ErrorClass | Classification): ErrorClass =>
  typeof answer === "string" ? answer : answer.errorClass;
