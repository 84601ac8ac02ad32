import { describe, expect, test } from "vitest";
import { redress, unwrapped } from "./running.ts";

describe("the exit code says what a script must know", () => {
  test.each<[number, string, string]>([
    [0, "the program explains itself", "--help"],
    [0, "a command explains itself", "help doctor"],
    [0, "a command explains itself, whatever else is said", "simulate x --clients 0 --help"],
    [0, "the version is asked for", "--version"],
    [0, "an error has a class", "classify @refused.txt"],
    [1, "an error is known to nobody", "classify @unknown.txt"],
    [0, "nothing is wrong", "doctor @policies.mjs:regions"],
    [0, "there are warnings", "doctor @warned.mjs"],
    [0, "the only warnings are switched off", "doctor @warned.mjs --strict --off no-budget,no-deadline"],
    [1, "there are warnings, and they count", "doctor @warned.mjs --strict"],
    [1, "a config has an option that no constructor takes", "doctor @broken-config.mjs"],
    [1, "a config has nothing but misspelled options", "doctor @broken-config.mjs:misspelled"],
    [1, "a module has such a config among others", "doctor @misspelled.mjs"],
    [1, "options of a breaker are wrong", "doctor @circuits.mjs:wrong"],
    [0, "options of a breaker are right", "doctor @circuits.mjs:right --strict"],
    [0, "options of a breaker are simulated", "simulate @circuits.mjs:right --scenario @scenarios.mjs:calm"],
    [1, "a constructor refused an option while the module loaded", "doctor @refused-option.mjs"],
    [1, "one of several modules has an error", "doctor @policies.mjs @broken-config.mjs"],
    [0, "the scenarios are listed", "simulate --list"],
    [0, "a scenario is made by an asynchronous function", "simulate @simulated.mjs:naive --scenario @scenarios.mjs:later"],
    [1, "the names of a policy's parts are misspelled", "doctor @misspelled-parts.mjs"],
    [0, "a policy is simulated", "simulate @simulated.mjs:naive --scenario @scenarios.mjs:calm"],
  ])("%i where %s", async (code, _when, line) => {
    expect((await redress(line)).code).toBe(code);
  });
});

describe("what could not run exits with 2 and says why, without a trace of ours", () => {
  test.each<[string, string, string | RegExp]>([
    ["no command", "", "A command is missing: classify, doctor, or simulate. See: redress --help"],
    [
      "a command that there is not",
      "docter @policies.mjs",
      "There is no command docter. Did you mean doctor? There are classify, doctor, simulate.",
    ],
    ["no error", "classify", "There is no error to classify: nothing was pasted, piped or in the file. See: redress classify"],
    ["a file of errors that is missing", "classify nowhere.txt", "nowhere.txt cannot be read: ENOENT"],
    ["two files of errors", "classify @refused.txt @unknown.txt", "classify reads one error, but got 2 files."],
    ["no target", "doctor", "doctor needs a target: ./policies.ts, or ./policies.ts:payments. See: redress doctor --help"],
    ["an unknown option", "doctor @policies.mjs --jsno", "There is no option --jsno. Did you mean --json?"],
    ["an option of another command", "doctor @policies.mjs --clients 3", "There is no option --clients."],
    ["a short option that there is not", "doctor @policies.mjs -x", "There is no option -x."],
    ["a value for a switch", "doctor @policies.mjs --json=yes", "--json takes no value."],
    ["an option without its value", "doctor @policies.mjs --off", "--off needs a value: rules, with commas between them."],
    ["an option instead of a value", "doctor @policies.mjs --off --strict", "--off needs a value"],
    ["an unknown rule", "doctor @policies.mjs --off no-such", /--off: there is no rule no-such\. The rules are .*\bno-budget\b/s],
    [
      "an unknown class",
      "doctor @policies.mjs --classes TRANSIENT,SLOW",
      /--classes: there is no class SLOW\. The classes are .*AUTH/s,
    ],
    ["a rate that is none", "doctor @policies.mjs --calls-per-second many", "--calls-per-second must be a number > 0, got many."],
    ["a rate of nothing", "doctor @policies.mjs --calls-per-second 0", "--calls-per-second must be a number > 0, got 0."],
    ["one layer", "doctor @policies.mjs:payments --nested", "--nested needs two targets or more, from the outside in."],
    ["a layer of many policies", "doctor @policies.mjs @warned.mjs:orders --nested", /name one policy each, but \S+ has 4/],
    ["a file that is missing", "doctor @nowhere.mjs", /There is no file \S*nowhere\.mjs\./],
    ["a file without its extension", "doctor @warned", /Did you mean \S+warned\.mjs\?/],
    ["a folder", "doctor test/cli", "test/cli is a folder: name a module in it."],
    ["a URL that is no file's", "doctor file://host:1/x.mjs", "is no path of a file."],
    ["a name that the module lacks", "doctor @policies.mjs:payment", /has no payment\. It exports .*payments \(policy\)/s],
    ["a name of something else", "doctor @policies.mjs:main", /main of \S+ is a function, no policy/],
    ["a module without policies", "doctor @no-policies.mjs", /It exports .*help \(a function\)/s],
    ["a module without exports", "doctor @empty.mjs", "It exports nothing."],
    [
      "a module that throws",
      "doctor @throws.mjs",
      /threw while it was loading\.\n\nError: DATABASE_URL is not set\n {4}at connect \(/,
    ],
    [
      "a module whose own error reads like one of ours",
      "doctor @throws-like-us.mjs",
      /threw while it was loading\.\n\nTypeError: port must be a number, got abc\.\n {4}at /,
    ],
    [
      "a module that throws for a reason",
      "doctor @throws-cause.mjs",
      /\n\nError: no pool\n {4}at \S+(\n {4}at .*)* Caused by: Error: refused\n {4}at \S+(\n {4}at .*)* Caused by: 7\n$/,
    ],
    ["nothing to simulate", "simulate --scenario outage", "simulate needs a target: ./policies.ts:payments."],
    ["too much to simulate", "simulate @simulated.mjs:naive b --scenario outage", "b may be given as --compare b."],
    ["no scenario", "simulate @simulated.mjs:naive", /needs a --scenario\. Ready-made.*\n {2}rate-limit +The API/s],
    ["a scenario without its name", "simulate @simulated.mjs:naive --scenario", /needs a value.*\n {2}rate-limit +The API/s],
    [
      "an unknown scenario",
      "simulate @simulated.mjs:naive --scenario flood",
      /no scenario flood\. Ready-made.*\n {2}rate-limit +The API/s,
    ],
    [
      "a scenario that throws",
      "simulate @simulated.mjs:naive --scenario @scenarios.mjs:faulty",
      /^redress: faulty of \S+ threw\.\n\nError: no scenario today\n {4}at \S*faulty /,
    ],
    [
      "a scenario with an option that is none",
      "simulate @simulated.mjs:naive --scenario @scenarios.mjs:refused",
      /^redress: refused of \S+: scenarios\.outage\.callsPerSecond must be a finite number > 0, got -1\./,
    ],
    [
      "a scenario whose dependency is no model",
      "simulate @simulated.mjs:naive --scenario @scenarios.mjs:noModel",
      /^redress: scenario\.dependency must be a model: a function of a world that returns a function of a request, got 5\.\n$/,
    ],
    [
      "an object that lacks what a scenario has",
      "simulate @simulated.mjs:naive --scenario @scenarios.mjs:lacking",
      /^redress: scenario\.duration is not an option; did you mean `durationMs`\? Options: .*durationMs, .*\.\n/,
    ],
    ["what makes no scenario", "simulate @simulated.mjs:naive --scenario @scenarios.mjs:strange", "strange of"],
    ["several scenarios", "simulate @simulated.mjs:naive --scenario @scenarios.mjs", "name one of"],
    ["several policies", "simulate @simulated.mjs --scenario outage", /name one of .*simulated\.mjs:naive/s],
    [
      "no clients",
      "simulate @simulated.mjs:naive --scenario outage --clients 0",
      "--clients must be an integer from 1 to 100000, got 0.",
    ],
    [
      "a part of a client",
      "simulate @simulated.mjs:naive --scenario outage --clients 1.5",
      "--clients must be an integer from 1 to 100000, got 1.5.",
    ],
    ["a seed that is none", "simulate @simulated.mjs:naive --scenario outage --seed x", "--seed must be a finite number, got x."],
    [
      "a time that goes back",
      "simulate @simulated.mjs:naive --scenario outage --duration-ms -5",
      "--duration-ms must be a finite number > 0, got -5.",
    ],
    [
      "calls that cannot be read",
      "simulate @simulated.mjs:naive --scenario outage --arrivals nowhere.csv",
      "nowhere.csv cannot be read",
    ],
    [
      "calls that are none",
      "simulate @simulated.mjs:naive --scenario outage --arrivals @throws.mjs",
      "--arrivals: test/cli/fixtures/throws.mjs:",
    ],
    [
      "the same policy twice",
      "simulate @simulated.mjs:naive --compare @simulated.mjs:naive --scenario outage",
      "the same policy again",
    ],
    [
      "a config that no constructor takes",
      "simulate @broken-config.mjs:orders --scenario outage",
      /orders: retry\.maxAttempts must be/,
    ],
    [
      "a module with such a config",
      "simulate @refused-option.mjs:orders --scenario outage",
      "retry.maxAttempts must be an integer >= 1, got 0.",
    ],
    [
      "a part that the simulation cannot make again",
      "simulate @simulated.mjs:shared --scenario outage",
      /^redress: A simulation needs a budget of its own .* \(a plain object\)\. Give it a function .*\.\n$/,
    ],
    [
      "a function that makes no policy",
      "simulate @simulated.mjs:noFactory --scenario outage",
      /^redress: simulate\.policies\.noFactory must be a function that returns a Policy, got 3\.\n$/,
    ],
    [
      "a strategy that leads to an error of ours",
      "simulate @simulated.mjs:misled --scenario outage",
      /^redress: circuitBreaker\.windowMs must be a number > 0, got -1\.\n\nRangeError: .*\n {4}at .*delayOfOurs /,
    ],
    [
      "a strategy that throws",
      "simulate @simulated.mjs:faulty --scenario outage",
      /called code that threw\.\n\nError: a strategy of ours threw\n {4}at /,
    ],
  ])("%s", async (_what, line, message) => {
    const { code, out, err } = await redress(line);
    expect(unwrapped(err)).toMatch(message);
    expect(err).not.toMatch(/src\/cli\/|node:internal/);
    expect([code, out]).toEqual([2, ""]);
  });
});
