/* Rejections that nobody handles, and errors that nobody catches, while a client is under test. The runner's own listeners step aside meanwhile. */

const EVENTS = ["unhandledRejection", "uncaughtException"] as const;

/** Runs something, and returns what it did beside what nobody caught of it. */
export async function watched<T>(run: () => Promise<T>): Promise<{ readonly value: T; readonly unhandled: readonly string[] }> {
  const unhandled: string[] = [];
  const restore = EVENTS.map((event) => {
    const others = process.listeners(event as "unhandledRejection");
    process.removeAllListeners(event);
    process.on(
      event,
      (error: unknown) => void unhandled.push(`${event}: ${error instanceof Error ? error.stack : String(error)}`),
    );
    return () => {
      process.removeAllListeners(event);
      for (const other of others) process.on(event as "unhandledRejection", other);
    };
  });
  try {
    const value = await run();
    // A rejection is told of when the microtasks are done.
    await new Promise((told) => setTimeout(told, 5));
    return { value, unhandled };
  } finally {
    for (const put of restore) put();
  }
}
