/* What is known of a job when it is delivered: how far it has come, and how often pg-boss has delivered it. */
import { deliveriesOf, partData } from "../../workers/delivery/index.ts";
import { insist } from "../../workers/postgres/index.ts";
import type { PgBossCounts, PgBossJob, PgBossLike } from "./shapes.ts";

export interface DeliveredJob {
  /** As the user has sent it. */
  readonly data: unknown;
  readonly progress: unknown;
  readonly deliveries: number;
  readonly retryCount: number;
  /** Whether pg-boss would fail it for good where this delivery is lost, or the next one before anything can be done about it. */
  readonly isNearLast: boolean;
}

/** @returns `null` for a job that has been deleted meanwhile */
export async function deliveredJob(boss: PgBossLike, job: PgBossJob, withinMs: number): Promise<DeliveredJob | null> {
  const counts = hasCounts(job) ? job : await insist(() => boss.getJobById(job.name, job.id), withinMs);
  if (counts === null) return null;
  const { retryCount, retryLimit, output } = counts;
  const { data, progress = progressSince(output) } = partData(job.data);
  return { data, progress, deliveries: retryCount + 1, retryCount, isNearLast: retryLimit <= retryCount + 1 };
}

const hasCounts = (job: object): job is PgBossCounts => {
  const { retryCount, retryLimit } = job as Partial<PgBossCounts>;
  return typeof retryCount === "number" && typeof retryLimit === "number";
};

/** What a job that has failed for good leaves in its output, beside the reason. */
export interface FailedOutput {
  readonly message: string;
  readonly redress: { readonly stopReason: string | null; readonly attempts: number | null; readonly deliveries: number };
  readonly error: object;
}

/** A job that has failed for good and is delivered again, by `boss.retry`, begins anew: its earlier deliveries are over and done with. */
function progressSince(output: unknown): object | undefined {
  const deliveries = deliveriesOf((Object(output) as Partial<FailedOutput>).redress);
  if (deliveries === 0) return undefined;
  return { version: 1, attempts: 0, failures: {}, elapsedMs: 0, prevSleepMs: null, deliveries };
}
