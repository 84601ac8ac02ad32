/* What holds of calls in which code of the users fails. */
import type { ModelWorld } from "./model-world.ts";
import { DeciderFailed } from "./user-code.ts";

type Breaks = (...found: unknown[]) => void;

interface UserCodeInvariant {
  readonly name: string;
  readonly sentence: string;
  readonly check: (world: ModelWorld, breaks: Breaks) => void;
}

export const ofUserCode: readonly UserCodeInvariant[] = [
  {
    name: "faults",
    sentence: "What code that decides throws is what one call throws, and no other; what a classifier throws is what none does.",
    check: ({ userCode, calls }, breaks) => {
      const thrown = [...calls.values()].flatMap(({ settled }) => (settled?.kind === "thrown" ? [settled.error] : []));
      for (const failed of userCode.deciders) {
        const count = thrown.filter((error) => error === failed).length;
        const isRight = failed.code === "classifier" ? count === 0 : count === 1 || (failed.later && count === 0);
        if (!isRight) breaks(failed.message, `${count} calls throw that`);
      }
      const strange = thrown.find((error) => error instanceof DeciderFailed && !userCode.deciders.includes(error));
      if (strange !== undefined) breaks("a call throws what nobody has thrown");
    },
  },
  {
    name: "hook errors",
    sentence:
      "Of each hook of a policy's calls that fails, and of a classifier, onHookError is told by its name, once; of no other.",
    check: ({ userCode, plan }, breaks) => {
      const failed = [
        ...userCode.hooks.map((error) => ({ policy: error.policy, name: error.hook as string, error: error as Error })),
        ...userCode.deciders.flatMap((error) => {
          const policy = plan.policies.findIndex(({ faulty }) => faulty?.code === "classifier");
          return error.code === "classifier" ? [{ policy, name: "classifier", error: error as Error }] : [];
        }),
      ];
      const keyOf = ({ policy, name }: { readonly policy: number; readonly name: string }): string =>
        `${name} of policy ${policy}`;
      // Where two policies have such a classifier, each has its own fault: which of them has thrown is known by what was told.
      const isClassifier = ({ name }: { readonly name: string }): boolean => name === "classifier";
      const count = (of: readonly { readonly policy: number; readonly name: string }[], key: string): number =>
        of.filter((each) => keyOf(each) === key).length;
      for (const key of new Set(failed.filter((each) => !isClassifier(each)).map(keyOf)))
        if (count(userCode.told, key) !== 1) breaks(`${key} has failed`, `told ${count(userCode.told, key)} times`);
      const [classifiers, told] = [failed.filter(isClassifier).length, userCode.told.filter(isClassifier).length];
      if (classifiers !== told) breaks(`${classifiers} classifiers have thrown`, `${told} are told`);
      for (const { error, name, policy } of userCode.told)
        if (!failed.some((each) => each.error === error && (each.name === "classifier" || each.policy === policy)))
          breaks(`${name} is told`, String(error), "it has not failed so");
    },
  },
];
