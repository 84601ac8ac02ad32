/* What the figures must be. Those of time are held to inequalities that hold on a busy machine, too. */
import { ATTEMPTS } from "./four-attempts.ts";
import { LAYERS } from "./messages.ts";
import type { Run } from "./run.ts";
import type { SceneName } from "./scenes.ts";

/** What of the two runs of a scene is not as the rules say, in sentences; empty where all is. */
export function surprisesOf(scene: SceneName, withRule: Run, without: Run): string[] {
  const surprises =
    scene === "retries" ? ofRetries(withRule, without) : [...ofWork(withRule, without), ...ofDeadline(scene, withRule)];
  return surprises.filter((surprise) => surprise !== false);
}

type Surprise = string | false;

function ofRetries(withRule: Run, without: Run): Surprise[] {
  const requests = (run: Run): string => LAYERS.map((layer) => run.layers[layer].requests).join(", ");
  const one = `1, 1, ${ATTEMPTS}`;
  const every = `${ATTEMPTS}, ${ATTEMPTS ** 2}, ${ATTEMPTS ** 3}`;
  return [
    requests(withRule) !== one && `One layer retried, and the services got ${requests(withRule)} requests, not ${one}`,
    requests(without) !== every && `Every layer retried, and the services got ${requests(without)} requests, not ${every}`,
  ];
}

/** When nobody waits any more, nothing new may begin, but for what is on its way at that moment; and without the rule it does. */
function ofWork(withRule: Run, without: Run): Surprise[] {
  const { last } = withRule.layers;
  const lastWithout = without.layers.last;
  const workMs = (run: Run): number => LAYERS.reduce((sum, layer) => sum + run.layers[layer].workAfterMs, 0);
  return [
    last.requestsAfter > 1 && `With the rule, the last service got ${last.requestsAfter} requests for nobody`,
    lastWithout.requestsAfter <= last.requestsAfter && "The rule spared the last service no request",
    lastWithout.requests !== ATTEMPTS &&
      `Without the rule, the last service got ${lastWithout.requests} requests, not ${ATTEMPTS}`,
    workMs(withRule) >= workMs(without) && "The rule saved no work",
  ];
}

/** Each service is told no more than the one before it was. On a machine that is very busy, the time may be over before the last one is asked. */
function ofDeadline(scene: SceneName, { layers }: Run): Surprise[] {
  if (scene !== "deadline") return [];
  const told = LAYERS.flatMap((layer) => layers[layer].told.slice(0, 1));
  const shrinks = told.every((ms, index) => ms <= (told[index - 1] ?? ms));
  return [(told.length === 0 || !shrinks) && `The requests said ${told.join(", ")} ms: the deadline did not travel`];
}
