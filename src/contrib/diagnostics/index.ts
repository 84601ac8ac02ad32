// ---- node:diagnostics_channel: what policies do, for whoever subscribes

export { diagnosticsHooks } from "./diagnostics-hooks.ts";
export type { AttemptMessage, CallMessage, EventMessage } from "./messages.ts";
