/* The one list of labels. Each has few values: no message, URL, id or payload is ever one. Labels that have no value are left out. */

/** What a label tells, and its name where names have dots. */
export interface Label {
  /** Its name in OpenTelemetry: that of the semantic conventions where they have one. */
  readonly attribute: string;
  readonly help: string;
}

export const LABELS = {
  operation: { attribute: "redress.operation", help: "The operation, as the policy or the call names it." },
  outcome: { attribute: "redress.outcome", help: "How the call or the attempt ended." },
  stop_reason: { attribute: "redress.stop_reason", help: "Why the call ended without a value of its operation." },
  class: { attribute: "error.type", help: "The error class of the failure." },
  hedge: { attribute: "redress.hedge", help: "Whether the attempt was started beside one in flight: true or false." },
  state: { attribute: "redress.circuit.state", help: "The state that the circuit has changed to: open, half_open or closed." },
  circuit: { attribute: "redress.circuit.name", help: "The name of the circuit breaker." },
  budget: { attribute: "redress.budget.name", help: "The name of the retry budget." },
  limiter: { attribute: "redress.limiter.name", help: "The name of the limiter." },
  reason: { attribute: "redress.limiter.reason", help: "Why the limiter turned the attempt away." },
  policy: { attribute: "redress.policy.name", help: "The name of the policy." },
} as const satisfies Record<string, Label>;

export type LabelKey = keyof typeof LABELS;

export type Labels = { readonly [Key in LabelKey]?: string };

/** More combinations than that are an operation, or a limiter, that is named anew for every request. */
const MOST = 2_000;

type Level = Map<string | undefined, Level | Labels>;

/**
 * Labels, by their values: an object for each combination, which is made once. Of a backend, that may know its series by these objects, asks no more than a
 * look-up. The cache is emptied when it is full: an object that is made again has the same content.
 */
export class LabelSets {
  readonly #keys: readonly LabelKey[];
  readonly #most: number;
  #root: Level = new Map();
  #size = 0;

  /** @param keys four at most, in the order in which their values are given */
  constructor(keys: readonly LabelKey[], most: number = MOST) {
    this.#keys = keys;
    this.#most = most;
  }

  /** The labels with these values: written out, since it is asked several times per call. */
  of(first?: string, second?: string, third?: string, fourth?: string): Labels {
    let level = below(this.#root, first);
    level = below(level, second);
    level = below(level, third);
    const known = level.get(fourth) as Labels | undefined;
    return known ?? this.#make(level, [first, second, third, fourth]);
  }

  #make(level: Level, values: readonly (string | undefined)[]): Labels {
    const entries = this.#keys.flatMap((key, index) => (values[index] === undefined ? [] : [[key, values[index]]]));
    const labels: Labels = Object.freeze(Object.fromEntries(entries));
    if (this.#size === this.#most) {
      this.#root = new Map();
      this.#size = 0;
    } else {
      this.#size += 1;
      level.set(values[3], labels);
    }
    return labels;
  }
}

function below(level: Level, value: string | undefined): Level {
  let next = level.get(value) as Level | undefined;
  if (next === undefined) {
    next = new Map();
    level.set(value, next);
  }
  return next;
}
