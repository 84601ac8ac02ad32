/* A thousand messages through JetStream, while a worker is killed and the server restarted: one worker with each of its libraries. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type PrivateServer, privateServer, until } from "../broker-server.ts";
import { Crew, complaintsOf, isTampered, JOBS, type JobEnd, payloadOf, readLog, TAMPERED, untilInvoked } from "./harness.ts";
import { LIBRARIES, natsClient } from "./nats-clients.ts";

let server: PrivateServer;
const crews: Crew[] = [];
const folder = mkdtempSync(join(tmpdir(), "redress-nats-"));
const log = join(folder, "log");
writeFileSync(log, "");

beforeAll(async () => {
  server = await privateServer("nats-server", (own) => ["-js", "-sd", own.folder, "-a", "127.0.0.1", "-p", `${own.port}`]);
  await server.start();
  for (const NATS_LIBRARY of LIBRARIES)
    crews.push(new Crew(new URL("nats-worker.ts", import.meta.url), log, { NATS_PORT: `${server.port}`, NATS_LIBRARY }));
}, 60_000);
afterAll(async () => {
  await Promise.all(crews.map((crew) => crew.stop()));
  await server?.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

const MS = 1e6;

test("a thousand messages end as they have to, with a worker killed and the server restarted", async () => {
  const client = await natsClient("nats 2", server.port);
  const { manager, js, bucketOf } = client;
  await manager.streams.add({ name: "ORDERS", subjects: ["orders"] });
  // What waits counts as pending, and a delivery that is lost is noticed after ack_wait.
  await manager.consumers.add("ORDERS", {
    durable_name: "worker",
    ack_policy: "explicit" as never,
    max_ack_pending: 2 * JOBS,
    ack_wait: 3_000 * MS,
  });
  const bucket = await bucketOf("redress");
  for (let index = 0; index < JOBS; index++) {
    const { seq } = await js.publish("orders", JSON.stringify(payloadOf(index)));
    const { time } = (await manager.streams.getMessage("ORDERS", { seq })) as { readonly time: Date };
    const record = { publishedMs: time.getTime(), delivery: 0, dueMs: 0, progress: TAMPERED };
    if (isTampered(index)) await bucket.put(`ORDERS.worker.${seq}`, JSON.stringify(record));
  }
  const [one, other] = crews as [Crew, Crew];
  const first = await one.start();
  await other.start();
  await untilInvoked(log, 300);
  await one.kill(first);
  await one.start();
  await untilInvoked(log, 700);
  const fromMs = Date.now();
  await server.stop();
  await server.start();
  const backAt = readLog(log).length;
  await until("a worker that is back", () => readLog(log).length > backAt + 20, 60_000);
  const toMs = Date.now();
  await until(
    "the end",
    async () => {
      const info = await manager.consumers.info("ORDERS", "worker").catch(() => undefined);
      return info?.num_pending === 0 && info.num_ack_pending === 0;
    },
    120_000,
  );

  const lines = readLog(log);
  const done = new Set(lines.filter(({ ok }) => ok).map(({ index }) => index));
  const ends: JobEnd[] = [];
  for (let index = 0; index < JOBS; index++) {
    const entry = await bucket.get(`ORDERS.worker.${index + 1}`);
    const record = entry?.operation === "PUT" ? entry.json<{ ended?: "done" | { reason: string } }>() : {};
    if (typeof record.ended === "object") ends.push({ index, kind: "failed", reason: record.ended.reason });
    else if (done.has(index)) ends.push({ index, kind: "done" });
  }
  await client.connection.close();
  const killed = new Set(crews.flatMap((crew) => [...crew.killed]));
  const complaints = complaintsOf({ log: lines, ends, killed, away: [[fromMs, toMs]] });
  expect(complaints, crews.map(({ said }) => said.slice(-2_000)).join("")).toEqual([]);
}, 240_000);
