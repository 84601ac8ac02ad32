/** Memory: the calls that wait for a place while a dependency is slow. */
import { Semaphore } from "../contenders/handwritten-limits.js";
import { concurrencyOf } from "../contenders/queues.js";
import { loadRedress } from "../contenders/redress.js";
import { heapPerPendingCall } from "../measure/heap.js";
import { scenario } from "./scenario.js";

const ROUNDS = 3;
const ENTRY_BYTES = 300;
const ROOM = 1e6;

const hangs = () => hanging;
const hanging = new Promise(() => {});

/** @param {object} options */
const bulkheadWith = async (options) => {
  const { Bulkhead } = await loadRedress();
  return new Bulkhead(options);
};

/** @param {object} options */
const callThroughBulkhead = async (options) => {
  const { Policy } = await loadRedress();
  const policy = new Policy({ retry: { deadlineMs: 1e6 }, limiter: await bulkheadWith(options) });
  return () => policy.call(hangs);
};

/**
 * The first call takes the one place; those that follow wait.
 * @param {import("../contenders/queues.js").Run} run
 */
const occupied = (run) => {
  run(hangs);
  return () => run(hangs);
};

export const waitingCall = scenario({
  name: "heap-queued",
  title: "heap per call that waits for a place",
  about: "limits",
  unit: "B",
  rounds: ROUNDS,
  goal: { more: ENTRY_BYTES },
  measure: heapPerPendingCall,
  contenders: {
    redress: {
      prepare: async () => {
        const once = await callThroughBulkhead({ maxConcurrent: 1, maxQueue: ROOM });
        once();
        return once;
      },
    },
    "without it": {
      note: "without the wait: calls that have a place, and whose operations hang",
      prepare: () => callThroughBulkhead({ maxConcurrent: ROOM }),
    },
    handwritten: {
      prepare: () => {
        const semaphore = new Semaphore(1);
        return occupied((operation) => semaphore.run(operation));
      },
    },
    ...Object.fromEntries(
      Object.entries(concurrencyOf).map(([name, of]) => [
        name,
        { note: "no deadline", prepare: async () => occupied(await of(1)) },
      ]),
    ),
  },
});

/** Without the call that waits: what stands in the queue. */
export const entry = scenario({
  name: "heap-queue-entry",
  title: "heap per entry of a bulkhead's queue",
  about: "limits",
  unit: "B",
  rounds: ROUNDS,
  goal: { value: ENTRY_BYTES },
  measure: heapPerPendingCall,
  contenders: {
    redress: {
      prepare: async () => {
        const bulkhead = await bulkheadWith({ maxConcurrent: 1, maxQueue: ROOM });
        const applicant = { cost: undefined, maxWaitMs: Infinity, admitted() {}, rejected() {} };
        if (bulkhead.tryAcquire() === null) throw new Error("The first place should be free.");
        return () => {
          const ticket = bulkhead.admit(applicant);
          if (ticket.kind !== "queued") throw new Error(`The attempt should wait, it is ${ticket.kind}.`);
          return ticket;
        };
      },
    },
  },
});
