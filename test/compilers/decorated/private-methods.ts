/* What only standard decorators can be applied to. */
import { constant, retry, retrySync, TransientError } from "redress";

const quick = { strategy: constant(0) };

class Counter {
  #failures: number;

  constructor(failures: number) {
    this.#failures = failures;
  }

  #fail(): void {
    if (this.#failures-- > 0) throw new TransientError();
  }

  @retry(quick)
  async #hidden(): Promise<string> {
    this.#fail();
    return "hidden";
  }

  @retrySync(quick)
  #hiddenSync(): string {
    this.#fail();
    return "hidden on the spot";
  }

  @retry(quick)
  static async #make(failures: { left: number }): Promise<string> {
    if (failures.left-- > 0) throw new TransientError();
    return "made";
  }

  static make(): Promise<string> {
    return Counter.#make({ left: 2 });
  }

  async reveal(): Promise<string[]> {
    const hidden = await this.#hidden();
    this.#failures = 2;
    return [hidden, this.#hiddenSync()];
  }
}

/** What every compiler must come to. */
export const expected: Readonly<Record<string, unknown>> = { revealed: ["hidden", "hidden on the spot"], made: "made" };

/** Uses every decorated method. */
export async function run(): Promise<Record<string, unknown>> {
  return { revealed: await new Counter(2).reveal(), made: await Counter.make() };
}
