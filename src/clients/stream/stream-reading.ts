/*
 * One source that is read item by item: an async iterable, or a ReadableStream, which is one in Node and Deno, but not in every browser. A
 * ReadableStream is read by a reader also where it can be iterated: closing an iterator waits for the item that is being read, cancelling a reader
 * does not, so that a stream that hangs can be let go.
 */
import { PermanentError } from "../../index.ts";

/** Whatever gives items one after the other. */
export type StreamSource<T = unknown> = AsyncIterable<T> | ReadableStream<T>;

/** A source that is being read. */
export interface StreamReading<T> {
  next(): PromiseLike<IteratorResult<T, unknown>>;
  /** Lets the source go before its end. @param isReading whether an item is being waited for */
  close(reason: unknown, isReading: boolean): unknown;
}

/** A stream of Node, which closes at once when it is destroyed. */
interface NodeStream {
  readonly pipe?: unknown;
  readonly destroy?: unknown;
}

/** Generators that were read: they have ended then, however that went, and would give a stream without an item. */
const generatorsRead = new WeakSet<object>();

const kindOf = (value: unknown): string => Object.prototype.toString.call(value).slice("[object ".length, -1);

/**
 * Begins to read.
 *
 * @throws PermanentError for what cannot be read, or was read before: no retry would help
 */
export function readingOf<T>(source: unknown): StreamReading<T> {
  const reading = readableBy<T>(source);
  if (reading !== null) return reading;
  const kind = kindOf(source);
  const advice = kind === "Response" ? ": give its body, once you have looked at its status" : "";
  throw new PermanentError(`policyStream.open must give an async iterable or a ReadableStream, got ${kind}${advice}.`);
}

function readableBy<T>(source: unknown): StreamReading<T> | null {
  if (typeof source !== "object" || source === null) return null;
  if ("getReader" in source) return byReader(source as ReadableStream<T>);
  if (!(Symbol.asyncIterator in source)) return null;
  if (generatorsRead.has(source))
    throw new PermanentError(
      "policyStream.open must open a source of its own for each attempt, got a generator that was read before: () => chat(), not () => stream.",
    );
  if (kindOf(source) === "AsyncGenerator") generatorsRead.add(source);
  return byIterator(source as AsyncIterable<T> & NodeStream);
}

function byReader<T>(source: ReadableStream<T>): StreamReading<T> {
  const reader = source.getReader();
  return {
    next: () => reader.read() as Promise<IteratorResult<T, unknown>>,
    close: (reason) => reader.cancel(reason),
  };
}

function byIterator<T>(source: AsyncIterable<T> & NodeStream): StreamReading<T> {
  const iterator = source[Symbol.asyncIterator]();
  return {
    next: () => iterator.next(),
    close: (_reason, isReading) => {
      const { pipe, destroy } = source;
      // An iterator of Node's closes the stream after the item that is being read.
      if (isReading && typeof pipe === "function" && typeof destroy === "function") return destroy.call(source);
      return iterator.return?.();
    },
  };
}

/** What a fallback gives in place of a source: a source, or the items themselves. */
export function readingOfFallback<T>(value: unknown): StreamReading<T> {
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value)) {
    const reading = readableBy<T>(value);
    if (reading !== null) return reading;
    throw new PermanentError(`The fallback of a stream must give an async iterable or an array, got ${kindOf(value)}.`);
  }
  const iterator = (value as Iterable<T>)[Symbol.iterator]();
  return {
    next: async () => iterator.next(),
    close: () => iterator.return?.(),
  };
}
