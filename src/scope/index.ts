import { AsyncLocalStorage } from "node:async_hooks";
import { fillScopePort, type Surroundings } from "../run/call/scope.ts";

// ---- scope: what calls inherit from the code around them

export type { CurrentScope } from "./open-scope.ts";
export { currentAttempt, currentScope, runInScope, runOutsideScopes, type ScopeOptions } from "./run-in-scope.ts";

// Importing this module has an effect, which package.json names: from then on every call knows its scope.
fillScopePort(() => new AsyncLocalStorage<Surroundings | undefined>());
