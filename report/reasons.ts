/* Why calls stopped, and how attempts failed: bars, as long for the same count in every column. */
import type { ErrorClass } from "../src/core/failure/error-class.ts";
import type { StopReason } from "../src/core/failure/stop-reason.ts";
import { STOP_MEANINGS } from "../src/core/failure/stops.ts";
import type { Run } from "./data.ts";
import { element } from "./elements.ts";
import { amount } from "./format.ts";

type Counts = Readonly<Partial<Record<StopReason | ErrorClass, number>>>;

function reasonsOf(runs: readonly Run[]): HTMLElement {
  return element(
    "section",
    { class: "reasons", "aria-labelledby": "reasons" },
    element("h2", { id: "reasons" }, "What went wrong"),
    block("Why calls stopped", "No call stopped without success.", runs, ({ report }) => report.stopReasons),
    block("How attempts failed", "No attempt failed.", runs, ({ report }) => report.failures),
  );
}

function block(title: string, none: string, runs: readonly Run[], pick: (run: Run) => Counts): HTMLElement {
  const longest = Math.max(...runs.flatMap((run) => Object.values(pick(run))), 1);
  const lists = runs.map((run) =>
    element("div", {}, element("p", { class: "policy" }, run.policy), bars(pick(run), longest, none)),
  );
  return element("div", { class: "row" }, element("h3", {}, title), element("div", { class: "panels" }, ...lists));
}

function bars(counts: Counts, longest: number, none: string): HTMLElement {
  const entries = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, one], [, other]) => other - one);
  if (entries.length === 0) return element("p", { class: "missing" }, none);
  const items = entries.map(([name, count]) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" }, element("span", {}));
    bar.style.setProperty("--share", String(count / longest));
    const meaning = (STOP_MEANINGS as Readonly<Record<string, string>>)[name];
    return element(
      "li",
      {},
      element("code", {}, name),
      element("span", { class: "count" }, amount(count)),
      bar,
      ...(meaning ? [element("span", { class: "remark" }, meaning)] : []),
    );
  });
  return element("ul", { class: "bars" }, ...items);
}

export { reasonsOf };
