import { createPool } from "generic-pool";

const pool = (options) => createPool({ create: async () => ({}), destroy: async () => {} }, { max: 1, ...options });

export default {
  library: "generic-pool",
  packages: ["generic-pool"],
  cases: [
    {
      id: "acquire-timeout",
      provoked: "acquire of a pool of one in use, acquireTimeoutMillis 50",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting for a free one",
      run: async () => {
        const one = pool({ acquireTimeoutMillis: 50 });
        await one.acquire();
        await one.acquire();
      },
    },
    {
      id: "draining",
      provoked: "acquire while the pool drains",
      how: "provoked",
      expected: "PERMANENT",
      because: "the pool is being closed",
      run: async () => {
        const one = pool({});
        void one.drain();
        await one.acquire();
      },
    },
    {
      id: "max-waiting",
      provoked: "acquire with maxWaitingClients 1 reached",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "this side has too much to do: fewer calls at a time",
      run: async () => {
        const one = pool({ maxWaitingClients: 1 });
        await one.acquire();
        one.acquire().catch(() => {});
        await one.acquire();
      },
    },
  ],
};
