/* The chart of hedges. */
import { type ChartKind, isEmpty, rate } from "./chart-kind.ts";
import { perSecond, tick } from "./format.ts";

const HEDGES: ChartKind = {
  id: "hedges",
  title: "Hedges",
  note: "Attempts that were started beside one in flight; those that won; attempts that were cut for another one; and hedges that were due, but not allowed.",
  lines: [
    { label: "started", colour: "hedged", area: "tinted", values: rate((series) => series.hedged) },
    { label: "cut", colour: "cut", dash: [7, 5], values: rate((series) => series.attemptsCut) },
    { label: "won", colour: "won", values: rate((series) => series.hedgesWon) },
    { label: "refused", colour: "rejected", dash: [2, 3], values: rate((series) => series.hedgesRefused), optional: true },
  ],
  format: perSecond,
  tick,
  shape: "line",
  missing: ({ hedged, hedgesRefused }) => {
    if (hedged.length === 0) return "No hedge.";
    return isEmpty(hedged) && isEmpty(hedgesRefused) ? "No hedge was started." : null;
  },
  isAbout: ({ hedged }) => hedged.length > 0,
};

export { HEDGES };
