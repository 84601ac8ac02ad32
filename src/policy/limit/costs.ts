import { isPlain } from "../../core/is-object.ts";
import type { Cost } from "../../core/limit/limiter.ts";
import type { Costs } from "../../core/limit/rate/rates.ts";
import { checkValue, finiteFrom, refuse } from "../../core/option-rules.ts";

const costRule = finiteFrom(0);

/** Reads what an attempt costs into a number for each dimension of a limiter. */
export class CostReader {
  /** The names of the dimensions; `null` where there is one limit only, which has no name. */
  readonly names: readonly string[] | null;
  /** What an attempt costs that says nothing. */
  readonly usual: Costs;

  constructor(names: readonly string[] | null, usual: Costs) {
    this.names = names;
    this.usual = usual;
  }

  /**
   * @param what what messages call it
   * @param otherwise what it costs in the dimensions that it does not name
   * @throws TypeError for what is no cost of this limiter; RangeError for a number that is none
   */
  read(what: string, given: Cost | undefined, otherwise: Costs): Costs {
    if (given === undefined) return otherwise;
    if (typeof given === "number" && this.usual.length === 1) {
      checkValue(what, given, costRule);
      return [given];
    }
    const { names } = this;
    if (names === null) refuse(what, "a finite number >= 0: the limiter has one limit, without a name", given);
    if (!isPlain(given) || !Object.keys(given).every((name) => names.includes(name)))
      refuse(what, `an object with numbers by the names of the limiter's dimensions (${names.join(", ")})`, given);
    return names.map((name, index) => {
      const part = (given as Readonly<Record<string, number | undefined>>)[name];
      if (part === undefined) return otherwise[index] as number;
      checkValue(`${what}.${name}`, part, costRule);
      return part;
    });
  }
}
