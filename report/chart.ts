/* One chart: a canvas with the lines of one policy, which follows the timeline and moves it. */
import uPlot from "uplot";
import type { Line } from "./chart-kind.ts";
import { tick } from "./format.ts";
import { drawMarks, type Marks } from "./marks.ts";
import { intervalAt, type Panel, type Row } from "./row.ts";
import { colour, stripes } from "./theme.ts";
import type { Timeline } from "./timeline.ts";

const FONT = '12px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif';
const HEIGHT = 220;
/** Wide enough for every number of every chart, so that all charts begin at the same place. */
const AXIS_WIDTH = 62;
/** In pixels: a chart does not move its cursor by less, so that the chart under the pointer keeps its own. */
const SAME_PLACE = 0.1;
const WHOLE_STEPS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** Draws the panel into `place` and keeps it up to date. */
function drawChart(place: HTMLElement, row: Row, panel: Panel, timeline: Timeline, marks: Marks): uPlot {
  const { kind, lines } = row;
  const axis = { font: FONT, stroke: () => colour("muted"), ticks: { show: false } };
  const grid = { stroke: () => colour("grid"), width: 1 };

  const options: uPlot.Options = {
    width: Math.max(place.clientWidth, 100),
    height: HEIGHT,
    padding: [10, 24, 0, 0],
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [timeline.from, timeline.to] },
      y: { range: () => row.scale(), ...(row.logarithmic && { distr: 3 }) },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 30, space: 56, values: (_chart, splits) => splits.map((at) => `${tick(at)} s`) },
      {
        ...axis,
        grid,
        size: AXIS_WIDTH,
        space: 36,
        values: (_chart, splits) => splits.map((value) => (value === null ? "" : kind.tick(value))),
        ...(kind.whole && { incrs: WHOLE_STEPS }),
      },
    ],
    series: [{}, ...lines.map((line, index) => seriesOf(line, kind.shape, panel.drawn[index] ?? []))],
    cursor: {
      y: false,
      points: { size: 7 },
      dataIdx: (_chart, _series, _closest, time) => {
        const index = intervalAt(panel, time);
        return index < 0 ? null : index;
      },
      drag: { setScale: false, x: true, y: false, dist: 6 },
      bind: {
        dblclick: () => () => {
          timeline.showAll();
          return null;
        },
      },
    },
    hooks: {
      drawClear: [(chart) => drawMarks(chart, marks)],
      setCursor: [({ cursor: { left = -1 }, posToVal }) => timeline.point(left < 0 ? null : posToVal(left, "x"))],
      setSelect: [
        (chart) => {
          const { left, width } = chart.select;
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          if (width > 0) timeline.show(chart.posToVal(left, "x"), chart.posToVal(left + width, "x"));
        },
      ],
    },
  };

  const data = [panel.at, ...panel.drawn] as uPlot.AlignedData;
  const chart = new uPlot(options, data, place);

  timeline.follow({
    zoomed: () => chart.setScale("x", { min: timeline.from, max: timeline.to }),
    pointed: (at) => {
      const left = at === null ? -10 : chart.valToPos(at, "x");
      if (Math.abs((chart.cursor.left ?? -10) - left) > SAME_PLACE) chart.setCursor({ left, top: at === null ? -10 : 0 }, false);
    },
  });
  followTouch(chart, timeline);
  new ResizeObserver(() => chart.setSize({ width: Math.max(place.clientWidth, 100), height: HEIGHT })).observe(place);
  return chart;
}

function seriesOf(line: Line, shape: "line" | "steps", drawn: readonly (number | null)[]): uPlot.Series {
  const { paths } = uPlot;
  const path = shape === "steps" ? paths.stepped?.({ align: 1 }) : paths.linear?.();
  const alone = drawn.flatMap((value, index) => (isAlone(drawn, value, index) ? [index] : []));
  return {
    label: line.label,
    width: line.area === "solid" ? 1 : 2,
    stroke: () => colour(line.colour),
    points: { show: alone.length > 0, filter: () => alone, size: 5, fill: () => colour(line.colour) },
    ...(path && { paths: path }),
    ...(line.dash && { dash: [...line.dash] }),
    ...(line.area && { fill: ({ ctx }) => filling(line, ctx) }),
  };
}

/** Whether a value has no neighbours: no line leads to it, and it is drawn as a point. */
function isAlone(values: readonly (number | null)[], value: number | null, index: number): boolean {
  return value !== null && (values[index - 1] ?? null) === null && (values[index + 1] ?? null) === null;
}

function filling({ area, colour: name }: Line, context: CanvasRenderingContext2D): string | CanvasPattern {
  if (area === "striped") return stripes(context, name);
  return colour(area === "solid" ? name : `${name}-tint`);
}

/** On a touch screen, which has no hover, the cursor follows the finger over the chart. The page still scrolls up and down. */
function followTouch({ over, posToVal }: uPlot, timeline: Timeline): void {
  over.addEventListener("pointermove", ({ pointerType, clientX }) => {
    if (pointerType === "touch") timeline.point(posToVal(clientX - over.getBoundingClientRect().left, "x"));
  });
}

export { drawChart };
