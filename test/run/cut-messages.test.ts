/* What the errors of an attempt that is cut short tell a person: which operation, and whether it still runs. */
import type { AttemptInfo } from "redress";
import { expect, test } from "vitest";
import { ending, hang, played, stage } from "./driving.ts";

const deaf = (): Promise<never> => hang();
const listening = ({ signal }: AttemptInfo): Promise<never> => {
  void signal;
  return hang();
};
const goesOn = " The operation still runs: it has not read the attempt's signal, which would have stopped it.";

test.each<[string, object, (attempt: AttemptInfo) => Promise<never>, string]>([
  [
    "an attempt timeout",
    { attemptTimeoutMs: 50, maxAttempts: 1 },
    listening,
    "Attempt 1 of GET /users/:id took longer than 50 ms.",
  ],
  [
    "one of a deaf operation",
    { attemptTimeoutMs: 50, maxAttempts: 1 },
    deaf,
    `Attempt 1 of GET /users/:id took longer than 50 ms.${goesOn}`,
  ],
  ["the deadline", { deadlineMs: 70 }, listening, "The deadline of 70 ms passed during attempt 1 of GET /users/:id."],
  [
    "that of a deaf operation",
    { deadlineMs: 70 },
    deaf,
    `The deadline of 70 ms passed during attempt 1 of GET /users/:id.${goesOn}`,
  ],
])("%s", async (_what, retry, op, message) => {
  const on = stage({ retry, operation: "GET /users/:id" });
  const { error } = await ending(played(on.clock, on.policy.call(op)));
  expect((error as Error).message).toBe(message);
});

test("what the signal of a deaf operation aborts with, should it look later, is that error", async () => {
  const on = stage({ retry: { attemptTimeoutMs: 50, maxAttempts: 1 } });
  let attempt: AttemptInfo | undefined;
  const { error } = await ending(
    played(
      on.clock,
      on.policy.call((info) => {
        attempt = info;
        return hang();
      }),
    ),
  );
  expect(attempt?.signal.reason).toBe(error);
});
