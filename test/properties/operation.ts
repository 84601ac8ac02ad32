/* The operation of a call in a world: it does what its script says, attempt by attempt. */
import type { AttemptInfo } from "redress";
import type { CallReport } from "./call-report.ts";
import { thenable, toError, toValue } from "./gifts.ts";
import type { Step } from "./script.ts";
import type { World } from "./world.ts";

export function operate(world: World, call: CallReport, info: AttemptInfo | undefined): unknown {
  const step: Step | undefined = call.script.steps[call.invokedAtMs.length];
  call.invokedAtMs.push(world.clock.now());
  world.invocations++;
  if (info !== undefined) call.infos.push(info);
  const attempt = call.invokedAtMs.length;
  const ended = (value: unknown, threw: boolean): unknown => {
    call.returned[attempt - 1] ??= { atMs: world.clock.now(), value, threw };
    return value;
  };
  if (step === undefined) return ended(toValue("value"), false);
  world.block(step.blocksMs);
  if (step.aborts) world.abort(call.controller);
  if (step.disposes) world.dispose();
  return end(world, step, info, ended);
}

/** How an attempt ends. What may hang does so only where something else ends the call. */
function end(
  world: World,
  step: Step,
  info: AttemptInfo | undefined,
  ended: (value: unknown, threw: boolean) => unknown,
): unknown {
  const later = (then: () => void): void => (step.afterMs === 0 ? then() : world.alarm(step.afterMs, then));
  const mayHang = world.endsAnyway() || (world.script.retry?.attemptTimeoutMs ?? Infinity) < Infinity;
  switch (step.ends) {
    case "return":
      return ended(toValue(step.gives), false);
    case "throw":
      throw ended(toError(step.gives), true);
    case "resolve":
      return new Promise((resolve) => later(() => resolve(ended(toValue(step.gives), false))));
    case "thenable":
      return thenable((resolve, reject) =>
        later(() => {
          resolve(ended(toValue(step.gives), false));
          reject(0);
        }),
      );
    case "never":
      if (mayHang) return new Promise(() => {});
      break;
    case "obeys":
      if (mayHang && info !== undefined) {
        const { signal } = info;
        return new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(ended(signal.reason, true)));
          world.alarm(step.afterMs * 10, () => reject(ended(toError(step.gives), true)));
        });
      }
      break;
    case "reject":
      break;
  }
  return new Promise((_, reject) => later(() => reject(ended(toError(step.gives), true))));
}
