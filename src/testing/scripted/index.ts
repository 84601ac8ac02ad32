export type { ScriptedAttempt } from "./script.ts";
export {
  type ScriptedFetch,
  type ScriptedOperation,
  type ScriptedSyncOperation,
  type ScriptOptions,
  type ScriptRecord,
  scripted,
} from "./scripted.ts";
export { answers, fails, hangs, returns, Step, succeeds, throws } from "./steps.ts";
