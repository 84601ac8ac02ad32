/* For programs that another Node runs (node24.ts): scenarios one after the other, and what became of each as JSON. */

export interface Printed {
  /** By title: `"well"`, or what is wrong. */
  readonly ended: Readonly<Record<string, string>>;
  /** Rejections and exceptions that nobody has handled. */
  readonly unhandled: readonly string[];
}

/** Ends the program. */
export async function printScenarios(scenarios: Readonly<Record<string, () => PromiseLike<void>>>): Promise<never> {
  const ended: Record<string, string> = {};
  const unhandled: string[] = [];
  for (const event of ["unhandledRejection", "uncaughtException"] as const)
    process.on(event as "unhandledRejection", (error: unknown) => void unhandled.push(`${event}: ${String(error)}`));
  for (const [title, scenario] of Object.entries(scenarios)) {
    try {
      await scenario();
      ended[title] = "well";
    } catch (error) {
      ended[title] = error instanceof Error ? (error.stack ?? error.message) : String(error);
    }
  }
  process.stdout.write(JSON.stringify({ ended, unhandled } satisfies Printed));
  process.exit(0);
}

/** Scenarios, each with what all of them are given. */
export const given = <Given>(
  scenarios: Readonly<Record<string, (given: Given) => PromiseLike<void>>>,
  facts: Given,
): Readonly<Record<string, () => PromiseLike<void>>> =>
  Object.fromEntries(Object.entries(scenarios).map(([title, scenario]) => [title, () => scenario(facts)]));
