/* The same calls without redress, each way against a server of its own with the same script. */
import { setTimeout as sleep } from "node:timers/promises";
import { startServer } from "./server.ts";

/** What became of the calls that were made one way. */
export interface Way {
  readonly name: string;
  readonly succeeded: number;
  readonly requests: number;
  readonly requestsInOutage: number;
  readonly elapsedMs: readonly number[];
}

/** How one call is made; true where it got its answer. */
type MakeCall = (url: string) => Promise<boolean>;

async function answers(url: string, timeoutMs: number): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** One attempt. */
export const once =
  (timeoutMs: number): MakeCall =>
  (url) =>
    answers(url, timeoutMs);

/** The loop that stands in many services: so many attempts, whatever the failure, one right after the other. */
export const inALoop =
  (attempts: number, timeoutMs: number): MakeCall =>
  async (url) => {
    for (let attempt = 1; attempt <= attempts; attempt++) if (await answers(url, timeoutMs)) return true;
    return false;
  };

/** Makes the calls, the first by itself and the others on time, as the demo does with redress. */
export async function run(name: string, makeCall: MakeCall, calls: number, everyMs: number): Promise<Way> {
  const server = await startServer(() => {});
  const elapsedMs: number[] = [];
  let succeeded = 0;
  const call = async (id: number): Promise<void> => {
    const startedAt = performance.now();
    if (await makeCall(`${server.url}/things/${id}`)) succeeded += 1;
    elapsedMs.push(performance.now() - startedAt);
  };
  await call(1);
  const others: Promise<void>[] = [];
  const startedAt = performance.now();
  for (let id = 2; id <= calls; id++) {
    await sleep(Math.max(0, startedAt + (id - 2) * everyMs - performance.now()));
    others.push(call(id));
  }
  await Promise.all(others);
  await server.close();
  const requests = [...server.served.values()].reduce((sum, count) => sum + count, 0);
  return { name, succeeded, requests, requestsInOutage: server.served.get("outage") ?? 0, elapsedMs };
}
