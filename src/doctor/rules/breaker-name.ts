import { BREAKER_DEFAULTS } from "../../core/breaker/defaults.ts";
import type { View } from "../subjects/index.ts";
import { list } from "../wording.ts";
import type { GroupRule, WarningAbout } from "./rule.ts";

/** A name of two things: "orders_and_payments", "db+cache". */
const NAMES_TWO = /[^a-z]and[^a-z]|[a-z]And[A-Z]|[+&,]/;

export const breakerName: GroupRule = {
  id: "breaker-name",
  summary: "The name of a circuit does not say which one dependency it watches.",
  checkAll: (views) => [...sharedWithoutName(views), ...alikeInName(views), ...namedForTwo(views)],
};

/** A circuit that several policies share, and that has the name that all have which were given none. */
function sharedWithoutName(views: readonly View[]): readonly WarningAbout[] {
  return [...groupedBy(views, ({ circuit }) => (circuit?.made ? circuit.of : null))].flatMap(([, sharing]) => {
    const users = sharing.filter(({ alone }) => !alone);
    const [view] = users;
    if (view?.breaker?.name !== BREAKER_DEFAULTS.name || users.length < 2) return [];
    const message = `${list(users.map(({ subject }) => subject))} share a circuit whose circuitBreaker.name is "${view.breaker.name}": where they call several dependencies, one that is down cuts off the others.`;
    const fix = "For one dependency, name the circuit after it; for several, give each a CircuitBreaker of its own.";
    return [about(view, message, fix)];
  });
}

/** Circuits of one name that are set up differently, so that they are not meant to be one. Those with equal settings are `identical-breakers`. */
function alikeInName(views: readonly View[]): readonly WarningAbout[] {
  const made = [...groupedBy(views, ({ circuit }) => circuit?.of ?? null).values()].flatMap((group) => group.slice(0, 1));
  return [...groupedBy(made, ({ breaker }) => breaker?.name ?? null)].flatMap(([name, group]) => {
    const differ = new Set(group.map(({ breaker }) => JSON.stringify(breaker))).size > 1;
    const [view] = group;
    if (view === undefined || !differ) return [];
    const message = `${list(group.map(({ subject }) => subject))} have circuits that are set up differently, and the circuitBreaker.name of each is "${name}": in errors, logs and metrics they cannot be told apart.`;
    return [about(view, message, "Name each circuit after the dependency that it watches.")];
  });
}

function namedForTwo(views: readonly View[]): readonly WarningAbout[] {
  return [...groupedBy(views, ({ circuit }) => circuit?.of ?? null).values()].flatMap(([view]) => {
    if (view?.breaker == null || !NAMES_TWO.test(view.breaker.name)) return [];
    const message = `circuitBreaker.name is "${view.breaker.name}", which names more than one dependency: one that is down cuts off the others.`;
    return [about(view, message, "Give each dependency a CircuitBreaker of its own.")];
  });
}

const about = (view: View, message: string, fix: string): WarningAbout => ({
  view,
  warning: { option: "circuitBreaker.name", value: view.breaker?.name ?? null, message, fix },
});

/** What has the same key, in order; what has none is left out. */
function groupedBy<Key>(views: readonly View[], keyOf: (view: View) => Key | null): ReadonlyMap<Key, readonly View[]> {
  const groups = new Map<Key, View[]>();
  for (const view of views) {
    const key = view.breaker === null ? null : keyOf(view);
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), view]);
  }
  return groups;
}
