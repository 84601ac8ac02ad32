import Queue from "better-queue";

const pushed = (run, options, after = () => {}) =>
  new Promise((resolve, reject) => {
    const queue = new Queue(run, { maxRetries: 0, ...options });
    queue.push({ id: "a", n: 1 }, (error, value) => (error ? reject(error) : resolve(value)));
    after(queue);
  });

export default {
  library: "better-queue",
  packages: ["better-queue"],
  cases: [
    {
      id: "task-timeout",
      provoked: "a task that takes longer than maxTimeout 100, in-process",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the queue gave up waiting for the task; it throws a mere string",
      run: () => pushed(() => {}, { maxTimeout: 100 }),
    },
    {
      id: "cancelled",
      provoked: "a task that is cancelled while it runs, in-process",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller itself has cancelled the task",
      run: () =>
        pushed(
          () => {},
          {},
          (queue) => setTimeout(() => queue.cancel("a"), 100),
        ),
    },
    {
      id: "input-rejected",
      provoked: "a task that the filter does not let in, in-process",
      how: "provoked",
      expected: "PERMANENT",
      because: "the filter does not let the task in",
      run: () => pushed((_task, done) => done(), { filter: (_task, done) => done("no_money") }),
    },
    {
      id: "store.failed",
      provoked: "a push whose store fails to put the task, in-process",
      how: "provoked",
      expected: "UNKNOWN",
      because: "nothing is left of what the store has said",
      run: () =>
        pushed((_task, done) => done(), {
          store: {
            connect: (done) => done(null, 0),
            getTask: (_id, done) => done(null),
            putTask: (_id, _task, _priority, done) =>
              done(Object.assign(new Error("SQLITE_BUSY: database is locked"), { code: "SQLITE_BUSY" })),
            takeFirstN: (_n, done) => done(null, ""),
            takeLastN: (_n, done) => done(null, ""),
            getLock: (_id, done) => done(null, {}),
            releaseLock: (_id, done) => done(),
            getRunningTasks: (done) => done(null, {}),
            deleteTask: (_id, done) => done(),
          },
        }),
    },
  ],
};
