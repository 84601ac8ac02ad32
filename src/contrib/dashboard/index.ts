// ---- dashboard: a page over the registry, for whatever serves requests

export { type Dashboard, dashboard } from "./dashboard.ts";
export type { DashboardOptions } from "./dashboard-options.ts";
export type { NodeHandler, NodeRequest, NodeWritable } from "./to-node-handler.ts";
