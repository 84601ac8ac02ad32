/**
 * Measures one client beside bare fetch, in turns of a few milliseconds, so that what disturbs the machine disturbs both: microseconds per request, and how many times those of
 * fetch that is.
 */
import { median } from "../summary.js";
import { contenders } from "./contenders.js";

const WARM_UP = 1_000;
const TURNS = 100;
const REQUESTS = 40;

const [name, url] = process.argv.slice(2);
const requests = { fetch: await contenders.fetch(), client: await contenders[name]() };
for (const request of Object.values(requests))
  for (let i = 0; i < WARM_UP; i++) if ((await request(url)) !== "hello") throw new Error("Another answer was expected.");

/** @param {(url: string) => Promise<string>} request */
async function turn(request) {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (let i = 0; i < REQUESTS; i++) await request(url);
  const wallUs = ((performance.now() - startedAt) / REQUESTS) * 1_000;
  const { user, system } = process.cpuUsage(cpu);
  return { wallUs, cpuUs: (user + system) / REQUESTS };
}

const turns = [];
for (let i = 0; i < TURNS; i++) {
  const isFirst = i % 2 === 0;
  const before = isFirst ? await turn(requests.fetch) : null;
  const client = await turn(requests.client);
  turns.push({ fetch: before ?? (await turn(requests.fetch)), client });
}
const figures = {
  wallUs: median(turns.map(({ client }) => client.wallUs)),
  wallRatio: median(turns.map(({ client, fetch }) => client.wallUs / fetch.wallUs)),
  cpuUs: median(turns.map(({ client }) => client.cpuUs)),
  cpuRatio: median(turns.map(({ client, fetch }) => client.cpuUs / fetch.cpuUs)),
};
process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit());
