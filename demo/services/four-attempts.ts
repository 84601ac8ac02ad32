/* The policy that the client, front and middle have, each for itself. */
import { constant, unlimited } from "redress";
import type { HttpPolicy } from "redress/fetch";

export const ATTEMPTS = 4;

/** Nothing but four attempts. A retry budget or a circuit would cut the retries, too: both are left out, so that the figures show one rule at a time. */
export const fourAttempts = (deadlineMs = 60_000): HttpPolicy<Response> => ({
  retry: { maxAttempts: ATTEMPTS, strategy: constant(20), deadlineMs },
  budget: unlimited,
});
