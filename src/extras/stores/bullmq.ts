/*
 * BullMQ: the errors that a worker throws to steer its queue are none, and must reach it as they are. Its connection is Redis's.
 * Source: BullMQ src/classes/errors.
 */
import type { Library, Link, Verdict } from "../shared/index.ts";

const SENTINELS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "DelayedError",
  "WaitingError",
  "WaitingChildrenError",
  "UnrecoverableError",
]);
const MESSAGE = "bullmq:";

function bullmqRule({ name, message }: Link): Verdict {
  return message.startsWith(MESSAGE) || SENTINELS.has(name) ? "PERMANENT" : undefined;
}

export const bullmq: Library = {
  name: "bullmq",
  looks: { names: [SENTINELS], beginnings: [MESSAGE] },
  meaning: {
    rule: bullmqRule,
  },
};
