/*
 * The first of several operations that answers. The law:
 *   a candidate gives a value                  -> that is the answer, as it is
 *   it fails, and the failure is not covered   -> that is the end: by default only ABORTED is not
 *   it fails when its answer has begun         -> the end: the caller has part of it
 *   it fails, and the signal has aborted, the deadline has passed, or it was the last -> the end
 *   else                                       -> the next one, at once
 * The end is what the candidate ended with: its error, the same object, or its result, which the caller may judge otherwise. A candidate is
 * performed as a call of its own, by its policy or by one that has nothing but the classifiers: aborts, timeouts and values that come too late
 * are what they are for every call.
 */
import type { Classifier, ResultClassifier } from "../../core/failure/classification.ts";
import { aClassifier, aResultClassifier } from "../../core/failure/classifier-rules.ts";
import type { ErrorClass } from "../../core/failure/error-class.ts";
import { covers } from "../../core/failure/fallback.ts";
import type { StopReason } from "../../core/failure/stop-reason.ts";
import { aFunction, type OptionRule, refuse, requireOptions } from "../../core/option-rules.ts";
import { Call } from "../../run/call/call.ts";
import { callsFailed } from "../../run/call/call-failure.ts";
import { plainSettings } from "../../run/call/call-settings.ts";
import { discard } from "../../run/call/discard.ts";
import { hooksWithoutPolicy } from "../../run/call/hook-errors.ts";
import { withInherited } from "../../run/call/inherited-settings.ts";
import type { AttemptInfo, Operation } from "../../run/call/options.ts";
import { type KeptFailure, noteRetries } from "../../run/call/outcome-of.ts";
import { type CallPlan, makePlan, PLAN } from "../../run/call/plan.ts";
import { defaultClassifier, defaultResultClassifier } from "../../run/default-classifiers.ts";
import { performAsync } from "../../run/perform/async.ts";
import { systemClock } from "../../run/time/clock.ts";
import { coveredWords } from "../fallback.ts";
import type { Failure, Outcome, Success } from "../outcome.ts";
import { CandidateAttempt, type Progress, type Told } from "./candidate-attempt.ts";
import { type AnswerOf, type Candidate, type FirstOfCandidate, readCandidates } from "./candidates.ts";

/** A candidate has failed, and the next one is tried. */
export interface CandidateFailed {
  readonly name: string;
  /** Its place, from 0. */
  readonly index: number;
  /** The name of the one that is tried next. */
  readonly next: string;
  /** How it failed: `outcome.error` is what it threw. */
  readonly outcome: Failure;
}

/** A candidate has answered. */
export interface CandidateAnswered<T = unknown> {
  readonly name: string;
  /** Its place, from 0. */
  readonly index: number;
  readonly outcome: Success<T>;
}

export interface FirstOfOptions<T = unknown> {
  /** After which failures the next candidate is tried: stop reasons and error classes. @default all but ABORTED */
  readonly on?: readonly (StopReason | ErrorClass)[] | undefined;
  /** Says what kind of failure an error is, of candidates without a policy. @default defaultClassifier */
  readonly classifier?: Classifier | undefined;
  /**
   * Says which returned values are failures, of candidates without a policy; `() => null`: none.
   *
   * @default defaultResultClassifier: a `Response` with 408, 425, 429 or 5xx
   */
  readonly resultClassifier?: ResultClassifier<T> | undefined;
  /** Hears of each candidate that has failed and is followed by another. */
  readonly onNext?: ((failed: CandidateFailed) => unknown) | undefined;
  /** Hears of the candidate that has answered. */
  readonly onAnswer?: ((answered: CandidateAnswered<T>) => unknown) | undefined;
}

/** An operation for `policy.call`. Called on its own, it needs nothing, or the signal that aborts it. */
export type FirstOf<T> = (attempt?: AttemptInfo | { readonly signal?: AbortSignal | undefined }) => Promise<T>;

const rules: Readonly<Record<keyof FirstOfOptions, OptionRule>> = {
  on: coveredWords,
  classifier: aClassifier,
  resultClassifier: aResultClassifier,
  onNext: aFunction,
  onAnswer: aFunction,
};

/**
 * An operation that tries others in order (models, vendors, replicas), the next one when the one before stops: at once, without a delay. It gives what
 * the first one gives that succeeds, as it is, and what the last one ended with where none does: its error, the same object, or its result. Give it to
 * `policy.call`, whose deadline and signal bound all of them, or call it.
 *
 * Not a hedge: they never run beside each other. Not a retry: a candidate that should be retried before the next one is tried has a policy of its own,
 * and a policy around the list then does not retry what they have retried for as long as its delay.
 *
 * @throws TypeError or RangeError for a wrong or unknown option, and for what is no operation.
 * @example
 * const large = new Policy({ retry: { maxAttempts: 2 }, circuitBreaker: { name: "large" } });
 * const ask = firstOf([
 *   { name: "large", run: ({ signal }) => complete("Why?", { signal }), policy: large },
 *   { name: "small", run: ({ signal }) => complete("Why, in short?", { signal }) },
 * ]);
 * const answer = await policy.call(ask, { deadlineMs: 30_000 });
 */
export function firstOf<const Candidates extends readonly FirstOfCandidate[]>(
  candidates: Candidates,
  options: FirstOfOptions<AnswerOf<Candidates[number]>> = {},
): FirstOf<AnswerOf<Candidates[number]>> {
  const { on, classifier, resultClassifier, onNext, onAnswer } = requireOptions("firstOf", options, { rules });
  const list = readCandidates(candidates);
  const rule = { on: on === undefined ? null : new Set(on) };
  const plain = planOf(classifier, resultClassifier);

  return async (given) => {
    const attempt = checkAttempt(given);
    let retriedForMs: number | null = null;
    for (let index = 0; ; index++) {
      const candidate = list[index] as Candidate;
      const progress: Progress = { answered: false };
      const outcome = await perform(candidate, attempt, plain, (own) =>
        candidate.run(new CandidateAttempt(own, attempt, progress, candidate.policy !== null)),
      );
      const { name } = candidate;
      if (outcome.ok) {
        const answer = outcome as Success<AnswerOf<Candidates[number]>>;
        tell("onAnswer", onAnswer, attempt, { name, index, outcome: answer });
        return answer.value;
      }
      retriedForMs = longer(retriedForMs, outcome);
      const next = list[index + 1];
      if (next === undefined || !covers(rule, outcome) || isOver(attempt, progress)) {
        const isResult = candidate.policy === null && outcome.cause === "result";
        const end = isResult ? outcome.lastResult : outcome.error;
        noteRetries(end, retriedForMs, callsFailed());
        if (isResult) return end as AnswerOf<Candidates[number]>;
        throw end;
      }
      tell("onNext", onNext, attempt, { name, index, next: next.name, outcome });
      // Nobody will get its result.
      if (outcome.cause === "result")
        discard({ plan: candidate.policy?.[PLAN] ?? plain, settings: { discard: undefined } }, outcome.lastResult);
    }
  };
}

function perform({ policy }: Candidate, attempt: Told, plain: CallPlan, run: Operation): Promise<Outcome<unknown>> {
  const { signal, remainingMs = Infinity } = attempt;
  if (policy !== null) return policy.execute(run, { signal, deadlineMs: remainingMs > 0 ? remainingMs : undefined });
  // The call around it has its bounds already.
  return performAsync(new Call(plain, withInherited({ ...plainSettings(null), signal }), "outcome"), run) as Promise<
    Outcome<unknown>
  >;
}

/** Whether no further candidate may be tried. */
const isOver = ({ signal, remainingMs = Infinity }: Told, { answered }: Progress): boolean =>
  signal?.aborted === true || remainingMs <= 0 || answered;

/** The longest time for which one of the candidates has retried. */
function longer(retriedForMs: number | null, failure: Failure): number | null {
  const { retriedForMs: own = null } = failure as Partial<KeptFailure>;
  return own === null ? retriedForMs : Math.max(own, retriedForMs ?? 0);
}

function tell<Fact>(name: string, observer: ((fact: Fact) => unknown) | undefined, { operation }: Told, fact: Fact): void {
  if (observer !== undefined) hooksWithoutPolicy.observe(name, observer, { operation }, () => observer(Object.freeze(fact)));
}

/** A signal or an argument in the place of the attempt would be ignored in silence. */
function checkAttempt(given: unknown): Told {
  if (given === undefined) return {};
  const { signal, aborted } = (typeof given === "object" && given !== null ? given : { aborted: true }) as {
    readonly signal?: unknown;
    readonly aborted?: unknown;
  };
  const isSignal = typeof (signal as AbortSignal | undefined)?.addEventListener === "function";
  if (aborted !== undefined || (signal !== undefined && !isSignal))
    refuse("firstOf(...).attempt", "what policy.call tells its operation, or { signal }", given);
  return given as Told;
}

/** How candidates without a policy are performed: they get one attempt. */
function planOf(
  classifier: Classifier = defaultClassifier,
  resultClassifier: ResultClassifier<never> = defaultResultClassifier,
): CallPlan {
  return makePlan({
    retry: null,
    classifier,
    resultClassifier,
    breaker: null,
    limiter: null,
    hedge: null,
    chaos: null,
    fallback: null,
    operation: undefined,
    hooks: [],
    onHookError: undefined,
    discard: undefined,
    clock: systemClock,
    random: Math.random,
  });
}
