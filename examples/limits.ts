/* A language model that allows three requests and 1,000 tokens a second. Run it: npx tsx examples/limits.ts */
import { Bulkhead, Policy, RateLimiter } from "redress";
import { VirtualClock } from "redress/testing";

const clock = new VirtualClock(); // so that it prints the same whenever it is run, at once
interface Answer {
  readonly usage: { readonly tokens: number };
}

const rate = new RateLimiter({
  name: "model rate",
  limits: {
    requests: { limit: 3, intervalMs: 1_000, cost: 1 },
    tokens: { limit: 1_000, intervalMs: 1_000, cost: 300 },
  },
  maxQueue: 4,
  used: (answer: Answer) => ({ tokens: answer.usage.tokens }), // what it has really cost
  clock,
});
const connections = new Bulkhead({ name: "model connections", maxConcurrent: 2, maxQueue: 10, clock });
const model = new Policy({ operation: "chat", retry: { deadlineMs: 5_000 }, limiter: [rate, connections], clock });

async function ask(question: string, tokens: number): Promise<void> {
  const outcome = await model.execute(
    async ({ signal }): Promise<Answer> => {
      console.log(`${clock.now()} ms: ${question} is sent`);
      await clock.sleep(100, signal);
      return { usage: { tokens: 250 } };
    },
    { cost: { tokens } },
  );
  if (outcome.ok) console.log(`${clock.now()} ms: ${question} is answered, for ${outcome.value.usage.tokens} tokens`);
  else console.log(`${clock.now()} ms: ${question}: ${outcome.error}`);
}

const asked = Promise.all([ask("a", 300), ask("b", 300), ask("c", 600), ask("d", 300), ask("e", 300), ask("f", 1_500)]);
await clock.run();
await asked;

/* Prints:
 */
