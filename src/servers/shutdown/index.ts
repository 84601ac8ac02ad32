// ---- servers that end

export type { ServerLike } from "./closing.ts";
export { Shutdown, type ShutdownOptions } from "./shutdown.ts";
export { isShuttingDownError, ShuttingDownError } from "./shutting-down-error.ts";
