/*
 * What stands in braces or brackets, by what is printed before them: `Map(2) {`, `Headers {`, `Response {`, `[Object: null prototype] {`.
 * A container is made before its contents are read, since they may refer to it.
 */
import { ERROR_NAME, setField } from "../live-error.ts";
import type { Cursor } from "./cursor.ts";

export interface Container {
  readonly value: object;
  /** The brace or bracket that ends it. */
  readonly closes: "}" | "]";
  /** Whether a name and a colon in it name a field, always: in a list they may begin an error. */
  readonly named: boolean;
  /** A field by its name. */
  field(key: PropertyKey, value: unknown, hidden: boolean): void;
  /** A value without a name. */
  element(value: unknown): void;
  /** A key and a value with an arrow between. */
  pair(key: unknown, value: unknown): void;
}

const count = String.raw`(?:\(\d+\)| \(\d+ bytes\))?`;
const prototype = String.raw`(?: <(?:\[Object: null prototype\] \{\}|[^>\n]*)>)?`;
const openings = {
  plain: /\{|\[(?=[\s\]])/y,
  // `Object [AxiosHeaders] {`
  named: new RegExp(String.raw`([A-Za-z_$][\w$.]*)${count}${prototype}(?: \[([^\]\n]*)\])?(?: \[[^\]\n]*\])? \{`, "y"),
  list: new RegExp(String.raw`([A-Za-z_$][\w$.]*)\(\d+\)${prototype} \[(?=[\s\]])`, "y"),
  withoutPrototype: new RegExp(String.raw`\[([\w$.]+)${count}: null prototype\] (?:\{|\[(?=[\s\]]))`, "y"),
  tagged: /\[(?:Arguments|Module[^\]\n]*)\] (?:\{|\[(?=[\s\]]))/y,
};

/** Opens what stands here; `null` where no brace or bracket follows. */
export function openContainer(cursor: Cursor): Container | null {
  const list = cursor.take(openings.list);
  if (list !== null) return listOf();
  const bare = cursor.take(openings.withoutPrototype);
  if (bare !== null) return bare[0].endsWith("[") ? listOf() : objectOf(Object.create(null));
  const plain = cursor.take(openings.plain) ?? cursor.take(openings.tagged);
  if (plain !== null) return plain[0].endsWith("[") ? listOf() : objectOf({});
  const [text, name = "", tag] = cursor.take(openings.named) ?? [];
  if (text === undefined) return null;
  if (name === "Map") return mapOf();
  if (name === "Set") return setOf();
  if (name === "Headers") return headersOf();
  return objectOf(name === "DOMException" ? Object.create(DOMException.prototype) : instanceOf(name, tag));
}

/** The fields that follow the head of an error, or a function. */
export function fieldsOf(value: object): Container {
  return objectOf(value);
}

function objectOf(value: object): Container {
  return {
    value,
    closes: "}",
    named: true,
    field: (key, field, hidden) => setField(value, key, field, hidden),
    element: () => {},
    // URLSearchParams and the like.
    pair: (key, field) => setField(value, typeof key === "symbol" ? key : String(key), field),
  };
}

function listOf(): Container {
  const value: unknown[] = [];
  return { ...objectOf(value), closes: "]", named: false, element: (element) => value.push(element) };
}

function mapOf(): Container {
  const value = new Map<unknown, unknown>();
  const pair = (key: unknown, entry: unknown) => value.set(key, entry);
  return { ...objectOf(value), named: false, field: pair, pair };
}

function setOf(): Container {
  const value = new Set<unknown>();
  return { ...objectOf(value), named: false, element: (element) => value.add(element) };
}

/** Throws for what is no name or value of a header. */
function headersOf(): Container {
  const value = new Headers();
  const append = (key: unknown, text: unknown) => {
    for (const each of Array.isArray(text) ? text : [text]) value.append(String(key), String(each));
  };
  return { ...objectOf(value), field: append, pair: append };
}

/** An object of a class of this name. Of the classes whose methods classifiers call, it has the method. */
function instanceOf(name: string, tag: string | undefined): object {
  const { prototype } = { [name]: class {} }[name] ?? Object;
  const value: object = name === "Object" ? {} : Object.create(prototype);
  if (tag !== undefined && !ERROR_NAME.test(tag)) setField(value, Symbol.toStringTag, tag, true);
  if (name === "Metadata") setField(value, "get", metadata, true);
  return value;
}

/** `get` of grpc-js's Metadata, which keeps all values of a key in a Map. */
function metadata(this: { readonly internalRepr?: unknown }, key: string): unknown {
  return (this.internalRepr instanceof Map && this.internalRepr.get(key)) || [];
}
