import type {} from "vitest";
import type { CallMatchers } from "../../testing/index.ts";

// ---- vitest: matchers for calls

export { type CallMatchers, matchers } from "../../testing/index.ts";

declare module "vitest" {
  interface Matchers<T> extends CallMatchers<void> {}
}
