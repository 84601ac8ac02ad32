import { descriptionOf } from "../../core/part.ts";
import type { View } from "../subjects/index.ts";
import { list } from "../wording.ts";
import type { GroupRule, WarningAbout } from "./rule.ts";

export const identicalBreakers: GroupRule = {
  id: "identical-breakers",
  summary: "Two circuits of one name count apart.",
  checkAll: findAlike,
};

/** What JSON would leave out or turn into null. */
const asText = (_key: string, value: unknown): unknown =>
  value === Infinity ? "Infinity" : typeof value === "function" ? descriptionOf(value) : value;

/** Circuits of one name and with equal settings that count apart. The warning is about the first of them. */
function findAlike(views: readonly View[]): readonly WarningAbout[] {
  const alike = new Map<string, Map<object, View>>();
  for (const view of views) {
    const { circuit } = view;
    if (circuit === null || view.breaker === null) continue;
    // Options by themselves make no circuit that those around them do not.
    if (view.alone && !circuit.made && views.some((other) => other !== view && other.circuit?.of === circuit.of)) continue;
    const settings = JSON.stringify(view.breaker, asText);
    // Options and what was made of them are one circuit, not two.
    const key = `${circuit.made} ${settings}`;
    const group = alike.get(key) ?? new Map<object, View>();
    alike.set(key, group);
    // Each policy makes its own of the same options.
    const own = circuit.made ? circuit.of : view;
    if (!group.has(own)) group.set(own, view);
  }
  return [...alike.values()].flatMap((group) => {
    const [first, ...others] = [...group.values()];
    if (first === undefined || others.length === 0) return [];
    const name = first.breaker?.name ?? "default";
    const subjects = list([first, ...others].map(({ subject }) => subject));
    const message =
      `${subjects} have a circuit named "${name}" each, with the same settings: each counts its own failures, ` +
      "so one goes on calling a dependency that another has given up.";
    const fix = `For one dependency, make one CircuitBreaker and give it to all; for several, give each circuit a name of its own.`;
    return [{ view: first, warning: { option: "circuitBreaker.name", value: name, message, fix } }];
  });
}
