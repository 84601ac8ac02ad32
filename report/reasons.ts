/* Why calls stopped, and how attempts failed: bars, as long for the same count in every column. */
import type { ErrorClass } from "../src/core/failure/error-class.ts";
import type { StopReason } from "../src/core/failure/stop-reason.ts";
import { STOP_MEANINGS } from "../src/core/failure/stops.ts";
import type { LimitReason } from "../src/core/limit/limiter.ts";
import type { SimulationReport } from "../src/simulate/record/index.ts";
import type { Run } from "./data.ts";
import { element } from "./elements.ts";
import { amount } from "./format.ts";
import { labelOf } from "./limit-charts.ts";

/** A bar: its name, its count and, where the name does not say it, its meaning. */
interface Bar {
  readonly name: string;
  readonly count: number;
  readonly meaning?: string | undefined;
}

const LIMIT_MEANINGS: Readonly<Record<LimitReason, string>> = {
  full: "all places were taken, and the queue was full or there is none",
  queue_timeout: "they had waited as long as the queue lets them",
  rate: "more in an interval than is allowed",
  throttled: "the dependency refused too many to send it all",
};

function reasonsOf(runs: readonly Run[]): HTMLElement {
  return element(
    "section",
    { class: "reasons", "aria-labelledby": "reasons" },
    element("h2", { id: "reasons" }, "What went wrong"),
    block("Why calls stopped", "No call stopped without success.", runs, ({ report }) => stops(report.stopReasons)),
    block("How attempts failed", "No attempt failed.", runs, ({ report }) => plain(report.failures)),
    ...(runs.some(({ report }) => report.limited.length > 0)
      ? [block("What turned calls away", "No limiter turned a call away.", runs, ({ report }) => rejections(report.limited))]
      : []),
  );
}

const stops = (counts: Readonly<Partial<Record<StopReason, number>>>): readonly Bar[] =>
  plain(counts).map(({ name, count }) => ({ name, count, meaning: STOP_MEANINGS[name as StopReason] }));

const plain = (counts: Readonly<Partial<Record<StopReason | ErrorClass, number>>>): readonly Bar[] =>
  Object.entries(counts).map(([name, count]) => ({ name, count }));

const rejections = (limited: SimulationReport["limited"]): readonly Bar[] =>
  limited.map((one) => ({ name: labelOf(one), count: one.count, meaning: LIMIT_MEANINGS[one.reason] }));

function block(title: string, none: string, runs: readonly Run[], pick: (run: Run) => readonly Bar[]): HTMLElement {
  const longest = Math.max(...runs.flatMap((run) => pick(run).map(({ count }) => count)), 1);
  const lists = runs.map((run) =>
    element("div", {}, element("p", { class: "policy" }, run.policy), bars(pick(run), longest, none)),
  );
  return element("div", { class: "row" }, element("h3", {}, title), element("div", { class: "panels" }, ...lists));
}

function bars(all: readonly Bar[], longest: number, none: string): HTMLElement {
  const shown = all.filter(({ count }) => count > 0).sort((one, other) => other.count - one.count);
  if (shown.length === 0) return element("p", { class: "missing" }, none);
  const items = shown.map(({ name, count, meaning }) => {
    const bar = element("span", { class: "bar", "aria-hidden": "true" }, element("span", {}));
    bar.style.setProperty("--share", String(count / longest));
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
