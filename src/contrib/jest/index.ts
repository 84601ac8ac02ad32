import type {} from "expect";
import type { CallMatchers } from "../../testing/index.ts";

// ---- jest: matchers for calls

export { type CallMatchers, matchers } from "../../testing/index.ts";

declare module "expect" {
  // For those who import `expect` from "@jest/globals".
  interface Matchers<R extends void | Promise<void>, T> extends CallMatchers<R> {}
}

declare global {
  // biome-ignore lint/style/noNamespace: the declarations to add to are those of a namespace
  namespace jest {
    // For those who have the globals of "@types/jest".
    interface Matchers<R, T> extends CallMatchers<R> {}
  }
}
