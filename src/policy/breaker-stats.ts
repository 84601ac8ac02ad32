/** Counts since construction. `totalCalls` includes the rejected ones. */
export interface BreakerStats {
  readonly totalCalls: number;
  readonly successfulCalls: number;
  readonly failedCalls: number;
  readonly rejectedCalls: number;
  readonly cancelledCalls: number;
  readonly stateChanges: number;
}

export const NO_STATS: BreakerStats = {
  totalCalls: 0,
  successfulCalls: 0,
  failedCalls: 0,
  rejectedCalls: 0,
  cancelledCalls: 0,
  stateChanges: 0,
};
