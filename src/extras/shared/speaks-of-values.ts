/*
 * Errors that compare a value with what it should be: their messages quote both, and say of neither that it happened. Told by name where an assertion
 * failed, and by the fields that every such error has.
 * Sources: node:assert, chai and vitest (AssertionError); expect of Jest (matcherResult); Standard Schema 1.0 (issues), as in Zod and Valibot;
 * Superstruct (failures); ArkType (arkErrors).
 */
import type { Link } from "./link.ts";

export function speaksOfValues(link: Link): boolean {
  if (link.name.endsWith("AssertionError") || link.read("matcherResult") !== undefined) return true;
  return (
    Array.isArray(link.read("issues")) || typeof link.read("failures") === "function" || link.read("arkErrors") !== undefined
  );
}
