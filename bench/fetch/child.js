/** Measures one client: microseconds per request, one after the other, by the best of some batches; and what it kept the processor busy for. */
import { contenders } from "./contenders.js";

const WARM_UP = 1_000;
const BATCHES = 12;
const REQUESTS = 250;

const [name, url] = process.argv.slice(2);
const request = await contenders[name]();
for (let i = 0; i < WARM_UP; i++) if ((await request(url)) !== "hello") throw new Error("Another answer was expected.");
let best = Infinity;
let bestCpu = Infinity;
for (let batch = 0; batch < BATCHES; batch++) {
  const cpu = process.cpuUsage();
  const startedAt = performance.now();
  for (let i = 0; i < REQUESTS; i++) await request(url);
  best = Math.min(best, ((performance.now() - startedAt) / REQUESTS) * 1_000);
  const { user, system } = process.cpuUsage(cpu);
  bestCpu = Math.min(bestCpu, (user + system) / REQUESTS);
}
process.stdout.write(`${JSON.stringify({ wallUs: best, cpuUs: bestCpu })}\n`, () => process.exit());
