/* How calls ended: one bar of all ends, and the same in words below it. */
import type { PolicySnapshot } from "../src/registry/index.ts";
import { bar, element } from "./elements.ts";
import { count, share } from "./words.ts";

interface End {
  readonly label: string;
  readonly kind: string;
  readonly calls: number;
}

/** Stop reasons share so many colours; the words beside them tell them apart. */
const REASON_KINDS = 6;

function endsOf({ succeeded, fellBack, faults, stopReasons }: PolicySnapshot): readonly End[] {
  const reasons = Object.entries(stopReasons).sort(([a], [b]) => (a < b ? -1 : 1));
  return [
    { label: "succeeded", kind: "succeeded", calls: succeeded },
    { label: "fell back", kind: "fell-back", calls: fellBack },
    ...reasons.map(([label, calls], index) => ({ label, kind: `reason-${index % REASON_KINDS}`, calls })),
    { label: "mistake in the policy", kind: "fault", calls: faults },
  ].filter(({ calls }) => calls > 0);
}

function showEnds(policy: PolicySnapshot): HTMLElement {
  const ends = endsOf(policy);
  const total = ends.reduce((sum, { calls }) => sum + calls, 0);
  const heading = element("h3", {}, "How calls ended");
  if (total === 0) return element("section", {}, heading, element("p", { class: "muted" }, "None has ended yet."));
  const legend = ends.map(({ label, kind, calls }) =>
    element(
      "li",
      {},
      element("span", { class: "key", "data-kind": kind, "aria-hidden": "true" }),
      element("span", { class: "name" }, label),
      element("span", { class: "number" }, `${count(calls)} (${share(calls, total)})`),
    ),
  );
  const stacked = bar("stacked", ...ends.map(({ kind, calls }) => ({ kind, share: calls / total })));
  return element("section", { class: "ends" }, heading, stacked, element("ul", { class: "legend" }, ...legend));
}

export { showEnds };
