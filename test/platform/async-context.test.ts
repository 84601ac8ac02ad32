/* noRetries and instantRetries as scopes, in processes that have redress/scope too, or no asynchronous context. */
import { execFileSync } from "node:child_process";
import { describe, expect, test } from "vitest";
import { root } from "../docs/pages.ts";

describe("the platform's asynchronous context", () => {
  /** What a program prints that has just loaded the built package's sources. */
  const printed = (program: string): string =>
    execFileSync(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
      cwd: root,
      encoding: "utf8",
    }).trim();

  const prelude = `
    import { Policy } from "./src/index.ts";
    const fail = () => { throw Object.assign(new Error("busy"), { status: 503 }); };
    const policy = new Policy({ retry: { strategy: () => 0, maxAttempts: 3 } });`;

  test.each([
    ["before", 'await import("./src/scope/index.ts")', ""],
    ["after", "", 'await import("./src/scope/index.ts")'],
  ])("is one, where redress/scope is imported %s", (_when, before, after) => {
    const out = printed(`${prelude}
      ${before};
      const { noRetries } = await import("./src/testing/index.ts");
      const first = noRetries(() => policy.executeSync(fail).attempts);
      ${after};
      const { runInScope } = await import("./src/scope/index.ts");
      const inside = noRetries(() => runInScope({ deadlineMs: 5_000 }, () => policy.executeSync(fail).attempts));
      const outside = runInScope({ deadlineMs: 5_000 }, () => noRetries(() => policy.executeSync(fail).attempts));
      const bounded = noRetries(() => runInScope({ deadlineMs: 0 }, () => policy.executeSync(fail).deadlineOf));
      console.log(first, inside, outside, bounded, policy.executeSync(fail).attempts);`);
    expect(out).toBe("1 1 1 scope 3");
  });

  test("is found by redress/scope for browsers where there is one after all, and is the one of what else needs it", () => {
    const out = printed(`${prelude}
      const { currentScope, runInScope, runOutsideScopes } = await import("./src/scope/browser.ts");
      const before = [currentScope() === undefined, runOutsideScopes(() => currentScope() === undefined)];
      const { noRetries } = await import("./src/testing/index.ts");
      const inside = runInScope({ deadlineMs: 5_000 }, () => noRetries(() => policy.executeSync(fail).attempts));
      const { currentScope: ofIndex } = await import("./src/scope/index.ts");
      const shared = runInScope({ deadlineMs: 5_000 }, () => ofIndex() === currentScope() && ofIndex() !== undefined);
      const left = runInScope({ deadlineMs: 5_000 }, () => runOutsideScopes(() => currentScope() === undefined));
      console.log(...before, inside, shared, left);`);
    expect(out).toBe("true true 1 true true");
  });

  test("is asked for where a function is given, and nowhere else; where there is none, the error says what to do instead", () => {
    const out = printed(`${prelude}
      process.getBuiltinModule = undefined;
      const { instantRetries, noRetries } = await import("./src/testing/index.ts");
      console.log(policy.with({ retry: noRetries() }).executeSync(fail).attempts, instantRetries({}));
      for (const scope of [noRetries, instantRetries]) try { scope(() => 1); } catch (error) { console.log(String(error)); }`);
    expect(out.split("\n")).toEqual([
      "1 0",
      'Error: noRetries(fn) needs the platform\'s asynchronous context, which is not found here. Where there is node:async_hooks, import "redress/scope" before; anywhere, use policy.with({ retry: noRetries() }).',
      'Error: instantRetries(fn) needs the platform\'s asynchronous context, which is not found here. Where there is node:async_hooks, import "redress/scope" before; anywhere, use retry: { strategy: instantRetries }.',
    ]);
  });
});
