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

type Value = string | undefined;

type Level<Kept> = Map<Value, Level<Kept> | Kept>;

/** What is kept for each combination of up to four labels, and made when it is first asked for. All of it is forgotten when it becomes too much. */
export class ByLabels<Kept extends object> {
  readonly #make: (...values: Value[]) => Kept;
  readonly #most: number;
  #root: Level<Kept> = new Map();
  #size = 0;

  constructor(make: (...values: Value[]) => Kept, most: number = MOST) {
    this.#make = make;
    this.#most = most;
  }

  /** That of these labels: written out, since it is asked several times per call. */
  of(first?: string, second?: string, third?: string, fourth?: string): Kept {
    let level = below(this.#root, first);
    level = below(level, second);
    level = below(level, third);
    return (level.get(fourth) as Kept | undefined) ?? this.#add([first, second, third, fourth]);
  }

  #add(values: readonly [Value, Value, Value, Value]): Kept {
    const made = this.#make(...values);
    if (this.#size === this.#most) {
      this.#root = new Map();
      this.#size = 0;
    }
    this.#size += 1;
    const [first, second, third, fourth] = values;
    below(below(below(this.#root, first), second), third).set(fourth, made);
    return made;
  }
}

function below<Kept extends object>(level: Level<Kept>, value: Value): Level<Kept> {
  let next = level.get(value) as Level<Kept> | undefined;
  if (next === undefined) {
    next = new Map();
    level.set(value, next);
  }
  return next;
}

/** Labels of which those that have no value are left out. */
export function labelsOf(labels: { readonly [Key in LabelKey]?: Value }): Labels {
  return Object.freeze(Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== undefined)));
}
