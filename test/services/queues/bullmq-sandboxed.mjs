/* A processor in a process of its own, as BullMQ starts one for a worker that is given a file. */
import { bullmqProcessor } from "../../../dist/contrib/bullmq/index.js";
import { constant, PermanentError, Policy, TransientError } from "../../../dist/index.js";

const policy = new Policy({ retry: { strategy: constant(20) } });

export default bullmqProcessor(policy, async (job, { attempt }) => {
  if (job.data.to === "nobody") throw new PermanentError("no such user");
  if (attempt < 3) throw new TransientError("down");
  return `sent to ${job.data.to} by attempt ${attempt}`;
});
