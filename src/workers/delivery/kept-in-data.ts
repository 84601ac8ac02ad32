/*
 * Where a queue keeps nothing of a job but its data, the progress is kept in there, beside what the user has put:
 *
 *   { to: "ada" }   ->  { to: "ada", "$redress": progress }
 *   [1, 2]          ->  { "$data": [1, 2], "$redress": progress }
 *
 * and the handler gets to see none of it.
 */

/** The member of a job's data that holds its progress. */
export const PROGRESS_KEY = "$redress";
/** The member that holds data which is no object, and has no members. */
export const DATA_KEY = "$data";

/** A job's data, taken apart. */
export interface Parted {
  /** As the user has put it. */
  readonly data: unknown;
  /** `undefined` where there is none. Of anybody's making. */
  readonly progress: unknown;
}

/** Takes the progress out of the data of a job. */
export function partData(kept: unknown): Parted {
  if (typeof kept !== "object" || kept === null || Array.isArray(kept) || !Object.hasOwn(kept, PROGRESS_KEY))
    return { data: kept, progress: undefined };
  const { [PROGRESS_KEY]: progress, ...data } = kept as Record<string, unknown>;
  const isWrapped = Object.hasOwn(data, DATA_KEY) && Object.keys(data).length === 1;
  return { data: isWrapped ? data[DATA_KEY] : data, progress };
}

/** Puts a progress into the data of a job. */
export function withProgress(data: unknown, progress: unknown): object {
  const members = typeof data === "object" && data !== null && !Array.isArray(data) ? data : { [DATA_KEY]: data };
  return { ...members, [PROGRESS_KEY]: progress };
}

/** How many deliveries a progress knows of; 0 for what is none. */
export function deliveriesOf(progress: unknown): number {
  const { deliveries } = Object(progress) as { readonly deliveries?: unknown };
  return Number.isSafeInteger(deliveries) && (deliveries as number) > 0 ? (deliveries as number) : 0;
}
