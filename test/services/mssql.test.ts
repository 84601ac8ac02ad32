/* mssql on tedious. There is no SQL Server to be had here: what can be provoked is what happens on the way to one. */
import { type AddressInfo, createServer, type Server } from "node:net";
import mssql from "mssql";
import { constant, type ErrorClass, Policy } from "redress";
import { mssqlClassifier } from "redress/extras";
import { afterAll, beforeAll, expect, test } from "vitest";
import { classOf } from "../extras/recorded.ts";
import { refusedUrl } from "./http-server.ts";

let silent: Server;
beforeAll(async () => {
  silent = createServer(() => {});
  await new Promise<void>((listening) => silent.listen(0, "127.0.0.1", listening));
});
afterAll(() => silent.close());

const connect = async (port: number, server = "127.0.0.1"): Promise<void> => {
  const pool = new mssql.ConnectionPool({
    server,
    port,
    user: "sa",
    password: "none",
    connectionTimeout: 300,
    options: { encrypt: false, trustServerCertificate: true },
  });
  await pool.connect();
};

const refusedPort = async (): Promise<number> => Number(new URL(await refusedUrl()).port);

test.each<[string, ErrorClass, () => Promise<void>]>([
  ["nobody listens", "TRANSIENT", async () => connect(await refusedPort())],
  ["nobody knows the name", "TRANSIENT", () => connect(1433, "nope.invalid")],
  ["the server says nothing", "TRANSIENT", () => connect((silent.address() as AddressInfo).port)],
  [
    "the pool was never connected",
    "PERMANENT",
    async () => {
      await new mssql.ConnectionPool({ server: "127.0.0.1" }).request().query("select 1");
    },
  ],
])("%s: %s", async (_what, errorClass, op) => {
  const retries: ErrorClass[] = [];
  const policy = new Policy({
    retry: {
      classifier: mssqlClassifier,
      maxAttempts: 2,
      strategy: constant(1),
      beforeSleep: (failed) => retries.push(failed.errorClass),
    },
  });
  const outcome = await policy.execute(op);
  if (outcome.ok) throw new Error("The call succeeded.");
  expect(classOf(mssqlClassifier, outcome.lastError)).toBe(errorClass);
  expect(outcome.lastClass).toBe(errorClass);
  expect(retries).toEqual(errorClass === "PERMANENT" ? [] : [errorClass]);
});
