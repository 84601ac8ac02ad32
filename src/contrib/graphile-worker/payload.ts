/*
 * Where the progress stands in a payload: in a member of an object, and at the end of an array, to which `add_job` appends where the job has a key. What is appended behind it is new, and the
 * job begins anew, as graphile-worker itself has it.
 */
import { type Parted, PROGRESS_KEY, partData, withProgress } from "../../workers/delivery/index.ts";

const isMark = (element: unknown): element is Readonly<Record<typeof PROGRESS_KEY, unknown>> =>
  typeof element === "object" && element !== null && Object.hasOwn(element, PROGRESS_KEY) && Object.keys(element).length === 1;

export function partPayload(payload: unknown): Parted {
  if (!Array.isArray(payload)) return partData(payload);
  const last: unknown = payload.at(-1);
  return { data: payload.filter((element) => !isMark(element)), progress: isMark(last) ? last[PROGRESS_KEY] : undefined };
}

/**
 * @param data as JSON, from before the handler could change it
 */
export function payloadWith(data: string, progress: object): string {
  const parsed: unknown = JSON.parse(data);
  return JSON.stringify(Array.isArray(parsed) ? [...parsed, { [PROGRESS_KEY]: progress }] : withProgress(parsed, progress));
}
