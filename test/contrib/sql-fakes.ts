/* A database that answers as it is told: a pool that counts what goes out and comes back, and connections that write down what they are asked. */
import { EventEmitter } from "node:events";
import { constant, Policy, type PolicyOptions } from "redress";

/** What a statement gets: an error, silence, or, where nothing is said, an answer. */
export type Reply = Error | "silence" | "rolled back";

export class FakeClient extends EventEmitter {
  readonly statements: string[] = [];
  /** How it went back to the pool. */
  readonly endings: string[] = [];
  readonly #database: FakeDatabase;

  constructor(database: FakeDatabase) {
    super();
    this.#database = database;
  }

  async query(sql: string): Promise<{ readonly command: string }> {
    if (this.endings.length > 0) throw new Error("Client was closed and is not queryable");
    this.statements.push(sql);
    const reply = this.#database.replies.get(sql)?.shift();
    if (reply === "silence") return new Promise(() => {});
    if (reply instanceof Error) throw reply;
    return { command: reply === "rolled back" ? "ROLLBACK" : (sql.split(" ")[0] ?? "") };
  }

  release(error?: unknown): void {
    if (this.endings.length > 0) throw new Error("It was given back before.");
    this.endings.push(error === undefined ? "released" : `broken: ${(error as Error).message}`);
  }

  destroy(): void {
    this.endings.push("destroyed");
  }
}

export class FakeDatabase {
  readonly clients: FakeClient[] = [];
  /** By statement, what the next ones of it get. */
  readonly replies = new Map<string, Reply[]>();
  /** Made before the next connection is given. */
  before: () => unknown = () => {};

  readonly connect = async (): Promise<FakeClient> => {
    await this.before();
    const client = new FakeClient(this);
    this.clients.push(client);
    return client;
  };

  answers(sql: string, ...replies: Reply[]): void {
    this.replies.set(sql, replies);
  }

  /** What each connection was asked, and how it went back. */
  get story(): string[] {
    return this.clients.map(({ statements, endings }) => [...statements, ...endings].join(", "));
  }
}

export const failing = (fields: object, message = "failed"): Error => Object.assign(new Error(message), fields);

export const retrying = (options: PolicyOptions["retry"] = {}): Policy =>
  new Policy({ retry: { strategy: constant(0), ...options } });

/** What a promise is rejected with. */
export const failure = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => Promise.reject(new Error("It was to fail.")),
    (error: unknown) => error,
  );
