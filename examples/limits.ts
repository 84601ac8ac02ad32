/* A language model that allows three requests and 1,000 tokens a second. Run it: npx tsx examples/limits.ts */
import { Bulkhead, Policy, RateLimiter } from "redress";
import { VirtualClock } from "redress/testing";

const clock = new VirtualClock(); // so that it prints the same whenever it is run, at once

const rate = new RateLimiter({
  name: "model rate",
  limits: {
    requests: { limit: 3, intervalMs: 1_000, cost: 1 },
    tokens: { limit: 1_000, intervalMs: 1_000, cost: 300 },
  },
  maxQueue: 3,
  used: (answer: { tokens: number }) => ({ tokens: answer.tokens }), // what it has really cost
  clock,
});
const connections = new Bulkhead({ name: "model connections", maxConcurrent: 2, maxQueue: 10, clock });
const model = new Policy({ operation: "chat", limiter: [rate, connections], clock });

async function ask(question: string, tokens: number): Promise<void> {
  const operation = async () => {
    console.log(`${clock.now()} ms: ${question} is sent`);
    await clock.sleep(100);
    return { tokens: 250 };
  };
  const outcome = await model.execute(operation, { cost: { tokens } }); // what it may cost
  if (outcome.ok) console.log(`${clock.now()} ms: ${question} is answered, for ${outcome.value.tokens} tokens`);
  else console.log(`${clock.now()} ms: ${question} is turned away: ask again in ${outcome.limitedBy?.retryAfterMs} ms`);
}

const asked = Promise.all([ask("a", 300), ask("b", 300), ask("c", 600), ask("d", 300), ask("e", 300), ask("f", 300)]);
await clock.run();
await asked;

/* Prints:
0 ms: a is sent
0 ms: b is sent
0 ms: f is turned away: ask again in 2000 ms
100 ms: a is answered, for 250 tokens
100 ms: b is answered, for 250 tokens
1000 ms: c is sent
1000 ms: d is sent
1100 ms: e is sent
1100 ms: c is answered, for 250 tokens
1100 ms: d is answered, for 250 tokens
1200 ms: e is answered, for 250 tokens
*/
