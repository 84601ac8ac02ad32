/*
 * The names under which serializers, loggers and runtimes write the parts of an error: serialize-error, pino, winston, bunyan and axios's toJSON;
 * Elastic Common Schema, OpenTelemetry, Datadog and AWS Lambda, flat or nested.
 */
import { firstFrame } from "../frames.ts";
import { ERROR_NAME } from "../live-error.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

const names = {
  message: ["message", "errorMessage", "exception.message", "error.message"],
  stack: [
    "stack",
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "trace",
    "exception.stacktrace",
    "error.stack_trace",
    "error.stack",
  ],
  name: ["name"],
  type: ["type", "errorType", "kind", "exception.type", "error.type", "error.kind"],
} as const;

export interface Serialized {
  readonly name: string | undefined;
  /** The name of its class, by those who write that: pino. */
  readonly type: string | undefined;
  readonly message: string | undefined;
  readonly stack: string | undefined;
  /** The fields that all this was taken from. */
  readonly from: ReadonlySet<string>;
}

export function partsOf(object: JsonObject): Serialized {
  const from = new Set<string>();
  const text = (part: keyof typeof names, ok: (text: string) => boolean = () => true): string | undefined => {
    const key = names[part].find((name) => ok(lines(object[name]) ?? "") && lines(object[name]) !== undefined);
    if (key === undefined) return undefined;
    from.add(key);
    return lines(object[key]);
  };
  const isName = (text: string): boolean => ERROR_NAME.test(text);
  return { name: text("name"), type: text("type", isName), message: text("message"), stack: text("stack"), from };
}

/** Lambda writes the lines of a stack as a list. */
function lines(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.length > 0 && value.every((line) => typeof line === "string")
    ? value.join("\n")
    : undefined;
}

/** Whether an object is an error that was serialized: with a message, and with a stack or the name of an error. */
export function isSerialized({ name, type, message, stack }: Serialized): boolean {
  if (stack !== undefined) return message !== undefined || firstFrame(stack) >= 0;
  return message !== undefined && (type !== undefined || (name !== undefined && ERROR_NAME.test(name)));
}
