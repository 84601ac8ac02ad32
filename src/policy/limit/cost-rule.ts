import { isPlain } from "../../core/is-object.ts";
import type { OptionRule } from "../../core/option-rules.ts";

const isCost = (cost: unknown): boolean => typeof cost === "number" && cost >= 0 && cost < Infinity;

/** What an attempt costs. */
export const costRule: OptionRule = {
  text: "a finite number >= 0, or an object of such numbers by the names of a limiter's dimensions",
  type: "",
  ok: (cost: unknown) => isCost(cost) || (isPlain(cost) && Object.values(cost).every(isCost)),
  copy: (cost) => (isPlain(cost) ? { ...cost } : cost),
};
