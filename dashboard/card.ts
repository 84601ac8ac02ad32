/* The card of one policy. */
import type { PolicySnapshot, RegistrySnapshot } from "../src/registry/index.ts";
import { showCircuit } from "./circuit.ts";
import { element } from "./elements.ts";
import { showEnds } from "./ends.ts";
import { showBudget, showLimiter } from "./levels.ts";
import { count, duration, share, short, some } from "./words.ts";

function showPolicy(policy: PolicySnapshot, snapshot: RegistrySnapshot, index: number, mayAct: boolean): HTMLElement {
  const { name, operation } = policy;
  const heading = `policy-${index}`;
  const circuit = snapshot.circuits.find((each) => each.name === policy.circuit);
  const budget = snapshot.budgets.find((each) => each.name === policy.budget);
  const limiters = snapshot.limiters.filter((each) => policy.limiters.includes(each.name));
  return element(
    "article",
    { class: "card", "aria-labelledby": heading },
    element("h2", { id: heading }, name),
    operation === null || operation === name ? null : element("p", { class: "muted" }, `Operation ${operation}`),
    numbers(policy),
    showEnds(policy),
    circuit === undefined ? null : showCircuit(circuit, name, snapshot.atMs, mayAct),
    budget === undefined ? null : showBudget(budget, name),
    ...limiters.map(showLimiter),
    hedges(policy),
    keys(policy),
  );
}

function numbers({ calls, inFlight, amplification, attempts, retries, sleepMs }: PolicySnapshot): HTMLElement {
  const now = amplification === null ? "no calls" : `× ${short(amplification)}`;
  return element(
    "dl",
    { class: "numbers" },
    fact("Calls", count(calls), inFlight === 0 ? "none in flight" : `${count(inFlight)} in flight`),
    fact("Amplification", now, "per call, last minute"),
    fact(
      "Attempts",
      count(attempts),
      `${some(retries, "retry", "retries")}${sleepMs === 0 ? "" : `, ${duration(sleepMs)} slept`}`,
    ),
  );
}

function fact(term: string, value: string, remark: string): HTMLElement {
  return element("div", {}, element("dt", {}, term), element("dd", {}, value), element("dd", { class: "muted" }, remark));
}

function hedges({ hedges: made, hedgeWins, describe }: PolicySnapshot): HTMLElement | null {
  const hasHedge = "hedge" in ("nesting" in describe ? describe : (describe.policy ?? {}));
  if (!hasHedge && made === 0) return null;
  const words = made === 0 ? "None yet" : `${some(made, "hedge")}, ${count(hedgeWins)} won (${share(hedgeWins, made)})`;
  return element("section", {}, element("h3", {}, "Hedges"), element("p", {}, words));
}

function keys({ keys: kept }: PolicySnapshot): HTMLElement | null {
  if (kept === null) return null;
  const { open, half_open: halfOpen } = kept.circuits;
  const words = `${some(kept.kept, "key")} kept; ${some(open, "circuit")} open, ${count(halfOpen)} half-open`;
  return element("section", {}, element("h3", {}, "Keys"), element("p", {}, words));
}

export { showPolicy };
