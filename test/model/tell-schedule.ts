/* A schedule, so that a person can read it: the world, then what happens step by step, and what is violated. */
import { INVARIANTS } from "./invariants.ts";
import type { Library } from "./library.ts";
import { type Run, replay, type UnhandledRejections } from "./run-schedule.ts";
import type { CallPlan, PolicyPlan, WorldPlan } from "./world-plan.ts";

export async function tellSchedule(lib: Library, { schedule }: Run, unhandled: UnhandledRejections): Promise<string> {
  const story: string[] = [];
  const { violations } = await replay(lib, schedule, unhandled, story);
  const sentences = [...new Set(violations.map(({ invariant }) => invariant))].map(
    (invariant) => `  ${invariant}: ${INVARIANTS.get(invariant) ?? ""}`,
  );
  return [...tellWorld(schedule.plan), "", ...story, "", "What does not hold:", ...sentences].join("\n");
}

function tellWorld({ policies, calls, breakers, budgets, limiters, deeds, instants }: WorldPlan): string[] {
  const used = new Set(calls.map(({ policy }) => policy));
  const shown = policies.flatMap((policy, index) => (used.has(index) ? [{ policy, index }] : []));
  const parts = (of: (policy: PolicyPlan) => readonly (number | null)[]): Set<number | null> =>
    new Set(shown.flatMap(({ policy }) => of(policy)));
  const list = (what: string, all: readonly object[], which: Set<number | null>): string[] =>
    all.flatMap((part, index) => (which.has(index) ? [`${what} ${index}: ${options(part)}`] : []));
  return [
    ...list(
      "breaker",
      breakers,
      parts(({ breaker }) => [breaker]),
    ),
    ...list(
      "budget",
      budgets,
      parts(({ budget }) => [budget]),
    ),
    ...list(
      "limiter",
      limiters,
      parts((policy) => policy.limiters),
    ),
    ...shown.map(({ policy, index }) => `policy ${index}: ${options(policy)}`),
    ...calls.map(tellCall),
    ...deeds.map((deed, index) => `by hand ${index}: ${options(deed)}`),
    ...(instants ? ["all alarms of a policy share one of the clock's"] : []),
  ];
}

function tellCall({ id, how, policy, steps, meddling, observed, resumes, ...bounds }: CallPlan): string {
  const attempts = steps.map(
    ({ ends, as, atOnce, signal }) =>
      `${ends === "error" || ends === "result" ? `${ends} ${as}` : ends}${atOnce ? " at once" : ""}${signal === "ignores" ? "" : `, ${signal} its signal`}`,
  );
  const does = meddling === null ? "" : `; in its ${meddling.where}: ${options(meddling.deed)}`;
  const before = resumes === null ? "" : `, goes on from call ${resumes}`;
  const { timeline: _, byHook: __, ...others } = bounds;
  return `call ${id}: ${how} of policy ${policy}${before}, ${[options(others), `attempts [${attempts.join("; ")}]`].filter(Boolean).join(", ")}${observed ? "" : ", without hooks"}${does}`;
}

/** What is not left out, in words of the options. */
function options(of: object): string {
  const told = Object.entries(of).filter(([, value]) => value != null && value !== Infinity && tellValue(value) !== "");
  return told.map(([name, value]) => `${name} ${tellValue(value)}`).join(", ");
}

function tellValue(value: unknown): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return value.length === 0 ? "" : `[${value.map(tellValue).join(", ")}]`;
  const inside = options(value);
  return inside === "" ? "" : `{ ${inside} }`;
}
