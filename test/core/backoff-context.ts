import type { BackoffContext } from "redress";

/** What a strategy looks at, with a source of chance that always answers the same. */
export function contextOf(fields: Partial<BackoffContext> & { readonly chance?: number } = {}): BackoffContext {
  const { chance = 0.5, ...given } = fields;
  const errorClass = given.errorClass ?? given.classification?.errorClass ?? "TRANSIENT";
  return {
    attempt: 1,
    classification: { errorClass },
    errorClass,
    prevSleepMs: null,
    remainingMs: 60_000,
    cause: "exception",
    random: () => chance,
    ...given,
  };
}
