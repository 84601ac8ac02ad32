import { alreadyChecked } from "../policy/checked-options.ts";
import type { PolicyOptions } from "../policy/policy-options.ts";
import { ANSWERS } from "../run/call/plan.ts";
import { type Faked, type FakePolicyOptions, readAnswers } from "./fake-answers.ts";
import { FakeGate } from "./fake-gate.ts";
import { RecordingPolicy } from "./recording-policy.ts";

/**
 * A policy that invokes no operation: each call of it is answered with what was said. It is given wherever a policy is asked for, and records its calls as a
 * `RecordingPolicy` does. Policies that are made after it, by `with`, `keyed` or `createFetch`, answer so too, from the same script.
 *
 * `{ value }`: the call succeeds with it. `{ error }`: the call throws it; an error by which policies stop, such as a `CircuitOpenError`, stands for that stop, any other one
 * for an operation that has thrown it in its last attempt. `{ outcome }`: the call ends so. What an outcome leaves out is filled in as a real call would have it, so that
 * `execute` answers with all of it, `call` throws what it throws for this stop, and `outcomeOf`, the guards and `toHttpAnswer` find what they find in production.
 * `{ script: [...] }`: an answer for each call, in order; the call after the last one fails with an Error, which `execute` throws, too.
 *
 * As with any policy, a call whose signal is aborted before it begins, or whose scope has no time left, ends by that, and takes no answer. Hooks hear how
 * each call begins and ends, and of no attempt: none is made. Breakers and limiters that are given to `with` are not asked, a fallback is.
 *
 * @throws TypeError or RangeError for a wrong, unknown or contradicting answer
 * @example
 * import { FakePolicy } from "redress/testing";
 *
 * const users = new FakePolicy({ outcome: { ok: false, stopReason: "BUDGET_EXHAUSTED", attempts: 2 } });
 * const outcome = await users.execute(() => fetchUser("7")); // no user is fetched
 */
export class FakePolicy extends RecordingPolicy {
  constructor(options: FakePolicyOptions) {
    const answers = readAnswers(options);
    super(
      alreadyChecked({
        [ANSWERS]: new FakeGate("all" in answers ? () => answers.all : scripted(answers.script)),
      } as PolicyOptions),
    );
  }
}

function scripted(script: readonly Faked[]): () => Faked {
  let calls = 0;
  return () => {
    const answer = script[calls++];
    if (answer !== undefined) return answer;
    const has = script.length === 1 ? "is one answer" : `are ${script.length} answers`;
    throw new Error(`Call ${calls} of a FakePolicy was made, and there ${has} in its script.`);
  };
}
