/* What comes in is anybody's: whatever it is, it is a time or says nothing, at once. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { incomingDeadlineMs } from "../../src/servers/request/incoming-deadline.ts";
import { readRequestOptions } from "../../src/servers/request/request-options.ts";

const settings = readRequestOptions("test", {
  deadlineHeader: ["x-request-timeout-ms", "grpc-timeout"],
  maxDeadlineMs: 60_000,
  deadlineMs: 7_000,
});
const read = (headers: Record<string, unknown>): number =>
  incomingDeadlineMs((name) => headers[name] as string | undefined, settings);

test("any header gives a time from 0 to the maximum, or that of requests which say nothing", () => {
  const digits = fc.string({ unit: fc.constantFrom(..."0123456789+-.eExXnNHMSmu ,"), maxLength: 20 });
  const anything = fc.oneof(digits, fc.string(), fc.array(fc.string()), fc.constantFrom(undefined, null, "", "NaN", "Infinity"));
  fc.assert(
    fc.property(anything, anything, (plain, grpc) => {
      const ms = read({ "x-request-timeout-ms": plain, "grpc-timeout": grpc });
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(60_000);
    }),
  );
});

test.each<[string, string, number]>([
  ["x-request-timeout-ms", "0", 0],
  ["x-request-timeout-ms", "250", 250],
  ["x-request-timeout-ms", "999999999999", 60_000],
  ["x-request-timeout-ms", "1e3", 7_000],
  ["grpc-timeout", "250m", 250],
  ["grpc-timeout", "2S", 2_000],
  ["grpc-timeout", "5u", 0.005],
  ["grpc-timeout", "99999999H", 60_000],
  ["grpc-timeout", "123456789m", 7_000],
  ["grpc-timeout", "2s", 7_000],
])("%s: %s is %d ms", (name, value, ms) => {
  expect(read({ [name]: value })).toBe(ms);
});

test.each(["x-request-timeout-ms", "grpc-timeout"])("%s of a megabyte says nothing", (name) => {
  for (const value of ["9".repeat(1_000_000), "9".repeat(1_000_000).concat("m"), " ".repeat(1_000_000)])
    expect(read({ [name]: value })).toBe(7_000);
});
