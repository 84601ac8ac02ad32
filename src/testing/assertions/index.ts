export {
  assertClassifiedAs,
  assertFellBack,
  assertLastClass,
  assertRetried,
  assertStoppedBecause,
  assertSucceeded,
  assertWaited,
} from "./functions.ts";
export { type CallMatchers, matchers } from "./matchers.ts";
