/** Properties of an error, by their names; those that are `undefined` are left out. */
export type Fields = Readonly<Record<string | symbol, unknown>>;

/** What an error of a library looks like to whoever catches it. */
export interface Shape {
  readonly message: string;
  /** The names of its classes, its own first; `Error` is left out. @default [] */
  readonly classes?: readonly string[];
  /** What its `name` says. @default "Error", or the name of the class of the language that it is of */
  readonly name?: string;
  /** What it has of its own for all to see: `Object.keys` names them. */
  readonly own?: Fields;
  /** What it has besides, from its prototype or hidden. */
  readonly hidden?: Fields;
  readonly cause?: unknown;
  /** What an AggregateError holds: with them, it is one. */
  readonly errors?: readonly unknown[];
}

type ErrorClass = new (message?: string) => Error;

const BUILT_IN: Readonly<Record<string, ErrorClass>> = {
  TypeError,
  SyntaxError,
  RangeError,
};

/** The classes that were made, by the names of those that they are of: errors that look alike are of one class, as the real ones are. */
const made = new Map<string, ErrorClass>();

function classOf([own, ...rest]: readonly string[]): ErrorClass {
  if (own === undefined) return Error;
  if (own in BUILT_IN) return BUILT_IN[own] as ErrorClass;
  const key = [own, ...rest].join("<");
  let found = made.get(key);
  if (found === undefined) {
    const Base = classOf(rest);
    found = { [own]: class extends Base {} }[own] as ErrorClass;
    made.set(key, found);
  }
  return found;
}

/**
 * Makes an error of a shape.
 *
 * @param caller what its stack leaves out, with all that was called by it
 */
export function makeError(
  { message, classes = [], name, own = {}, hidden = {}, cause, errors }: Shape,
  caller: (...given: never[]) => unknown,
): Error {
  const error = errors === undefined ? new (classOf(classes))(message) : new AggregateError(errors, message);
  const define = (key: string | symbol, value: unknown, enumerable: boolean): void => {
    if (value !== undefined) Object.defineProperty(error, key, { value, enumerable, configurable: true, writable: true });
  };
  if (name !== undefined) define("name", name, false);
  for (const key of Reflect.ownKeys(hidden)) define(key, hidden[key], false);
  for (const key of Reflect.ownKeys(own)) define(key, own[key], true);
  define("cause", cause, false);
  // V8's only. A stack that begins where the test made the error is what a person wants to see.
  (Error as { captureStackTrace?: (error: Error, caller: unknown) => void }).captureStackTrace?.(error, caller);
  return error;
}
