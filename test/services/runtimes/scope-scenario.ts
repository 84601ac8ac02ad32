/* What redress/scope must do on every platform that has asynchronous contexts: 1,000 requests at once never see each other's scope. */
import { type CallerContext, constant, Policy, TransientError, unlimited } from "redress";
import { currentAttempt, currentScope, runInScope, runOutsideScopes } from "redress/scope";

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** How many of the requests saw what was not theirs, and what was seen outside. */
export async function scopeScenario(): Promise<Readonly<Record<string, unknown>>> {
  const parents = new WeakMap<CallerContext, CallerContext | null>();
  const policy = new Policy({
    operation: "read",
    retry: { strategy: constant(1), maxAttempts: 3, budget: unlimited },
    hooks: { onCallStart: (call) => void parents.set(call, call.parent) },
  });
  let strayed = 0;
  const sees = (isRight: boolean): void => {
    if (!isRight) strayed++;
  };
  const gone = new AbortController();
  const request = async (index: number): Promise<string> => {
    const tenant = `tenant ${index}`;
    const deadlineMs = 30_000 + index * 10;
    const leaves = index % 10 === 0;
    const outcome = await runInScope({ deadlineMs, operation: tenant, ...(leaves && { signal: gone.signal }) }, async () => {
      await later(index % 7);
      return policy.execute(
        async ({ attempt }) => {
          await later(index % 5);
          const scope = currentScope();
          sees(scope !== undefined && scope.remainingMs <= deadlineMs && scope.remainingMs > deadlineMs - 20_000);
          sees(currentAttempt()?.attempt === attempt);
          if (attempt === 1) throw new TransientError("again");
          if (leaves) await new Promise(() => {});
          return tenant;
        },
        { onCallEnd: (call) => sees(parents.get(call)?.operation === tenant) },
      );
    });
    return outcome.ok ? outcome.value : outcome.stopReason;
  };
  const requests = Array.from({ length: 1_000 }, (_, index) => request(index));
  await later(300);
  gone.abort(new Error("gone"));
  const ends = await Promise.all(requests);
  const late = await runInScope({ deadlineMs: 30 }, () => policy.execute(() => new Promise(() => {})));
  return {
    strayed,
    aborted: ends.filter((end) => end === "ABORTED").length,
    own: ends.filter((end, index) => end === `tenant ${index}`).length,
    late: late.ok ? "" : [late.stopReason, late.deadlineOf],
    outside: [currentScope() === undefined, currentAttempt() === undefined],
    left: runInScope({ deadlineMs: 5 }, () => runOutsideScopes(() => currentScope() === undefined)),
  };
}
