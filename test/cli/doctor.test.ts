import { describe, expect, test } from "vitest";
import { redress } from "./running.ts";

describe("doctor --json prints its answer and nothing else", () => {
  test("findings of all targets, what was skipped, and whether all is well", async () => {
    const { code, out, err } = await redress("doctor @policies.mjs @warned.mjs --json");
    const answer = JSON.parse(out);
    expect(Object.keys(answer)).toEqual(["version", "ok", "findings", "envelopes", "nested", "skipped"]);
    expect(answer).toMatchObject({ version: 1, ok: true, envelopes: [], nested: null });
    expect(answer.findings.map(({ rule }: { rule: string }) => rule)).toEqual(["no-budget", "no-deadline"]);
    expect(answer.skipped).toContain("main (a function)");
    expect([code, err]).toEqual([0, ""]);
  });

  test("warnings are not well where they count", async () => {
    expect(JSON.parse((await redress("doctor @warned.mjs --json --strict")).out).ok).toBe(false);
  });

  test("envelopes with --show, the product with --nested", async () => {
    const { out } = await redress("doctor @policies.mjs:payments @policies.mjs:regions.eu --json --show --nested");
    const answer = JSON.parse(out);
    expect(answer.envelopes.map(({ subject }: { subject: string }) => subject)).toEqual(["payments", "regions.eu"]);
    expect(answer.nested).toMatchObject({ requestsPerCall: 12, layers: [{ subject: "payments" }, { subject: "regions.eu" }] });
  });

  test("what could not run is JSON, too", async () => {
    const { code, out, err } = await redress("doctor @throws.mjs --json");
    const answer = JSON.parse(out);
    expect(answer).toEqual({ version: 1, ok: false, error: { message: expect.any(String), stack: expect.any(String) } });
    expect(answer.error.stack).toMatch(/^Error: DATABASE_URL is not set\n/);
    expect([code, err]).toEqual([2, ""]);
  });

  test("so are bad arguments", async () => {
    const { code, out } = await redress("doctor --json --frob");
    expect([code, JSON.parse(out)]).toEqual([2, { version: 1, ok: false, error: { message: "There is no option --frob." } }]);
  });

  test("an option that a constructor refused is a finding about the module, with its line", async () => {
    const { findings } = JSON.parse((await redress("doctor @refused-option.mjs --json")).out);
    expect(findings).toEqual([
      {
        severity: "error",
        rule: "invalid-option",
        subject: "test/cli/fixtures/refused-option.mjs",
        option: "retry.maxAttempts",
        value: 0,
        message: expect.stringMatching(
          /^retry\.maxAttempts must be an integer >= 1, got 0\. At \S*refused-option\.mjs:\d+:\d+\.$/,
        ),
        fix: "Give an integer >= 1, or leave it out.",
      },
    ]);
  });
});

describe("doctor tells people", () => {
  test("of what there is nothing to show, and why", async () => {
    const line = "doctor @broken-config.mjs:orders @policies.mjs:payments";
    for (const option of ["--show", "--nested"])
      expect((await redress(`${line} ${option}`)).out).toContain("Nothing to show of what has errors: orders.");
    expect((await redress(line)).out).not.toContain("Nothing to show");
  });

  test("each mistake once, of a config in which every option is misspelled", async () => {
    for (const target of ["@misspelled.mjs", "@misspelled.mjs:payments"]) {
      const { out } = await redress(`doctor ${target}`);
      expect(out.match(/error {3}retry\.\w+/g)).toEqual(["error   retry.maxAttemps", "error   retry.deadlinMs"]);
    }
  });

  test("what is worst first, then what is well, what was skipped, and the counts", async () => {
    const { out } = await redress("doctor @policies.mjs:regions @warned.mjs @broken-config.mjs");
    const order = [
      "broken-config.mjs:orders (",
      "error   retry.maxAttempts = 0 [invalid-option]",
      "warned.mjs:orders (",
      "warning ",
    ];
    const places = [...order, "regions.us (retry config): nothing found", "Skipped", "5 checked: 2 errors, 2 warnings."].map(
      (text) => out.indexOf(text),
    );
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((one, other) => one - other));
  });

  test("the reason and the fix of each finding, in lines that fit", async () => {
    const { out } = await redress("doctor @warned.mjs --off no-budget", { columns: 60 });
    expect(out).toContain("  warning retry.deadlineMs = Infinity [no-deadline]\n    retry.deadlineMs is Infinity");
    expect(out).toMatch(/\n {4}Fix: /);
    expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(60);
  });

  test("the line at which a constructor refused an option", async () => {
    const { out } = await redress("doctor @refused-option.mjs");
    expect(out).toContain("| export const orders = new Policy({");
    expect(out).toContain("1 checked: 1 error, 0 warnings.");
  });

  test("why a run without errors has failed", async () => {
    expect((await redress("doctor @warned.mjs --strict")).out).toContain("0 errors, 2 warnings. Warnings fail, with --strict.");
  });

  test("every setting, the worst case and how it comes about, with --show", async () => {
    const { out } = await redress("doctor @policies.mjs:payments --show");
    expect(out).toMatch(/payments: what it will do\n {2}nesting +breaker > retry > attempt timeout/);
    expect(out).toMatch(/\n {2}retry\.deadlineMs +10,000 ms \(10 s\)\n/);
    expect(out).toMatch(/\n {2}circuitBreaker\.failureThreshold +5\n/);
    expect(out).toMatch(/\n {2}worst case +4 attempts\n +10 s from beginning to end\n/);
    expect(out).toMatch(/\n {2}because\n {2}- /);
  });

  test("what limiters and hedges come to, of one call and of all, with --show", async () => {
    const { code, out } = await redress("doctor @limited.mjs:search --show");
    expect(code).toBe(0);
    expect(out).toMatch(/search: what it will do\n {2}nesting +retry > limiter > hedge > attempt timeout >\s+operation\n/);
    expect(out).toMatch(/\n {2}limiter\[0\] +RateLimiter\n {2}limiter\[0\]\.name +search rate\n/);
    expect(out).toMatch(/\n {2}limiter\[1\]\.queueTimeoutMs +200 ms\n/);
    expect(out).toMatch(/\n {2}hedge\.delayMs +80 ms\n/);
    expect(out).toMatch(
      /\n {2}worst case +4 attempts\n +2 of them at a time\n +5 s from beginning to end\n +5 s of that asleep\n +800 ms of that in queues\n/,
    );
    expect(out).toMatch(/\n {2}all calls +20 attempts at a time\n +100 requests within any 1 s\n +5 % more requests by hedges\n/);
    expect(out).toMatch(/\n {2}- Limiter "search places" lets 20 attempts/);
  });

  test("several limits of one limiter, each with its settings, with --show", async () => {
    const { out } = await redress("doctor @limited.mjs:model @limited.mjs:throttled --show");
    expect(out).toMatch(/\n {2}limiter\.limits\.tokens\.limit +90,000\n/);
    expect(out).toMatch(/\n {2}all calls +60 requests within any 60 s\n +90,000 tokens within any 60 s\n/);
    expect(out).toMatch(/\n {2}limiter +AdaptiveThrottle\n/);
  });

  test("of keyed policies, what holds of the policy of a key; one that functions make is not called for it", async () => {
    const { code, out } = await redress("doctor @keyed.mjs --show");
    expect(code).toBe(0);
    expect(out).toMatch(/tenants: what it will do\n {2}nesting +breaker > retry > operation\n {2}operation +users\n/);
    expect(out).toMatch(/\n {2}worst case +3 attempts\n/);
    expect(out).toContain("byHand (an instance of KeyedPolicies)");
  });

  test("of limiters and hedges that are shared, only in the policies that have them", async () => {
    const { code, out } = await redress("doctor @limited.mjs");
    expect(code).toBe(0);
    expect(out).toContain("warning limiter.queueTimeoutMs = Infinity [queue-outlasts-deadline]");
    expect(out).toContain("Skipped, nothing to check:");
    for (const skipped of ["hedge (an instance of Hedge)", "places (an instance of Bulkhead)"]) expect(out).toContain(skipped);
    expect(out).toContain("4 checked: 0 errors, 1 warning.");
  });

  test("more about hedges and rates where the traffic is known", async () => {
    const { out } = await redress("doctor @limited.mjs:search --calls-per-second 0.1");
    expect(out).toContain("[hedge-never-fires]");
    expect((await redress("doctor @limited.mjs:search --calls-per-second 90")).out).toContain("[retries-fill-limit]");
  });

  test("no envelope of what no constructor would make", async () => {
    const { code, out } = await redress("doctor @broken-config.mjs:orders --show");
    expect(code).toBe(1);
    expect(out).not.toContain("what it will do");
  });

  test("what policies that call each other come to", async () => {
    const { out } = await redress("doctor @policies.mjs:payments @policies.mjs:payments @policies.mjs:regions.eu --nested");
    expect(out).toContain("  payments      4 attempts\n  payments (2)  4 attempts\n  regions.eu    3 attempts\n");
    expect(out).toContain("One call may become 4 x 4 x 3 = 48 requests. In one process 12, since a layer");
  });

  test("nothing of rules that were switched off", async () => {
    const { out } = await redress("doctor @warned.mjs --off no-budget --off no-deadline");
    expect(out).toBe("orders (retry config): nothing found\n\n1 checked: nothing found.\n");
  });

  test("more about breakers where the traffic is known", async () => {
    const quiet = await redress("doctor @policies.mjs:breaker --calls-per-second 0.001");
    expect(quiet.out).toContain("[breaker-never-trips]");
    const absent = await redress("doctor @policies.mjs:breaker --classes RATE_LIMIT,AUTH");
    expect(absent.out).toContain("[breaker-trips-on-absent-class]");
  });
});

describe("colours", () => {
  const coloured = async (env: Record<string, string>, tty: boolean): Promise<boolean> =>
    (await redress("doctor @warned.mjs", { env, tty })).out.includes("\u001b[33mwarning");

  test.each<[boolean, string, Record<string, string>, boolean]>([
    [true, "on a terminal", {}, true],
    [false, "in a pipe", {}, false],
    [false, "where NO_COLOR is set", { NO_COLOR: "1" }, true],
    [true, "where NO_COLOR is empty", { NO_COLOR: "" }, true],
    [true, "in a pipe, where FORCE_COLOR is set", { FORCE_COLOR: "1" }, false],
    [false, "where FORCE_COLOR is 0", { FORCE_COLOR: "0" }, true],
    [true, "where both are set: FORCE_COLOR wins", { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    [false, "on a terminal that knows none", { TERM: "dumb" }, true],
  ])("%s %s", async (expected, _where, env, tty) => {
    expect(await coloured(env, tty)).toBe(expected);
  });
});
