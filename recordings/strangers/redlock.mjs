import { createRequire } from "node:module";
import Redis from "ioredis";
import Redlock4 from "redlock";

const require = createRequire(import.meta.url);
const { default: Redlock5 } = require("redlock5");
const redis = new Redis(6379, "127.0.0.1");
redis.on("error", () => {});
const key = `strangers:${process.pid}`;

export default {
  library: "redlock",
  packages: ["redlock", "redlock5", "ioredis"],
  cases: [
    {
      id: "v4.lock-error",
      provoked: "redlock 4: lock of a resource that is locked, two retries",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else holds the lock",
      run: async () => {
        const lock = new Redlock4([redis], { retryCount: 2, retryDelay: 20 });
        const held = await lock.lock(`${key}:4`, 5000);
        try {
          await lock.lock(`${key}:4`, 1000);
        } finally {
          await held.unlock();
        }
      },
    },
    {
      id: "v5.execution-error",
      provoked: "redlock 5 beta: acquire of a resource that is locked, two retries",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else holds the lock, no quorum",
      run: async () => {
        const lock = new Redlock5([redis], { retryCount: 2, retryDelay: 20 });
        lock.on("error", () => {});
        const held = await lock.acquire([`${key}:5`], 5000);
        try {
          await lock.acquire([`${key}:5`], 1000);
        } finally {
          await held.release();
        }
      },
    },
    {
      id: "v4.expired",
      provoked: "redlock 4: extend of a lock that has expired",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "the lock is lost",
      run: async () => {
        const lock = new Redlock4([redis], { retryCount: 0 });
        const held = await lock.lock(`${key}:x`, 60);
        await new Promise((done) => setTimeout(done, 120));
        await held.extend(1000);
      },
    },
  ],
  close: () => redis.quit(),
};
