/*
 * Where the progress of an activity lives between its attempts: in the details of its heartbeats, the one thing of an attempt that Temporal gives to the next one.
 * The activity has details of its own there. Both are kept, as `{ redress, details }`; the activity sees its own only.
 */
import { isPlain } from "../../clients/options/index.ts";

/** What is kept of an activity's earlier attempts. */
export interface KeptDetails {
  /** The progress that the last attempt has left, of anybody's making; `null` for none. */
  readonly progress: unknown;
  /** What the activity itself has said with its last heartbeat. */
  readonly own: unknown;
}

export function readDetails(details: unknown): KeptDetails {
  // What the activity has said before it went under a policy is its own.
  if (!isPlain(details) || !Object.hasOwn(details, "redress")) return { progress: null, own: details };
  const { redress, details: own } = details as { readonly redress: unknown; readonly details?: unknown };
  return { progress: redress, own };
}

export const toDetails = ({ progress, own }: KeptDetails): Record<string, unknown> => ({
  redress: progress,
  ...(own !== undefined && { details: own }),
});
