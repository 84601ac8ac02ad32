import {
  type AttemptInfo,
  type CandidateAnswered,
  type FirstOf,
  type FirstOfOptions,
  firstOf,
  type KeyedPolicies,
  keyed,
  type Outcome,
  Policy,
} from "redress";
import { describe, expectTypeOf, test } from "vitest";

interface User {
  readonly id: string;
}
declare const user: User;
declare const controller: AbortController;

describe("keyed", () => {
  test("gives policies of the type of its subject", () => {
    expectTypeOf(keyed({ retry: {} })).toEqualTypeOf<KeyedPolicies<unknown, never>>();
    expectTypeOf(keyed(new Policy<User, null>({ fallback: () => null })).for("a")).toEqualTypeOf<Policy<User, null>>();
    expectTypeOf(
      keyed({ fallback: () => 0 })
        .for("a")
        .call(() => user),
    ).toEqualTypeOf<Promise<User | number>>();
    expectTypeOf(keyed((key) => new Policy({ operation: key })).peek("a")).toEqualTypeOf<Policy | undefined>();
    expectTypeOf(
      keyed((key) => ({ operation: key }))
        .for("a")
        .execute(() => user),
    ).toEqualTypeOf<Promise<Outcome<User>>>();
  });

  test("takes keys that are strings, and its own options", () => {
    // @ts-expect-error a number is no key
    keyed({}).for(7);
    // @ts-expect-error that is no option
    keyed({}, { max: 7 });
  });
});

describe("firstOf", () => {
  test("gives what any of its candidates gives, the fallbacks of their policies included", () => {
    expectTypeOf(firstOf([async () => user, () => 1])).toEqualTypeOf<FirstOf<User | number>>();
    expectTypeOf(firstOf([({ signal }) => signal.aborted, async ({ attempt }: AttemptInfo) => attempt])()).toEqualTypeOf<
      Promise<boolean | number>
    >();
    const policy = new Policy({ fallback: () => "fallback" as const });
    expectTypeOf(firstOf([{ name: "a", run: async () => user, policy }, { run: () => 1 }])).toEqualTypeOf<
      FirstOf<User | "fallback" | number>
    >();
    expectTypeOf(firstOf([{ run: () => 1, policy: new Policy() }])).toEqualTypeOf<FirstOf<number>>();
    expectTypeOf(firstOf([{ run: () => 1, policy: new Policy({ fallback: () => null }) }])).toEqualTypeOf<
      FirstOf<number | null>
    >();
  });

  test("is an operation of a policy, and may be called with a signal alone", () => {
    const ask = firstOf([async () => user, () => 1]);
    expectTypeOf(new Policy().call(ask)).toEqualTypeOf<Promise<User | number>>();
    expectTypeOf(new Policy().execute(ask)).toEqualTypeOf<Promise<Outcome<User | number>>>();
    expectTypeOf(ask({ signal: controller.signal })).toEqualTypeOf<Promise<User | number>>();
    // @ts-expect-error the signal has a name
    void ask(controller.signal);
    // @ts-expect-error nothing would bound it
    void ask({ remainingMs: 100 });
  });

  test("infers what its options are told", () => {
    firstOf([async () => user, () => 1], {
      on: ["CIRCUIT_OPEN", "RATE_LIMIT"],
      resultClassifier: (result) => {
        expectTypeOf(result).toEqualTypeOf<User | number>();
        return null;
      },
      onAnswer: (answered) => {
        expectTypeOf(answered).toEqualTypeOf<CandidateAnswered<User | number>>();
        expectTypeOf(answered.outcome.value).toEqualTypeOf<User | number>();
      },
      onNext: ({ outcome }) => expectTypeOf(outcome.ok).toEqualTypeOf<false>(),
    } satisfies FirstOfOptions<User | number>);
  });

  test("refuses what is no candidate", () => {
    // @ts-expect-error a promise has begun already
    firstOf([Promise.resolve(1)]);
    // @ts-expect-error there is nothing to run
    firstOf([{ name: "a" }]);
    // @ts-expect-error it is a Policy, no options of one
    firstOf([{ run: () => 1, policy: { retry: {} } }]);
    // @ts-expect-error that is no stop reason and no class
    firstOf([() => 1], { on: ["SLOW"] });
  });
});
