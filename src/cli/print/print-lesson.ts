/* What to do about an error that no classifier knows: how to teach a policy, and how to report it. */
import { RETRY_DEFAULTS } from "../../core/retry/defaults.ts";
import type { ChainLink } from "../paste/index.ts";
import { counted } from "./numbers.ts";
import type { Paint } from "./terminal.ts";
import { wrap } from "./wrap.ts";

/** A field of an error, as code asks for it, and the value that tells it from others. */
interface Mark {
  /** `cause` for each step to it. */
  readonly steps: readonly string[];
  readonly field: "code" | "name" | "message";
  readonly value: string | number;
}

export function lesson(chain: readonly ChainLink[], width: number, paint: Paint): string {
  const retries = counted(RETRY_DEFAULTS.maxUnknownRetries, "time");
  return [
    paint("bold", "To teach a policy what it is"),
    wrap(
      `An UNKNOWN failure is retried ${retries} at most. If you know better, put a classifier of your own in front; this one takes it for TRANSIENT:`,
      width,
      "  ",
    ),
    "",
    ...classifierFor(markOf(chain)).map((line) => `    ${line}`),
    "",
    wrap(
      "If everybody who uses this library needs that, redress should know it: report what redress classify --json prints. Of fields that decide nothing it has the names, not the values.",
      width,
      "  ",
    ),
  ].join("\n");
}

/** The code nearest to the error itself; failing that a name that not every error has; failing that the message. */
function markOf(chain: readonly ChainLink[]): Mark {
  // Code reaches the causes by name; what else an error wraps may be one of several.
  const reachable = chain.filter(({ at }) => /^error(?:\.cause)*$/.test(at));
  const stepsTo = ({ at }: ChainLink): readonly string[] => at.split(".").slice(1);
  for (const link of reachable) if (link.code !== null) return { steps: stepsTo(link), field: "code", value: link.code };
  for (const link of reachable)
    if (link.name !== null && !common.has(link.name)) return { steps: stepsTo(link), field: "name", value: link.name };
  return { steps: [], field: "message", value: chain[0]?.message ?? "" };
}

const common: ReadonlySet<string> = new Set(["", "Error", "error", "TypeError", "RangeError", "AggregateError"]);

function classifierFor({ steps, field, value }: Mark): readonly string[] {
  const path = [...steps, field];
  const type = path.reduceRight((inner, step) => `{ ${step}?: ${inner} }`, "unknown");
  return [
    `const mine: Classifier = (error) =>`,
    `  (error as ${type} | null)?.${path.join("?.")} === ${JSON.stringify(value)} ? "TRANSIENT" : "UNKNOWN";`,
    "const classifier = firstKnown(mine, defaultClassifier);",
    "const policy = new Policy({ retry: { classifier } });",
  ];
}
