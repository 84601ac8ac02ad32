/* Redis, the shared one and private ones, through five clients: the class of what they throw, and what a policy makes of it. */
import { Redis as IORedis } from "ioredis";
import { Redis as IORedis6 } from "ioredis6";
import { createClient as createClient6 } from "redis";
import { createClient as createClient4 } from "redis4";
import { createClient as createClient5 } from "redis5";
import { constant, type ErrorClass, Policy, unlimited } from "redress";
import { redisClassifier } from "redress/extras";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { freePort, type PrivateServer, privateServer, required, until } from "./broker-server.ts";

const SHARED = 6379;
const key = (name: string): string => `redress:${process.pid}:${name}`;

interface Client {
  send(...command: readonly string[]): Promise<unknown>;
  multi(...commands: readonly (readonly string[])[]): Promise<unknown>;
  end(): void;
}
interface Options {
  readonly username?: string;
  readonly password?: string;
}
type Connect = (port: number, options?: Options) => Promise<Client>;

/** Fails at once where it cannot connect, and not for a queue's sake: what a policy is there for. */
const ioredis =
  (Redis: typeof IORedis | typeof IORedis6): Connect =>
  async (port, options = {}) => {
    const client = new (Redis as typeof IORedis)({
      port,
      host: "127.0.0.1",
      maxRetriesPerRequest: 0,
      retryStrategy: () => 20,
      lazyConnect: true,
      enableReadyCheck: false,
      ...options,
    });
    // Why it could not connect ioredis says in an event only: connect() itself throws "Connection is closed."
    let reason: unknown;
    client.on("error", (error) => {
      reason = error;
    });
    await client.connect().catch((error: unknown) => {
      client.disconnect();
      throw reason ?? error;
    });
    return {
      send: (command = "", ...args) => client.call(command, ...args),
      multi: async (...commands) => {
        const results = await client.multi(commands.map(([name, ...args]) => ["call", name, ...args] as string[])).exec();
        const failed = results?.find(([error]) => error)?.[0];
        if (failed) throw failed;
      },
      end: () => client.disconnect(),
    };
  };

const nodeRedis =
  (createClient: typeof createClient6 | typeof createClient5 | typeof createClient4): Connect =>
  async (port, options = {}) => {
    const client = (createClient as typeof createClient6)({
      ...options,
      disableOfflineQueue: true,
      socket: { port, host: "127.0.0.1", reconnectStrategy: () => 20 },
    });
    client.on("error", () => {});
    const refused = new Promise<never>((_, refuse) => client.once("error", refuse));
    refused.catch(() => {});
    await Promise.race([client.connect(), refused]).catch((error: unknown) => {
      end();
      throw error;
    });
    function end(): void {
      // What a server has closed already throws here.
      Promise.resolve(
        (async () => ("destroy" in client ? client.destroy() : (client as { disconnect(): unknown }).disconnect()))(),
      ).catch(() => {});
    }
    return {
      send: (...command) => client.sendCommand([...command]),
      multi: (...commands) => commands.reduce((multi, command) => multi.addCommand([...command]), client.multi()).exec(),
      end,
    };
  };

const CLIENTS: Readonly<Record<string, Connect>> = {
  "ioredis 5": ioredis(IORedis),
  "ioredis 6": ioredis(IORedis6),
  "node-redis 4": nodeRedis(createClient4),
  "node-redis 5": nodeRedis(createClient5),
  "node-redis 6": nodeRedis(createClient6),
};

/** The class of what a call throws. */
async function failure(call: () => Promise<unknown>): Promise<ErrorClass> {
  try {
    await call();
  } catch (error) {
    return classOf(redisClassifier, error);
  }
  throw new Error("It did not fail.");
}

const policy = (): Policy =>
  new Policy({
    retry: { classifier: redisClassifier, strategy: constant(20), maxAttempts: 500, deadlineMs: 10_000, budget: unlimited },
  });

/** A policy goes on until the cause of the failure is gone, which it is only after the first attempts have failed. */
async function recovers(call: () => Promise<unknown>, repair: () => Promise<unknown>): Promise<unknown> {
  let attempts = 0;
  let repaired: Promise<unknown> | undefined;
  const value = await policy().call(() => {
    attempts++;
    if (attempts === 3) repaired = repair();
    return call();
  });
  await repaired;
  expect(attempts).toBeGreaterThan(2);
  return value;
}

const redisServer = (...config: readonly string[]): Promise<PrivateServer> =>
  privateServer("redis-server", ({ port, folder }) => [
    "--port",
    `${port}`,
    "--bind",
    "127.0.0.1",
    "--dir",
    folder,
    "--save",
    "",
    "--enable-debug-command",
    "yes",
    ...config,
  ]);

beforeAll(() => required("Redis", SHARED));

describe.each(Object.entries(CLIENTS))("%s", (name, connect) => {
  let own: PrivateServer;
  let shared: Client;
  const opened: Client[] = [];
  const open: Connect = async (port, options) => {
    const client = await connect(port, options);
    opened.push(client);
    return client;
  };
  beforeAll(async () => {
    own = await redisServer();
    await own.start();
    shared = await open(SHARED);
  });
  afterAll(async () => {
    await shared?.send("DEL", key(name)).catch(() => {});
    for (const client of opened) client.end();
    await own?.remove();
  });

  test("a command that Redis refuses is PERMANENT and is not repeated", async () => {
    await shared.send("SET", key(name), "text");
    expect(await failure(() => shared.send("LPUSH", key(name), "x"))).toBe("PERMANENT");
    expect(await failure(() => shared.send("NOPE"))).toBe("PERMANENT");
    expect(await failure(() => shared.send("EVAL", "return redis.error_reply('BREAKER_OPEN retry_after=5')", "0"))).toBe(
      "PERMANENT",
    );
    expect(await failure(() => shared.send("EVAL", "return redis.call('LPUSH', KEYS[1], 'x')", "1", key(name)))).toBe(
      "PERMANENT",
    );
    expect(await failure(() => shared.multi(["SET", key(name), "text"], ["LPUSH", key(name), "x"]))).toBe("PERMANENT");
    expect(await policy().execute(() => shared.send("NOPE"))).toMatchObject({ stopReason: "NON_RETRYABLE_CLASS", attempts: 1 });
  });

  test("a missing script is TRANSIENT: the client loads it", async () => {
    expect(await failure(() => shared.send("EVALSHA", "a".repeat(40), "0"))).toBe("TRANSIENT");
  });

  test("a full memory is TRANSIENT, also in a transaction, until somebody makes room", async () => {
    const client = await open(own.port);
    await client.send("CONFIG", "SET", "maxmemory", "1");
    expect(await failure(() => client.send("SET", "k", "v"))).toBe("TRANSIENT");
    // Of a transaction node-redis 4 keeps only "EXECABORT ... because of previous errors", and not which.
    expect(await failure(() => client.multi(["SET", "k", "v"]))).toBe(name === "node-redis 4" ? "PERMANENT" : "TRANSIENT");
    await recovers(
      () => client.send("SET", "k", "v"),
      () => client.send("CONFIG", "SET", "maxmemory", "0"),
    );
  });

  test("too few replicas are TRANSIENT until there are enough", async () => {
    const client = await open(own.port);
    await client.send("CONFIG", "SET", "min-replicas-to-write", "1");
    expect(await failure(() => client.send("SET", "k", "v"))).toBe("TRANSIENT");
    await recovers(
      () => client.send("SET", "k", "v"),
      () => client.send("CONFIG", "SET", "min-replicas-to-write", "0"),
    );
  });

  test("a replica that refuses a write is TRANSIENT until it is promoted", async () => {
    const client = await open(own.port);
    await client.send("REPLICAOF", "127.0.0.1", `${await freePort()}`);
    expect(await failure(() => client.send("SET", "k", "v"))).toBe("TRANSIENT");
    await recovers(
      () => client.send("SET", "k", "v"),
      () => client.send("REPLICAOF", "NO", "ONE"),
    );
  });

  test("a server that is busy with a script is TRANSIENT until the script is killed, and so is the script", async () => {
    const [script, client] = [await open(own.port), await open(own.port)];
    await client.send("CONFIG", "SET", "busy-reply-threshold", "1");
    const killed = failure(() => script.send("EVAL", "while true do end", "0"));
    await until("the script is running", () =>
      client.send("GET", "k").then(
        () => false,
        () => true,
      ),
    );
    expect(await failure(() => client.send("GET", "k"))).toBe("TRANSIENT");
    await recovers(
      () => client.send("GET", "k"),
      () => client.send("SCRIPT", "KILL"),
    );
    expect(await killed).toBe("TRANSIENT");
  });

  test("missing or wrong credentials are AUTH, a missing privilege PERMISSION", async () => {
    const admin = await open(own.port);
    await admin.send("ACL", "SETUSER", "reader", "on", ">secret", "~*", "+@all", "-set");
    const reader = await open(own.port, { username: "reader", password: "secret" });
    expect(await failure(() => reader.send("SET", "k", "v"))).toBe("PERMISSION");
    expect(await failure(() => admin.send("AUTH", "reader", "wrong"))).toBe("AUTH");
    await admin.send("ACL", "SETUSER", "default", "resetpass", ">secret");
    try {
      const nobody = connect(own.port).then((client) => {
        opened.push(client);
        return client.send("GET", "k");
      });
      expect(await failure(() => nobody)).toBe("AUTH");
    } finally {
      await admin.send("ACL", "SETUSER", "default", "nopass");
    }
  });

  test("a connection that is cut in mid-command is TRANSIENT, and a policy gets through on the next one", async () => {
    const [waiting, killer] = [await open(own.port), await open(own.port)];
    const id = String(await waiting.send("CLIENT", "ID"));
    const cut = failure(() => waiting.send("BLPOP", "nothing", "0"));
    await until("the client is blocked", async () => /blocked_clients:1/.test(String(await killer.send("INFO", "clients"))));
    await killer.send("CLIENT", "KILL", "ID", id);
    expect(await cut).toBe("TRANSIENT");
    await policy().call(() => waiting.send("PING"));
  });

  test("a server that is restarted is TRANSIENT, and a policy outlives it", async () => {
    const client = await open(own.port);
    await own.stop();
    expect(await failure(() => client.send("PING"))).toBe("TRANSIENT");
    expect(await failure(() => connect(own.port))).toBe("TRANSIENT");
    expect(
      await recovers(
        () => client.send("PING"),
        () => own.start(),
      ),
    ).toBe("PONG");
  });

  test("a server that is full is TRANSIENT until somebody leaves", async () => {
    const client = await open(own.port);
    await client.send("CONFIG", "SET", "maxclients", "1");
    expect(await failure(() => open(own.port).then((other) => other.send("PING")))).toBe("TRANSIENT");
    await recovers(
      () => open(own.port).then((other) => other.send("PING")),
      () => client.send("CONFIG", "SET", "maxclients", "1000"),
    );
  });
});

test.each(Object.entries(CLIENTS))("%s: a server that is loading is TRANSIENT until it has loaded", async (_name, connect) => {
  const own = await redisServer("--key-load-delay", "0");
  await own.start();
  const client = await connect(own.port);
  try {
    await client.send("DEBUG", "POPULATE", "3000");
    await client.send("SAVE");
    await own.stop("SIGKILL");
    await own.start("--key-load-delay", "300", "--loading-process-events-interval-bytes", "1024");
    const classes = new Set<ErrorClass>();
    const loading = new Policy({
      retry: {
        classifier: (error) => {
          const errorClass = classOf(redisClassifier, error);
          if (/LOADING/.test((error as Error).message)) classes.add(errorClass);
          return errorClass;
        },
        strategy: constant(20),
        maxAttempts: 500,
        deadlineMs: 10_000,
      },
    });
    expect(await loading.call(() => client.send("DBSIZE"))).toBe(3000);
    expect([...classes]).toEqual(["TRANSIENT"]);
  } finally {
    client.end();
    await own.remove();
  }
});

describe("a watched key that somebody else changes", () => {
  test.each([
    ["node-redis 4", createClient4],
    ["node-redis 5", createClient5],
    ["node-redis 6", createClient6],
  ])("is CONCURRENCY in %s, and a policy runs the transaction again", async (name, createClient) => {
    const client = (createClient as typeof createClient6)({ socket: { port: SHARED, host: "127.0.0.1" } });
    const other = (createClient as typeof createClient6)({ socket: { port: SHARED, host: "127.0.0.1" } });
    const counter = key(`watch:${name}`);
    await Promise.all([client.connect(), other.connect()]);
    try {
      let attempts = 0;
      const classes: ErrorClass[] = [];
      const transaction = async (): Promise<unknown> => {
        await client.watch(counter);
        if (attempts++ === 0) await other.set(counter, "5");
        const count = Number(await client.get(counter)) + 1;
        return client.multi().set(counter, `${count}`).exec();
      };
      await new Policy({
        retry: {
          classifier: (error) => {
            classes.push(classOf(redisClassifier, error));
            return redisClassifier(error);
          },
          strategy: constant(0),
        },
      }).call(transaction);
      expect(classes).toEqual(["CONCURRENCY"]);
      expect(await client.get(counter)).toBe("6");
    } finally {
      await client.del(counter);
      await Promise.all([client.quit(), other.quit()]);
    }
  });
});

test.each([
  ["ioredis 5", IORedis],
  ["ioredis 6", IORedis6 as unknown as typeof IORedis],
])(
  "%s without an offline queue says that its stream is not writeable while it reconnects: TRANSIENT, and soon over",
  async (_name, Redis) => {
    const own = await redisServer();
    await own.start();
    const client = new Redis({ port: own.port, host: "127.0.0.1", enableOfflineQueue: false, retryStrategy: () => 20 });
    client.on("error", () => {});
    try {
      await until("connected", () => client.status === "ready");
      await own.stop();
      await until("disconnected", () => client.status !== "ready");
      const error = await client.ping().catch((thrown: unknown) => thrown);
      expect((error as Error).message).toContain("Stream isn't writeable");
      expect(classOf(redisClassifier, error)).toBe("TRANSIENT");
      expect(
        await recovers(
          () => client.ping(),
          () => own.start(),
        ),
      ).toBe("PONG");
    } finally {
      client.disconnect();
      await own.remove();
    }
  },
);
