/*
 * Where the progress of a job is kept: in its data, under a name of its own, which is all that BullMQ keeps and gives back. The handler never sees it.
 *
 *   { to: "a@b.example" }  is kept as  { to: "a@b.example", redress: { job, made, stalled, progress } }
 *   "a@b.example"          is kept as  { redress: { job, made, stalled, progress, data: "a@b.example" } }
 *
 * Beside the progress stands what says whose it is, and since when:
 *   job      of another job, where data was copied: that one begins
 *   made     ends by BullMQ, and undone by hand since: the job begins anew
 *   stalled  workers that were lost with the job until then: more of them are deliveries that ended without a word, and each counts as an attempt
 *
 * What the handler changes of `job.data` is not kept, as ever; what it gives to `job.updateData` is, and the progress with it.
 */
import { deliveriesOf } from "../../workers/delivery/index.ts";
import type { BullmqJob } from "./shapes.ts";

type Data = Readonly<Record<string, unknown>>;

export interface Kept {
  /** What is there; `undefined` where the job begins. Anybody's. */
  readonly progress: unknown;
  /** Deliveries so far, this one included, without those in which the handler told BullMQ something. */
  readonly deliveries: number;
  /** Keeps a progress. Not before the lock is known to be held: BullMQ changes the data of any job. */
  keep(progress: unknown): Promise<void>;
}

/** Takes the progress out of a job's data. */
export async function takeProgress(job: BullmqJob, key: string): Promise<Kept> {
  const { record, data } = split(job.data, key);
  const isNote = isObject(record) && ("job" in record || "progress" in record);
  const { job: id, made = 0, stalled, progress } = (isNote ? record : { progress: record }) as Data;
  const isOthers = typeof id === "string" && id !== job.id;
  const isAnew = record === undefined || isOthers || made !== job.attemptsMade;
  const base = isAnew ? 0 : wholeOf(stalled);

  const update = job.updateData.bind(job);
  let own = JSON.stringify(data);
  const put = async (given: unknown, note: unknown): Promise<void> => {
    const written = update(join(given, key, note));
    job.data = given;
    await written;
    job.data = given;
  };
  let note: unknown = isAnew ? undefined : record;
  job.data = data;
  job.updateData = async (given) => {
    own = JSON.stringify(given);
    await put(given, note);
  };
  const keep = async (kept: unknown, since: number): Promise<void> => {
    note = { job: job.id, made: job.attemptsMade, stalled: since, progress: kept };
    const changed = job.data;
    await put(own === undefined ? undefined : JSON.parse(own), note);
    job.data = changed;
  };
  // From here on workers are counted that are lost: what was before belongs to an end that was undone.
  const isUndone = isAnew && (job.attemptsMade > 0 || (record !== undefined && !isOthers));
  if (isUndone) await keep(undefined, job.stalledCounter);
  const since = isUndone ? job.stalledCounter : base;
  const lost = Math.max(0, job.stalledCounter - since);
  const left = isAnew ? undefined : progress;
  return {
    progress: left,
    deliveries: deliveriesOf(left) + lost + 1,
    keep: (kept) => keep(kept, job.stalledCounter),
  };
}

const isObject = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);

const wholeOf = (value: unknown): number => (Number.isSafeInteger(value) && (value as number) > 0 ? (value as number) : 0);

function split(whole: unknown, key: string): { readonly record?: unknown; readonly data: unknown } {
  if (!isObject(whole) || !Object.hasOwn(whole, key)) return { data: whole };
  const { [key]: record, ...data } = whole;
  return { record, data: isObject(record) && Object.hasOwn(record, "data") ? record["data"] : data };
}

function join(data: unknown, key: string, note: unknown): unknown {
  if (note === undefined) return data;
  return isObject(data) ? { ...data, [key]: note } : { [key]: { ...(note as Data), data } };
}
