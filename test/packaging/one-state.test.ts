/* What a user imports from several subpaths is one library: what one of them made, the others know. */
import { execFileSync } from "node:child_process";
import { expect, inject, test } from "vitest";

const { folder } = inject("installed");

const program = `
  const clock = new testing.VirtualClock();
  const policy = new redress.Policy({ retry: { maxAttempts: 2, onExhausted: "wrap", strategy: redress.constant(10) }, clock });
  const breaker = new redress.CircuitBreaker({ name: "payments", clock });
  breaker.trip();
  const ending = async (call) => {
    const settled = call.then(() => undefined, (error) => error);
    await clock.advance(100);
    return settled;
  };
  const wrapped = await ending(policy.call(() => Promise.reject(new redress.RateLimitError())));
  const refused = new TypeError("refused");
  const rethrown = await ending(new redress.Policy({ clock }).call(() => { throw refused; }));
  const rejected = await ending(breaker.call(() => 1));

  console.log(JSON.stringify({
    "the error of a call says why it stopped": redress.outcomeOf(wrapped)?.stopReason,
    "so does an error of another's": [rethrown === refused, redress.outcomeOf(rethrown)?.stopReason],
    "an error of ours is one of its class": [wrapped instanceof redress.RedressError, redress.isRetryExhaustedError(wrapped)],
    "the classifiers of extras know what our errors mean": [
      extras.universalClassifier(new redress.RateLimitError()),
      extras.networkClassifier(new redress.AuthError()),
      extras.universalClassifier(rejected),
    ],
    "combinators take classifiers of extras": redress.firstKnown(extras.httpClassifier, redress.defaultClassifier)({ status: 503 }),
    "the doctor knows what is made by the library": [doctor.kindOf(policy), doctor.kindOf(breaker)],
    "the doctor reads a policy": doctor.envelope(new redress.Policy({ retry: { maxAttempts: 4 } })).worstCase.attempts,
    "the simulator runs a policy": simulate.simulate(new redress.Policy(), simulate.scenarios.outage(), { durationMs: 1000 }).durationMs,
  }));
`;

const known = {
  "the error of a call says why it stopped": "MAX_ATTEMPTS_GLOBAL",
  "so does an error of another's": [true, "NO_RETRY"],
  "an error of ours is one of its class": [true, true],
  "the classifiers of extras know what our errors mean": ["RATE_LIMIT", "AUTH", "PERMANENT"],
  "combinators take classifiers of extras": { errorClass: "SERVER_ERROR" },
  "the doctor knows what is made by the library": ["policy", "breaker"],
  "the doctor reads a policy": 4,
  "the simulator runs a policy": 1000,
};

const subpaths = ["doctor", "extras", "simulate", "testing"];

test.each([
  ["import", "module", (name: string) => `await import("${name}")`],
  ["require", "commonjs", (name: string) => `require("${name}")`],
] as const)("by %s, what one subpath made is known to the others", (_how, inputType, load) => {
  const loads = [["redress", "redress"], ...subpaths.map((name) => [name, `redress/${name}`] as const)] as const;
  const script = `(async () => {${loads.map(([name, specifier]) => `const ${name} = ${load(specifier ?? "")};`).join("\n")}${program}})()`;
  const argv = [`--input-type=${inputType}`, "--eval", script];

  expect(JSON.parse(execFileSync(process.execPath, argv, { cwd: folder, encoding: "utf8" }))).toEqual(known);
});
