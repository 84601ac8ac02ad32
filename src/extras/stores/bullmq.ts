/*
 * BullMQ: the errors that a worker throws to steer its queue are none, and must reach it as they are. Of its scripts' errors the number decides. Its
 * connection is Redis's.
 * Sources: BullMQ src/classes/errors, src/enums/error-code.ts, src/classes/finished-errors.ts.
 */
import {
  type Beginnings,
  type Codes,
  kindOfBeginning,
  kindOfCode,
  type Library,
  type Link,
  type Verdict,
} from "../shared/index.ts";

export const SENTINELS: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "DelayedError",
  "WaitingError",
  "WaitingChildrenError",
  "UnrecoverableError",
]);
const MESSAGE = "bullmq:";

/* Every other one is PERMANENT. */
export const BULLMQ_NUMBERS: Codes = {
  CONCURRENCY: [
    -2, // JobLockNotExist: the lock was lost, and another worker may have the job
    -4, // JobPendingChildren: they must finish first
    -6, // JobLockMismatch: another worker has the lock
    -11, // SchedulerJobSlotsBusy
  ],
};
const LEAST_NUMBER = -11;

/* How the messages with those numbers begin: small negative numbers are other libraries' codes, too. */
export const OPENINGS: readonly string[] = [
  "Missing key for job ",
  "Missing lock for job ",
  "Missing key for parent job ",
  "Lock mismatch for job ",
  "The parent job ",
  "Cannot complete job ",
  "Cannot create job scheduler iteration",
];

/* Sources: BullMQ src/classes/job.ts, queue.ts, worker.ts, redis-connection.ts. */
export const BULLMQ_WORDS: Beginnings = {
  TIMEOUT: ["BullMQ: cluster reconnect timed out"],
  PERMANENT: [
    "Custom Id cannot ",
    "JobId cannot be '0'",
    "Queue name must be provided",
    "Queue name cannot contain :",
    "Cannot obliterate ",
    "Priority should ",
    "Deduplication id must be provided",
    "Deduplication and parent options cannot be used together",
    "Worker requires a connection",
    "Worker is already running.",
    "No process function is defined.",
    "Redis version needs to be greater or equal than ",
    "BullMQ: ",
    "job stalled more than allowable limit",
    "job started more than allowable limit",
  ],
};

/* The same, where the job stands first. */
const OF_A_JOB = /^Job \S+ (is not in the|has pending dependencies|belongs to a job scheduler)/;

const LOCKED = /^Job \S+ could not be removed because it is locked by another worker/;

function bullmqRule(link: Link): Verdict {
  const { name, code, message } = link;
  if (message.startsWith(MESSAGE) || SENTINELS.has(name)) return "PERMANENT";
  const number = link.read("code");
  if (typeof number === "number")
    return number < 0 && number >= LEAST_NUMBER && (OF_A_JOB.test(message) || OPENINGS.some((words) => message.startsWith(words)))
      ? (kindOfCode(BULLMQ_NUMBERS, number) ?? "PERMANENT")
      : undefined;
  if (code !== "") return undefined;
  return LOCKED.test(message) ? "CONCURRENCY" : kindOfBeginning(BULLMQ_WORDS, message);
}

export const bullmq: Library = {
  name: "bullmq",
  looks: { names: [SENTINELS], beginnings: [MESSAGE, ...OPENINGS, "Job ", BULLMQ_WORDS] },
  meaning: {
    rule: bullmqRule,
  },
};
