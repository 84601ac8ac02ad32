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
