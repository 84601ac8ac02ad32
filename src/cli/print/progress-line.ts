import type { Progress } from "../../simulate/index.ts";
import { duration, grouped } from "./numbers.ts";
import type { Stream } from "./terminal.ts";

/** A line that tells how far a long run is. It appears only once the run has proved long, and is gone at the end. */
export interface ProgressLine {
  tell(progress: Progress): void;
  clear(): void;
}

const patienceMs = 500;
const betweenMs = 100;

export function progressLine(stream: Stream, now: () => number = () => performance.now()): ProgressLine {
  let nextAtMs = now() + patienceMs;
  let shown = false;
  return {
    tell({ policy, simulatedMs, durationMs, calls }) {
      if (now() < nextAtMs) return;
      nextAtMs = now() + betweenMs;
      shown = true;
      const part = durationMs < Infinity ? `${Math.floor((simulatedMs / durationMs) * 100)} %, ` : "";
      stream.write(`\r\u001b[K${policy}: ${part}${duration(simulatedMs)} simulated, ${grouped(calls)} calls`);
    },
    clear() {
      if (shown) stream.write("\r\u001b[K");
    },
  };
}
