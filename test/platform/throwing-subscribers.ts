// Run by diagnostics.test.ts in a process of its own: every subscriber throws. With the argument `handled`, the process has a handler of uncaught exceptions.
import { AsyncLocalStorage } from "node:async_hooks";
import { channel, subscribe } from "node:diagnostics_channel";
import { constant, Policy, TransientError } from "redress";
import { diagnosticsHooks } from "redress/diagnostics";

const heard: string[] = [];
if (process.argv[2] === "handled") process.on("uncaughtException", (error) => heard.push(error.message));

const PHASES = ["start", "end", "asyncStart", "asyncEnd", "error"];
const tracing = ["call", "attempt"].flatMap((subject) => PHASES.map((phase) => `tracing:redress:${subject}:${phase}`));
for (const name of [...tracing, "redress:event"])
  subscribe(name, () => {
    throw new Error(name.replace(/^(tracing:)?redress:/, ""));
  });
channel("tracing:redress:attempt:start").bindStore(new AsyncLocalStorage(), () => {
  throw new Error("a bound store");
});

const hookErrors: unknown[] = [];
const policy = new Policy({
  operation: "read",
  retry: { maxAttempts: 2, strategy: constant(0) },
  hooks: diagnosticsHooks(),
  onHookError: (error) => void hookErrors.push(error),
});
const failing = (times: number) => {
  let left = times;
  return (): string => {
    if (left-- > 0) throw new TransientError("down");
    return "value";
  };
};
const outcomes = [await policy.execute(failing(1)), await policy.execute(failing(2)), policy.executeSync(failing(1))];
await new Promise((resolve) => setImmediate(resolve));
console.log(
  JSON.stringify({
    outcomes: outcomes.map(({ attempts, ...outcome }) => [outcome.ok ? outcome.value : outcome.stopReason, attempts]),
    hookErrors: hookErrors.length,
    heard: [...new Set(heard)].sort(),
  }),
);
