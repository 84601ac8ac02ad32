import { isPlain } from "../../core/is-object.ts";
import { aFunction, checkTable, checkValue, type OptionRule, type OptionTable, text } from "../../core/option-rules.ts";
import { copyOfOptions } from "../../core/read-options.ts";
import type { AttemptInfo } from "../../run/call/options.ts";
import { Policy } from "../policy.ts";
import { checkWrappable } from "../wrapping.ts";

/** A policy of whatever type. With its parameters here, one that is made in the place would take them from here, and not from its options. */
type AnyPolicy = Pick<Policy, "describe" | "idle" | "inFlight">;

/** One of several operations that can do the same: by itself, or with a name and a policy of its own. */
export type FirstOfCandidate<T = unknown> =
  | ((attempt: AttemptInfo) => T | PromiseLike<T>)
  | {
      /** What observers are told: low-cardinality. @default the name of the function, else "candidate 1" by its place */
      readonly name?: string | undefined;
      readonly run: (attempt: AttemptInfo) => T | PromiseLike<T>;
      /** Its own retries, circuit and limits. Without one it gets one attempt. */
      readonly policy?: AnyPolicy | undefined;
    };

/** What a candidate gives, its policy's fallback included. */
export type AnswerOf<C> = C extends { readonly run: (...args: never[]) => infer T }
  ? Awaited<T> | FallbackOf<C>
  : C extends (...args: never[]) => infer T
    ? Awaited<T>
    : never;

type FallbackOf<C> = C extends { readonly policy?: infer P } ? (P extends Policy<never, infer F> ? F : never) : never;

/** A candidate as it is used. */
export interface Candidate {
  readonly name: string;
  readonly run: (attempt: AttemptInfo) => unknown;
  readonly policy: Policy | null;
}

type Given = Exclude<FirstOfCandidate, (...args: never[]) => unknown>;

const aPolicy: OptionRule = {
  text: "a Policy, made by new Policy({ ... })",
  type: "",
  ok: (value: unknown) => value instanceof Policy,
};

const candidateTable: OptionTable<keyof Given> = {
  rules: { name: text, run: aFunction, policy: aPolicy },
};

const aCandidate: OptionRule = {
  text: "an operation, such as ({ signal }) => fetch(url, { signal }), or { name, run, policy }",
  type: "",
  ok: (value: unknown) => typeof value === "function" || isPlain(value),
};

const someCandidates: OptionRule = {
  text: "a non-empty array of operations",
  type: "",
  ok: (values: unknown) => Array.isArray(values) && values.length > 0,
};

/**
 * Checks candidates, and reads them once.
 *
 * @throws TypeError for what is none
 */
export function readCandidates(given: readonly FirstOfCandidate[]): readonly Candidate[] {
  checkValue("firstOf.candidates", given, someCandidates);
  return Array.from(given, (candidate, index) => readCandidate(candidate, index));
}

function readCandidate(given: FirstOfCandidate, index: number): Candidate {
  const owner = `firstOf.candidates[${index}]`;
  checkValue(owner, given, {
    ...aCandidate,
    inside: (value: unknown, place) => {
      if (typeof value !== "function") checkTable(copyOfOptions(value, candidateTable), candidateTable, place);
    },
  });
  const { name, run, policy } = typeof given === "function" ? { name: undefined, run: given, policy: undefined } : given;
  checkWrappable(typeof given === "function" ? owner : `${owner}.run`, run);
  return {
    name: name ?? (run.name === "" || run.name === "run" ? `candidate ${index + 1}` : run.name),
    run: (attempt) => run.call(given, attempt),
    policy: (policy as Policy | undefined) ?? null,
  };
}
