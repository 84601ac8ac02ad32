import type { Dependency } from "../driver/index.ts";
import type { JobQueue } from "../models/index.ts";
import type { Stretch } from "../record/index.ts";
import type { Arrivals } from "../traffic/index.ts";

/** Which calls come, which dependency they go to, and for how long. */
export interface Scenario {
  readonly name: string;
  /** One sentence: what happens. */
  readonly description?: string | undefined;
  readonly arrivals: Arrivals;
  readonly dependency: Dependency;
  /** Simulated time, in milliseconds, > 0. `Infinity`: until nothing is left to happen; then the arrivals must end. */
  readonly durationMs: number;
  /** Clients, each with circuits, budgets, limiters and a hedge of its own: an integer from 1 to 100,000. @default 1 */
  readonly clients?: number | undefined;
  /** Makes the clients workers of a queue, which leave their retries to later deliveries. @default none: a retry that is left to another process is not made */
  readonly queue?: JobQueue | undefined;
  /** When the dependency is disturbed: recovery is counted from its end. */
  readonly disturbance?: Stretch | undefined;
}
