/* The tables of the telemetry contract, against the code. */
import { EventName } from "redress";
import { expect, test } from "vitest";
import { STOP_MEANINGS, STOPS } from "../../src/core/failure/stops.ts";
import { LABELS, METRIC_KEYS, METRICS, underscoredName } from "../../src/telemetry/index.ts";
import { bare, column, tableBelow } from "./pages.ts";
import { fieldsOf } from "./sources.ts";

const page = "docs/telemetry/README.md";
const cells = (rows: readonly Record<string, string>[]): string[][] =>
  rows.map((row) => Object.values(row).map((cell) => cell.replaceAll("`", "")));

test("the table of events names all of them", () => {
  const rows = tableBelow(page, "Events");
  expect(column(rows, "event")).toEqual(Object.values(EventName));
  expect(rows.filter((row) => bare(row["when"]) === "")).toEqual([]);
});

test("the table of stop reasons says what the list of stops does", () => {
  const stops = Object.entries(STOPS).map(([reason, { event }]) => [
    reason,
    event,
    STOP_MEANINGS[reason as keyof typeof STOP_MEANINGS],
  ]);
  expect(cells(tableBelow(page, "Stop reasons"))).toEqual(stops);
});

test("the table of tags names all of them", () => {
  expect(column(tableBelow(page, "Tags"), "tag").sort()).toEqual([...fieldsOf("src/core/events.ts", "Tags").keys()].sort());
});

test("the table of metrics says what the list of metrics does", () => {
  const metrics = METRIC_KEYS.map((key) => {
    const { name, kind, unit, labels, help } = METRICS[key];
    return [key, name, underscoredName(key), kind, unit, labels.join(", "), help];
  });
  expect(cells(tableBelow(page, "Metrics"))).toEqual(metrics);
});

test("the table of labels says what the list of labels does", () => {
  const labels = Object.entries(LABELS).map(([label, { attribute, help }]) => [label, attribute, help]);
  expect(cells(tableBelow(page, "Labels"))).toEqual(labels);
});
