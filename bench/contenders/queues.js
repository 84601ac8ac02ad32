/** The peers that limit how many calls run at a time, or how many are made per interval: each as a function that runs an operation. */

/** @typedef {<T>(operation: () => Promise<T>) => Promise<T>} Run */

/**
 * So many at a time, the others wait in an unbounded queue.
 * @type {Record<"cockatiel" | "p-limit" | "p-queue" | "bottleneck", (places: number) => Promise<Run>>}
 */
export const concurrencyOf = {
  cockatiel: async (places) => {
    const { bulkhead } = await import("cockatiel");
    const policy = bulkhead(places, Infinity);
    return (operation) => policy.execute(operation);
  },
  "p-limit": async (places) => {
    const { default: pLimit } = await import("p-limit");
    return pLimit(places);
  },
  "p-queue": async (places) => {
    const { default: PQueue } = await import("p-queue");
    const queue = new PQueue({ concurrency: places });
    return (operation) => queue.add(operation);
  },
  bottleneck: async (places) => {
    const { default: Bottleneck } = await import("bottleneck");
    const limiter = new Bottleneck({ maxConcurrent: places });
    return (operation) => limiter.schedule(operation);
  },
};

/**
 * So many per second.
 * @type {Record<"p-queue" | "bottleneck" | "limiter", (limit: number) => Promise<Run>>}
 */
export const rateOf = {
  "p-queue": async (limit) => {
    const { default: PQueue } = await import("p-queue");
    const queue = new PQueue({ intervalCap: limit, interval: 1_000 });
    return (operation) => queue.add(operation);
  },
  bottleneck: async (limit) => {
    const { default: Bottleneck } = await import("bottleneck");
    const limiter = new Bottleneck({ reservoir: limit, reservoirRefreshAmount: limit, reservoirRefreshInterval: 1_000 });
    return (operation) => limiter.schedule(operation);
  },
  limiter: async (limit) => {
    const { RateLimiter } = await import("limiter");
    const limiter = new RateLimiter({ tokensPerInterval: limit, interval: "second" });
    return async (operation) => {
      await limiter.removeTokens(1);
      return operation();
    };
  },
};
