export { describeError, type ErrorDescription } from "./describe-error.ts";
