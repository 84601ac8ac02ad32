// ---- registry: live policies by name, and what they share

export {
  type AddOptions,
  Registry,
  type RegistryOptions,
  registry,
  type SubscribeOptions,
  type Unsubscribe,
} from "./registry.ts";
export type { Registrable } from "./subject.ts";
export type { SnapshotListener } from "./subscription.ts";

// ---- snapshots: what there is to know, as plain JSON

export type {
  BudgetSnapshot,
  CallCounts,
  CircuitChange,
  CircuitSnapshot,
  KeysSnapshot,
  LimiterSnapshot,
  PolicySnapshot,
  RegistrySnapshot,
} from "./snapshot.ts";
