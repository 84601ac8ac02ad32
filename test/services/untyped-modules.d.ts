// What these tests need of libraries that bring no types.
declare module "superagent" {
  const superagent: { get(url: string): Promise<{ readonly body: unknown }> };
  export default superagent;
}

declare module "mssql" {
  const mssql: {
    readonly ConnectionPool: new (
      config: Readonly<Record<string, unknown>>,
    ) => { connect(): Promise<unknown>; request(): { query(statement: string): Promise<unknown> } };
  };
  export default mssql;
}
declare module "pg" {
  export interface PoolClient {
    query(statement: string): Promise<{ rows: Record<string, unknown>[] }>;
    on(event: "error", listener: (error: unknown) => void): void;
    release(destroy?: boolean): void;
  }
  export class Pool {
    constructor(config: Readonly<Record<string, unknown>>);
    query(statement: string): Promise<{ rows: Record<string, unknown>[] }>;
    connect(): Promise<PoolClient>;
    on(event: "error", listener: (error: unknown) => void): void;
    end(): Promise<void>;
  }
}

declare module "better-sqlite3" {
  export default class Database {
    constructor(file: string, options?: { readonly timeout?: number; readonly readonly?: boolean });
    exec(statements: string): this;
    prepare(statement: string): { run(...values: unknown[]): unknown; get(...values: unknown[]): unknown };
    pragma(setting: string): unknown;
    close(): void;
  }
}

declare module "workerd" {
  /** Where the program is. */
  const path: string;
  export default path;
}
