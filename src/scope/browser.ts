/*
 * What `redress/scope` is under the condition "browser" of the export map: the same names, and no import that a browser or its bundler cannot resolve. Loading it does nothing, so that code
 * for both sides may import it: outside of all scopes, where a browser always is, `currentScope`, `currentAttempt` and `runOutsideScopes` are right as they are, and
 * only `runInScope` says what it lacks. Tests that take this condition on Node, such as Jest's with jsdom, have scopes all the same.
 */

// ---- scope: what calls inherit from the code around them

export { currentAttempt, currentScope, runInScope, runOutsideScopes } from "./run-in-scope.ts";
