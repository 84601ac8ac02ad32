import PQueue from "p-queue";
import pTimeout from "p-timeout";

const never = () => new Promise(() => {});

export default {
  library: "p-timeout-p-queue",
  packages: ["p-timeout", "p-queue"],
  cases: [
    {
      id: "p-timeout",
      provoked: "pTimeout of 50 ms around what does not end",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting",
      run: () => pTimeout(never(), { milliseconds: 50 }),
    },
    {
      id: "p-timeout.abort",
      provoked: "pTimeout whose signal the caller aborts",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller's own abort",
      run: () => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 20);
        return pTimeout(never(), { milliseconds: 5000, signal: stop.signal });
      },
    },
    {
      id: "p-queue.timeout",
      provoked: "PQueue with a timeout of 50 ms",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting",
      run: () => new PQueue({ concurrency: 1, timeout: 50 }).add(never),
    },
  ],
};
