/*
 * Constructors throw at the first option they refuse. To hear of all of them: construct, note what was refused, leave it out of a copy,
 * and try again. What is left of the config in the end is what the rules can still judge.
 */
import { CircuitBreaker } from "../policy/circuit-breaker.ts";
import type { CircuitBreakerOptions } from "../policy/circuit-breaker-options.ts";
import { Policy, type PolicyOptions, policyRules } from "../policy/policy.ts";
import { Retry, type RetryOptions, retryRules } from "../policy/retry.ts";
import { RetryPolicy } from "../policy/retry-policy.ts";
import { type CallPlan, PLAN } from "../run/call/plan.ts";
import { fixOf, meantOption } from "./fix.ts";
import { kindOf } from "./kind-of.ts";
import { at, isOwn, type Path, readPath, replaced, without, written } from "./option-path.ts";

/** Something that a constructor refused. */
export interface Refused {
  readonly option: string | null;
  readonly value: unknown;
  readonly message: string;
  readonly fix: string;
  /** The option of the config that it is in, or was probably meant to be; `null` where that may be any. */
  readonly within: string | null;
}

/** A config as its constructor sees it. */
interface Examined {
  readonly refused: readonly Refused[];
  /** What the rest of the config makes; `null` where nothing can be made of it. */
  readonly plan: CallPlan | null;
}

/** More mistakes than anybody reads at once. */
const MOST = 200;

/** The kinds of plain options. */
export type OptionsKind = "retry config" | "policy options" | "breaker options";

export function examine(kind: OptionsKind, config: unknown): Examined {
  const maker = makerOf(kind, config);
  const refused: Refused[] = [];
  let rest: Rest = { config, stood: new Map() };
  while (refused.length < MOST) {
    try {
      return { refused, plan: maker.make(rest.config) };
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      const place = locate(message, rest.config, maker);
      if (place === null) return { refused: [...refused, unreadable(message)], plan: null };
      const mistake = toRefused(message, place, rest);
      // What remains around a mistake that was noted is no second one.
      const isNoted = refused.some(({ option }) => isWithin(option, mistake.option));
      if (!isNoted) refused.push(mistake);
      const path = [...place.base, ...place.path];
      const left = isNoted ? leaveOut(rest, path) : putAside(rest, path, message);
      if (left === null) break;
      rest = left;
    }
  }
  return { refused, plan: null };
}

interface Maker {
  /** Where in the config the options of each owner stand that messages begin with. */
  readonly owners: Readonly<Record<string, Path>>;
  readonly make: (config: unknown) => CallPlan;
}

const forRetry: Maker = {
  owners: { retry: [] },
  make: (config) => new Policy({ retry: new Retry(config as RetryOptions) })[PLAN],
};

const forRetryPolicy: Maker = {
  owners: { retryPolicy: [], retry: [], policy: [], circuitBreaker: ["circuitBreaker"] },
  make: (config) => new RetryPolicy(config as RetryOptions)[PLAN],
};

const forPolicy: Maker = {
  owners: { policy: [], retry: ["retry"], circuitBreaker: ["circuitBreaker"] },
  make: (config) => {
    const { retry } = config as { readonly retry?: { readonly settings: object } };
    // Another copy's Retry is none to this one's Policy, but its settings are good options.
    const own = kindOf(retry) === "retry" ? { retry: { ...retry?.settings } } : {};
    return new Policy({ ...(config as PolicyOptions), ...own })[PLAN];
  },
};

const forBreaker: Maker = {
  owners: { circuitBreaker: [] },
  make: (config) => new Policy({ circuitBreaker: new CircuitBreaker(config as CircuitBreakerOptions) })[PLAN],
};

function makerOf(kind: OptionsKind, config: unknown): Maker {
  if (kind === "policy options") return forPolicy;
  if (kind === "breaker options") return forBreaker;
  const outer = Object.keys(config as object).some((key) => Object.hasOwn(policyRules, key) && !Object.hasOwn(retryRules, key));
  return outer ? forRetryPolicy : forRetry;
}

/** Where the option is that a message is about. */
interface Place {
  readonly owner: string;
  /** Where in the config the options of the owner stand. */
  readonly base: Path;
  /** From there on; with the index of the element that is meant. */
  readonly path: Path;
  /** How much of the path the message itself begins with. */
  readonly named: number;
}

function locate(message: string, config: unknown, maker: Maker): Place | null {
  for (const [owner, base] of Object.entries(maker.owners)) {
    const path = message.startsWith(owner) ? readPath(message.slice(owner.length), at(config, base)) : null;
    if (path !== null)
      return { owner, base, path: toElement(message, config, [...base, ...path], maker).slice(base.length), named: path.length };
  }
  return null;
}

/** Of a message about a whole array, the element that is meant: the one that alone brings the same message. */
function toElement(message: string, config: unknown, path: Path, { make }: Maker): Path {
  const array = at(config, path);
  // An array that should be none is shown as a whole.
  if (!Array.isArray(array) || array.length > MOST || message.includes(", got an array of ")) return path;
  const culprit = array.findIndex((_element, kept) => {
    let alone = config;
    for (let index = array.length - 1; index >= 0; index--) if (index !== kept) alone = without(alone, [...path, index]);
    try {
      make(alone);
      return false;
    } catch (error) {
      return error instanceof Error && error.message === message;
    }
  });
  return culprit === -1 ? path : [...path, culprit];
}

/** What is left of a config. */
interface Rest {
  readonly config: unknown;
  /** Where the elements that remain of an array stood at first, by the place of the array. */
  readonly stood: ReadonlyMap<string, readonly number[]>;
}

/** The config without what was refused. */
function putAside(rest: Rest, path: Path, message: string): Rest | null {
  // Something that must be there is not left out but replaced, so that what stands beside it is looked at too.
  const config = message.includes(" must be a function, got ") ? replaced(rest.config, path, () => 0) : rest.config;
  return config === rest.config ? leaveOut(rest, path) : { ...rest, config };
}

/** The config without what stands at a path or, where nothing of its own does, without what it would stand in. */
function leaveOut({ config, stood }: Rest, path: Path): Rest | null {
  const parent = path.slice(0, -1);
  const key = path.at(-1);
  if (key === undefined) return null;
  const container = at(config, parent);
  if (!isOwn(container, key)) return leaveOut({ config, stood }, parent);
  const left = new Map(stood);
  if (Array.isArray(container)) {
    const indexes = stood.get(written(parent)) ?? [...container.keys()];
    left.set(
      written(parent),
      indexes.filter((_stood, index) => index !== key),
    );
  }
  return { config: without(config, path), stood: left };
}

/** A path in the config as it was given. */
function asGiven(base: Path, path: Path, { stood }: Rest): string {
  return written(
    path.map((key, depth) => {
      const indexes = typeof key === "number" ? stood.get(written([...base, ...path.slice(0, depth)])) : undefined;
      return indexes?.[key as number] ?? key;
    }),
  );
}

function toRefused(message: string, { owner, base, path, named }: Place, rest: Rest): Refused & { readonly option: string } {
  const inMessage = path.slice(0, named);
  const reason = message.slice(owner.length + written(inMessage).length);
  const option = owner + asGiven(base, path, rest);
  const value = at(rest.config, [...base, ...path]);
  return {
    option,
    value,
    message: owner + asGiven(base, inMessage, rest) + reason,
    fix: fixOf(option, path.at(-1), value, reason),
    within: owner === "circuitBreaker" ? "circuitBreaker" : meantOption(path[0]),
  };
}

const unreadable = (message: string): Refused => ({
  option: null,
  value: null,
  message: `The options cannot be read: ${message}`,
  fix: "Give plain values: no getters or proxies that throw.",
  within: null,
});

const isWithin = (noted: string | null, option: string): boolean =>
  noted === option || noted?.startsWith(`${option}.`) === true || noted?.startsWith(`${option}[`) === true;
