/*
 * A thousand jobs through a real queue, while a worker is killed and the server restarted.
 *
 * A test adds `JOBS` jobs, job i with the payload `payloadOf(i)`. A worker program (a TypeScript file beside the test, which `Crew` starts as a process) connects to the queue,
 * runs `operate(payload, attempt)` under `jobPolicy()` through the integration, calls `endWithParent()`, and says `ready()`. Every invocation is written to a log before the operation
 * does anything, at once and synchronously: a SIGKILL loses none. In the end, the test hands what the queue says of every job to `complaintsOf`, which compares it with the log.
 *
 * What holds, whatever happened:
 *   every job has ended, once, and as its script says
 *   no job was invoked more often than `MAX_ATTEMPTS`, and its attempts are numbered upwards
 *   no attempt began sooner than the delay that was decided after the one before
 * A delivery whose end the queue cannot have heard, because its worker was killed or the server was down, is lost: it counts as an attempt, decides no delay, and may have
 * used up the last attempt of its job.
 */
export { complaintsOf, type JobEnd, type Run } from "./checks.ts";
export { Crew } from "./crew.ts";
export { addInWaves, readLog, untilInvoked } from "./log.ts";
export { endWithParent, jobPolicy, operate, ready } from "./operate.ts";
export {
  isTampered,
  JOBS,
  MAX_ATTEMPTS,
  type Payload,
  payloadOf,
  TAMPERED,
} from "./scripts.ts";
