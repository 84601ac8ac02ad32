/* The page of `redress simulate --html`: reads its data and builds itself. */
import { chartsOf } from "./charts.ts";
import { disturbanceOf, endOf, type ReportData, readData, runsOf } from "./data.ts";
import { element } from "./elements.ts";
import { headerOf } from "./header.ts";
import { reasonsOf } from "./reasons.ts";
import { summaryOf } from "./summary.ts";

function show(data: ReportData): void {
  const runs = runsOf(data);
  const end = endOf(runs);
  const disturbance = disturbanceOf(data, end);
  const charts = chartsOf(runs, end, disturbance);
  document.title = `${data.scenario.name}: redress simulate`;
  document.documentElement.style.setProperty("--policies", String(runs.length));
  document.body.append(
    headerOf(data, runs, disturbance),
    element("main", {}, element("div", { class: "overview" }, summaryOf(runs), reasonsOf(runs)), charts.section),
    element("footer", {}, howToRead()),
  );
  charts.draw();
}

function howToRead(): HTMLElement {
  return element(
    "p",
    {},
    "Drag over a chart to zoom in on all of them; a double click shows the whole run again. On a chart that has the focus, ",
    "the arrow keys move the cursor, ",
    element("kbd", {}, "+"),
    " and ",
    element("kbd", {}, "-"),
    " zoom, and ",
    element("kbd", {}, "Esc"),
    " shows the whole run. One kind of chart has one scale for all policies.",
  );
}

function showNothing(): void {
  const command = element("code", {}, "npx redress simulate ./policies.ts:payments --scenario outage --html report.html");
  document.body.append(
    element(
      "main",
      { class: "nothing" },
      element("h1", {}, "A report without data"),
      element("p", {}, "This page is the template that reports are made from. To make one, run"),
      element("pre", {}, command),
    ),
  );
}

const data = readData();
if (data === null) showNothing();
else show(data);
