/* A call that is made in a scope has hooks as any other. */
import { Policy } from "redress";
import { currentAttempt, runInScope } from "redress/scope";
import { expect, test } from "vitest";

test("aroundAttempt runs around the operation, and inside of the attempt that the operation finds itself in", async () => {
  const seen: unknown[] = [];
  const policy = new Policy({
    hooks: {
      aroundAttempt: (_context, next) => {
        seen.push(["around", currentAttempt()?.attempt]);
        return next();
      },
    },
  });
  const operation = (): string => {
    seen.push(["operation", currentAttempt()?.attempt]);
    return "value";
  };
  expect(await runInScope({ deadlineMs: 1_000 }, () => policy.call(operation))).toBe("value");
  expect(runInScope({ deadlineMs: 1_000 }, () => policy.callSync(operation))).toBe("value");
  expect(seen).toEqual([
    ["around", 1],
    ["operation", 1],
    ["around", 1],
    ["operation", 1],
  ]);
});
