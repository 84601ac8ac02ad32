import { Pool } from "tarn";

const pool = (options) => new Pool({ create: async () => ({}), destroy: () => {}, min: 0, max: 1, ...options });

export default {
  library: "tarn",
  packages: ["tarn"],
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
        await one.acquire().promise;
        await one.acquire().promise;
      },
    },
    {
      id: "create-failed",
      provoked: "acquire where each creation is refused, propagateCreateError false",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting for a connection that could not be made",
      run: async () => {
        const one = pool({
          acquireTimeoutMillis: 80,
          createRetryIntervalMillis: 20,
          propagateCreateError: false,
          create: async () => {
            throw Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:5432"), {
              code: "ECONNREFUSED",
              errno: -111,
              syscall: "connect",
            });
          },
        });
        await one.acquire().promise;
      },
    },
    {
      id: "aborted",
      provoked: "acquire that waits, aborted by its caller",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller's own abort",
      run: async () => {
        const one = pool({ acquireTimeoutMillis: 2000 });
        await one.acquire().promise;
        const waits = one.acquire();
        waits.abort();
        await waits.promise;
      },
    },
  ],
};
