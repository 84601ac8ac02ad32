/*
 * Errors that compare a value with what it should be: their messages quote both, and say of neither that it happened. Told by name where an assertion
 * failed, and by the fields that every such error has.
 * Sources: node:assert, chai and the test runners on it (AssertionError); expect of Jest (matcherResult); Standard Schema 1.0 (issues), as in Zod and Valibot;
 * Superstruct (failures); ArkType (arkErrors).
 */
import type { Link } from "./link.ts";

export function speaksOfValues(link: Link): boolean {
  if (link.name.endsWith("AssertionError") || link.read("matcherResult") !== undefined) return true;
  const issues = link.read("issues");
  const areListed = typeof issues === "object" && typeof link.reader.read(issues, "length") === "number";
  return areListed || typeof link.read("failures") === "function" || link.read("arkErrors") !== undefined;
}
