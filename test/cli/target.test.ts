import { Policy, Retry } from "redress";
import { describe, expect, test } from "vitest";
import { findSubjects } from "../../src/cli/load/find-subjects.ts";
import type { Exports } from "../../src/cli/load/load-by-jiti.ts";
import { splitTarget } from "../../src/cli/load/target.ts";

describe("a target is split at its last colon, where what follows is a path of attributes", () => {
  test.each<[string, string, string | null]>([
    ["./policies.ts:payments", "./policies.ts", "payments"],
    ["./policies.ts:regions.eu", "./policies.ts", "regions.eu"],
    ["./policies.ts:regions.eu-west.0", "./policies.ts", "regions.eu-west.0"],
    ["./policies.ts:$übung", "./policies.ts", "$übung"],
    ["./policies.ts:default", "./policies.ts", "default"],
    ["./policies.ts", "./policies.ts", null],
    ["./policies.ts:", "./policies.ts:", null],
    ["./policies.ts:a..b", "./policies.ts:a..b", null],
    ["./policies.ts:1st", "./policies.ts:1st", null],
    ["C:\\x\\p.ts", "C:\\x\\p.ts", null],
    ["C:\\x\\p.ts:payments", "C:\\x\\p.ts", "payments"],
    ["file:///x/p.ts", "file:///x/p.ts", null],
    ["file:///x/p.ts:payments", "file:///x/p.ts", "payments"],
    [":payments", ":payments", null],
  ])("%s", (text, file, attribute) => {
    expect(splitTarget(text)).toEqual({ text, file, attribute });
  });
});

describe("what a target means in its module", () => {
  const policy = new Policy();
  const retry = new Retry();
  const find = (exports: Exports, attribute: string | null) => {
    const { subjects, skipped } = findSubjects(exports, { text: "", file: "m.js", attribute });
    return [subjects.map(({ name }) => name), skipped];
  };

  test("a module is searched through its records, and says what it passed over", () => {
    const exports = { policy, regions: { eu: retry, us: { maxAttempts: 2 }, note: "" }, list: [policy], size: 3n, none: null };
    expect(find(exports, null)).toEqual([
      ["policy", "regions.eu", "regions.us"],
      ["regions.note (a string)", "list (an array)", "size (a bigint)", "none (null)"],
    ]);
  });

  test("a member whose own name has dots in it is found by that", () => {
    expect(find({ regions: { "eu.west": policy } }, "regions.eu.west")).toEqual([["regions.eu.west"], []]);
  });

  test("an export that is null is no missing one", () => {
    expect(() => find({ policy, none: null }, "none")).toThrow("none of m.js is null, no policy");
  });

  test("a record without policies is passed over as a whole", () => {
    expect(find({ policy, limits: { perMinute: 1, perHour: { eu: 2 } } }, null)).toEqual([
      ["policy"],
      ["limits (a plain object)"],
    ]);
  });

  test("what is exported twice is looked at once, under the name that tells more", () => {
    expect(find({ default: policy, policy, "module.exports": { policy }, __esModule: true }, null)).toEqual([["policy"], []]);
  });

  test("a record that holds itself is searched once", () => {
    const loop: Record<string, unknown> = { retry2: retry };
    loop["again"] = loop;
    expect(find({ loop }, null)).toEqual([["loop.retry2"], []]);
  });

  test("exports that are called like options are exports all the same", () => {
    expect(find({ retry, circuitBreaker: policy }, null)).toEqual([["retry", "circuitBreaker"], []]);
  });

  test("what cannot be read is passed over", () => {
    const broken = {
      get eu() {
        throw new Error("not now");
      },
    };
    expect(find({ policy, broken }, null)).toEqual([["policy"], ["broken (a plain object)"]]);
    expect(() => find({ policy, broken }, "broken.eu")).toThrow("m.js has no broken.eu.");
  });

  test("what CommonJS exports is found without saying default", () => {
    expect(find({ default: { eu: retry } }, "eu")).toEqual([["eu"], []]);
  });

  test("an attribute may be a policy, or a record of them", () => {
    const exports = { regions: { eu: { west: policy, north: retry } } };
    expect(find(exports, "regions.eu.west")).toEqual([["regions.eu.west"], []]);
    expect(find(exports, "regions.eu")).toEqual([["regions.eu.west", "regions.eu.north"], []]);
  });

  test.each<[string, string]>([
    ["nothing", "m.js has no nothing. It exports eu.west (policy)."],
    ["eu.east", "m.js has no eu.east. It exports eu.west (policy)."],
    ["text.length.size", "m.js has no text.length.size. It exports eu.west (policy)."],
    ["text", "text of m.js is a string, no policy, retry, circuit breaker or options of one. It exports eu.west (policy)."],
  ])("%s is none, and the message says what there is", (attribute, message) => {
    expect(() => find({ eu: { west: policy }, text: "" }, attribute)).toThrow(message);
  });
});
