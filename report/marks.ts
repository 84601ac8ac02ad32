/* The marks behind the lines: the disturbance as a shaded area, and the instant of recovery. */
import type uPlot from "uplot";
import type { Stretch } from "../src/simulate/record/index.ts";
import { colour } from "./theme.ts";

interface Marks {
  readonly disturbance: Stretch | null;
  readonly recoveredAtMs: number | null;
}

function drawMarks(chart: uPlot, { disturbance, recoveredAtMs }: Marks): void {
  const { ctx, bbox } = chart;
  const x = (atMs: number) => chart.valToPos(atMs / 1000, "x", true);
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  if (disturbance !== null) {
    const from = x(disturbance.fromMs);
    const to = x(disturbance.toMs);
    ctx.fillStyle = colour("disturbance");
    ctx.fillRect(from, bbox.top, to - from, bbox.height);
    stroke(ctx, "disturbance-edge", [], [from, to], bbox);
  }
  if (recoveredAtMs !== null) stroke(ctx, "recovery", [4, 4], [x(recoveredAtMs)], bbox);
  ctx.restore();
}

function stroke(ctx: CanvasRenderingContext2D, name: string, dash: number[], places: readonly number[], bbox: uPlot.BBox): void {
  ctx.strokeStyle = colour(name);
  ctx.lineWidth = devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  for (const place of places) {
    ctx.moveTo(Math.round(place) + 0.5, bbox.top);
    ctx.lineTo(Math.round(place) + 0.5, bbox.top + bbox.height);
  }
  ctx.stroke();
}

export { drawMarks, type Marks };
