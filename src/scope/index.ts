import { fillPort } from "./storage.ts";

// ---- scope: what calls inherit from the code around them

export type { CurrentScope } from "./open-scope.ts";
export { currentAttempt, currentScope, runInScope, runOutsideScopes, type ScopeOptions } from "./run-in-scope.ts";

// Importing this module has an effect, which package.json names: from then on every call knows its scope.
fillPort();
