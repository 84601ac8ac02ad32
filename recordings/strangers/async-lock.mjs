import AsyncLock from "async-lock";

const never = () => new Promise(() => {});
const two = async (options, times = 1) => {
  const lock = new AsyncLock(options);
  for (let i = 0; i < times; i++) lock.acquire("k", never).catch(() => {});
  await lock.acquire("k", never);
};

export default {
  library: "async-lock",
  packages: ["async-lock"],
  cases: [
    {
      id: "timed-out",
      provoked: "acquire of a lock that is held, timeout 50",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else holds the lock",
      run: () => two({ timeout: 50 }),
    },
    {
      id: "too-many-pending",
      provoked: "acquire with maxPending 1 reached",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many wait for this lock: fewer calls at a time",
      run: () => two({ maxPending: 1 }, 2),
    },
    {
      id: "execution-time",
      provoked: "what runs inside the lock takes longer than maxExecutionTime 50",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting for what was called",
      run: () => new AsyncLock({ maxExecutionTime: 50 }).acquire("k", never),
    },
  ],
};
