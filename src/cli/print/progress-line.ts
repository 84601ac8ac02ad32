import type { SimulationProgress } from "../../simulate/index.ts";
import { duration, grouped } from "./numbers.ts";
import type { Stream } from "./terminal.ts";

/** A line that shows how far a long run has come. It appears once the run has taken half a second, and is gone at the end. */
export interface ProgressLine {
  show(progress: SimulationProgress): void;
  clear(): void;
}

const firstAfterMs = 500;
const thenEveryMs = 100;

export function progressLine(stream: Stream, now: () => number = () => performance.now()): ProgressLine {
  let nextAtMs = now() + firstAfterMs;
  let shown = false;
  return {
    show({ policy, simulatedMs, durationMs, calls }) {
      if (now() < nextAtMs) return;
      nextAtMs = now() + thenEveryMs;
      shown = true;
      const part = durationMs < Infinity ? `${Math.floor((simulatedMs / durationMs) * 100)} %, ` : "";
      stream.write(`\r\u001b[K${policy}: ${part}${duration(simulatedMs)} simulated, ${grouped(calls)} calls`);
    },
    clear() {
      if (shown) stream.write("\r\u001b[K");
    },
  };
}
