/* Makes live values of parsed JSON: errors of whatever is a serialized error, at any depth, and plain values of the rest. */
import { liveError, markIfOurs, setField } from "../live-error.ts";
import { readPrinted } from "../printed/index.ts";
import { fieldOf, type Unread, unreadAt } from "../unread.ts";
import { isSerialized, type JsonObject, partsOf, type Serialized } from "./serialized-error.ts";

const MOST_DEPTH = 200;

/** What serializers write where they stop. */
const leftOut: ReadonlySet<unknown> = new Set(["[Circular]", "[Object]", "[Array]"]);

/** Where an empty object was something else: JSON writes `{}` for errors, and for what keeps its values inside. */
const neverEmpty: ReadonlySet<string> = new Set(["err", "error", "exception", "reason", "cause", "headers", "metadata"]);

export function revive(value: unknown, path: string, unread: Unread[], inError = false, depth = 0): unknown {
  const isTooDeep = depth > MOST_DEPTH;
  if (isTooDeep || leftOut.has(value)) unread.push(unreadAt(path, isTooDeep ? "what lies too deep" : String(value)));
  if (isTooDeep) return undefined;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((each, index) => revive(each, fieldOf(path, index), unread, inError, depth + 1));
  const object = value as JsonObject;
  if (object["type"] === "Buffer" && Array.isArray(object["data"])) return Buffer.from(object["data"] as number[]);
  const [key = ""] = /(?<!\w)\w+$/.exec(path) ?? [];
  if (neverEmpty.has(key) && Object.keys(object).length === 0)
    unread.push(unreadAt(path, "{}, which JSON writes for errors and for Headers"));
  const parts = partsOf(object);
  const isError = isSerialized(parts) || (inError && parts.message !== undefined);
  const made: object = isError ? errorOf(parts, "level" in object) : {};
  for (const [key, field] of Object.entries(object)) {
    if (isError && parts.from.has(key)) continue;
    const holdsErrors = key === "cause" || key === "errors" || key === "aggregateErrors";
    const live = revive(field, fieldOf(path, key), unread, isError && holdsErrors, depth + 1);
    // pino writes the errors of an AggregateError under a name of its own.
    setField(made, key === "aggregateErrors" ? "errors" : key, live, isError && holdsErrors);
  }
  if (isError) markIfOurs(made);
  return made;
}

function errorOf(parts: Serialized, isRecord: boolean): Error {
  const { name, type, stack } = parts;
  const printed = stack === undefined ? undefined : readPrinted(stack).value;
  const inStack = printed instanceof Error ? printed : undefined;
  const ownName = name ?? (type === undefined || type === "Error" ? inStack?.name : undefined) ?? type ?? "Error";
  const error = liveError({ className: type ?? ownName, name: ownName, message: messageOf(parts, inStack, isRecord), stack });
  const code = (inStack as { readonly code?: unknown } | undefined)?.code;
  if (code !== undefined) setField(error, "code", code);
  if (inStack?.cause !== undefined) setField(error, "cause", inStack.cause, true);
  return error;
}

/**
 * The error's own message. pino puts the messages of the causes behind it, and the causes themselves into the stack; winston puts the
 * words of the log before it. The stack has it as it was.
 */
function messageOf({ message }: Serialized, inStack: Error | undefined, isRecord: boolean): string {
  const own = inStack?.message ?? "";
  const isOwn = message === undefined || inStack?.cause !== undefined || (isRecord && message.endsWith(` ${own}`));
  return isOwn ? own : message;
}
