/* The decisions of a fake, one for each time that it is asked. */
import { arrayOf, type OptionRule, type OptionTable, oneOf, requireOptions, text } from "../../core/option-rules.ts";

/** What every fake is told. */
export interface FakeOptions<Decision> {
  /** @default "fake" */
  readonly name?: string | undefined;
  /** What it decides, one after the other. @default none */
  readonly decisions?: readonly Decision[] | undefined;
  /** What it decides when these are used up. @default none: being asked then is an error, which ends the call */
  readonly otherwise?: Decision | undefined;
}

export const ADMIT_OR_REJECT: OptionRule = oneOf(["admit", "reject"]);

/** The rules of a fake, for decisions that keep one. */
export const fakeRules = (decision: OptionRule): OptionTable["rules"] => ({
  name: text,
  decisions: arrayOf("an array of decisions", decision),
  otherwise: decision,
});

/** Reads the options of a fake, which must know of a decision. */
export function readFake<Options extends FakeOptions<unknown>>(
  owner: string,
  options: Options,
  rules: OptionTable["rules"],
): Options {
  const required = options?.decisions === undefined ? ["otherwise"] : [];
  return requireOptions(owner, options, { rules, required });
}

/** Hands out decisions. */
export class Decisions<Decision> {
  readonly #who: string;
  readonly #given: readonly Decision[];
  readonly #otherwise: Decision | undefined;
  #taken = 0;

  constructor(kind: string, { name = "fake", decisions = [], otherwise }: FakeOptions<Decision>) {
    this.#who = `${kind} "${name}"`;
    this.#given = decisions;
    this.#otherwise = otherwise;
  }

  /** @throws Error where none is left */
  next(): Decision {
    const decision = this.#given[this.#taken++] ?? this.#otherwise;
    if (decision === undefined)
      throw new Error(
        `${this.#who}: asked ${this.#taken} times, but it has ${this.#given.length} decisions: add one, or say what it decides \`otherwise\`.`,
      );
    return decision;
  }

  /** Those that have not been asked for. */
  get left(): readonly Decision[] {
    return this.#given.slice(this.#taken);
  }

  get otherwise(): Decision | undefined {
    return this.#otherwise;
  }

  /** @throws Error where some have not been asked for */
  assertDone(): void {
    const { length } = this.left;
    if (length > 0)
      throw new Error(
        `${this.#who}: asked ${this.#taken} times, so the last ${length} of its ${this.#given.length} decisions were not asked for.`,
      );
  }
}
