/* A thousand messages through RabbitMQ, while a worker is killed and the node restarted. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChannelModel, type ConfirmChannel, connect } from "amqplib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../broker-server.ts";
import {
  Crew,
  complaintsOf,
  isTampered,
  JOBS,
  type JobEnd,
  MAX_ATTEMPTS,
  payloadOf,
  type Run,
  readLog,
  TAMPERED,
  untilInvoked,
} from "./harness.ts";
import { RabbitNode } from "./rabbitmq-node.ts";

const QUEUE = "orders";
const node = new RabbitNode();
const folder = mkdtempSync(join(tmpdir(), "redress-amqp-"));
const log = join(folder, "log");
writeFileSync(log, "");
let crew: Crew;

beforeAll(async () => {
  await node.start();
  crew = new Crew(new URL("amqp-worker.ts", import.meta.url), log, { RABBITMQ_URL: node.url, RABBITMQ_QUEUE: QUEUE });
}, 120_000);
afterAll(async () => {
  await crew?.stop();
  await node.remove();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

async function onChannel<T>(use: (channel: ConfirmChannel, connection: ChannelModel) => Promise<T>): Promise<T> {
  const connection = await connect(node.url);
  const channel = await connection.createConfirmChannel();
  const value = await use(channel, connection);
  await connection.close();
  return value;
}

async function addJobs(): Promise<void> {
  await onChannel(async (channel) => {
    await channel.assertQueue(QUEUE, { durable: true });
    for (let index = 0; index < JOBS; index++) {
      const headers = isTampered(index) ? { "redress-progress": JSON.stringify(TAMPERED) } : {};
      channel.sendToQueue(QUEUE, Buffer.from(JSON.stringify(payloadOf(index))), { persistent: true, headers });
    }
    await channel.waitForConfirms();
  });
}

interface Parked {
  readonly index: number;
  readonly reason: string;
}

const parked = (): Promise<Parked[]> =>
  onChannel(async (channel) => {
    const messages: Parked[] = [];
    for (;;) {
      const message = await channel.get(`${QUEUE}.failed`, { noAck: false });
      if (message === false) return messages;
      const { index } = JSON.parse(message.content.toString());
      messages.push({ index, reason: message.properties.headers?.["redress-reason"] });
    }
  });

/** Nothing waits in any queue, and nothing is under way: nothing has begun for longer than the longest delay. */
const isOver = async (): Promise<boolean> => {
  const last = readLog(log).at(-1)?.atMs ?? Date.now();
  if (Date.now() - last < 3_000) return false;
  return (await onChannel((channel) => channel.checkQueue(QUEUE))).messageCount === 0;
};

test("a thousand messages end as they have to, with a worker killed and the server restarted", async () => {
  await addJobs();
  const [first] = [await crew.start(), await crew.start()];
  await untilInvoked(log, 300);
  await crew.kill(first);
  await crew.start();
  await untilInvoked(log, 700);
  const fromMs = Date.now();
  await node.stop("SIGTERM");
  await node.start();
  const backAt = readLog(log).length;
  await until("a worker that is back", () => readLog(log).length > backAt + 20, 60_000);
  const toMs = Date.now();
  await until("the end", isOver, 120_000);

  const lines = readLog(log);
  const failed = await parked();
  const isFailed = new Set(failed.map(({ index }) => index));
  const done = new Set(lines.filter(({ ok }) => ok).map(({ index }) => index));
  const ends: JobEnd[] = [
    ...[...isFailed].map((index) => ({
      index,
      kind: "failed" as const,
      reason: failed.find((one) => one.index === index)?.reason,
    })),
    ...[...done].filter((index) => !isFailed.has(index)).map((index) => ({ index, kind: "done" as const })),
  ];
  const run: Run = { log: lines, ends, killed: crew.killed, away: [[fromMs, toMs]] };
  const twofold = twofoldJobs(run);
  const complaints = complaintsOf(run).filter((text) => !twofold.has(Number(/\d+/.exec(text)?.[0])));
  expect(complaints, crew.said.slice(-2_000)).toEqual([]);
  // No more than were under way when it happened, and no more than twice as often.
  expect(twofold.size).toBeLessThanOrEqual(40);
  for (const index of twofold) {
    expect(lines.filter((line) => line.what === "began" && line.index === index).length).toBeLessThanOrEqual(2 * MAX_ATTEMPTS);
    expect(isFailed.has(index) || done.has(index)).toBe(true);
  }
}, 240_000);

/**
 * Jobs that are there twice: their copy was published, and the acknowledgement of the message has not come through, because the server went or the worker was killed.
 */
function twofoldJobs({ log, killed, away }: Run): Set<number> {
  const twofold = new Set<number>();
  const seen = new Set<string>();
  for (const { what, index, attempt } of log) {
    const key = `${index} ${attempt}`;
    if (what === "began" && seen.has(key)) {
      const before = log.filter((line) => line.index === index && line.attempt < attempt).at(-1);
      const isAway = away.some(([fromMs, toMs]) => before !== undefined && before.atMs > fromMs - 1_000 && before.atMs < toMs);
      if (isAway || killed.has(before?.pid ?? 0)) twofold.add(index);
    }
    if (what === "began") seen.add(key);
  }
  return twofold;
}
