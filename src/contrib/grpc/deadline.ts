import type { GrpcCallOptions } from "./shapes.ts";

// What a call takes over from the call of a server that it is made for. Source: grpc-js, constants.ts, Propagate.
const PROPAGATE_DEADLINE = 1;
const PROPAGATE_CANCELLATION = 8;

const propagates = ({ parent, propagate_flags: flags }: GrpcCallOptions, flag: number): boolean =>
  parent !== undefined && parent !== null && (flags === undefined || flags === null || (flags & flag) !== 0);

const inMs = (deadline: Date | number | null | undefined): number => {
  const atMs = Number(deadline ?? Infinity);
  // grpc-js takes what is no date for no deadline.
  return Number.isNaN(atMs) ? Infinity : atMs;
};

/** When the caller gives up, as a time of day: by the call's own deadline, or that of the server's call which it is made for. */
export function deadlineAtMsOf(options: GrpcCallOptions): number {
  const own = inMs(options.deadline);
  return propagates(options, PROPAGATE_DEADLINE) ? Math.min(own, inMs(options.parent?.getDeadline())) : own;
}

/** Whether the server's call that this one is made for has been cancelled, where this one goes with it. */
export function isParentCancelled(options: GrpcCallOptions): boolean {
  return propagates(options, PROPAGATE_CANCELLATION) && options.parent?.cancelled === true;
}
