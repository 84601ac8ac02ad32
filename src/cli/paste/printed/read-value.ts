/*
 * Reads what `console.log` prints, which is what `util.inspect` of Node and Deno makes of a value, back into the value. Every part that
 * cannot be read is skipped, and noted. Nothing of the text is run.
 */
import { liveError, markIfOurs, setField } from "../live-error.ts";
import { fieldOf, type Unread, unreadAt } from "../unread.ts";
import { type Container, fieldsOf, openContainer } from "./containers.ts";
import { Cursor } from "./cursor.ts";
import { type ErrorHead, readHead, startsError } from "./error-head.ts";
import { readPrimitive } from "./read-primitive.ts";
import { readText, unescaped } from "./read-text.ts";
import { MemberSkipper } from "./skip-member.ts";
import { readToken } from "./tokens.ts";

/** Stands for what could not be read, or what no text can hold. */
const NOTHING = Symbol("nothing");

const key = /(?:([A-Za-z_$][\w$-]*|-?\d+)|(['"`])((?:(?!\2)[^\\\n]|\\.)*)\2|\[?Symbol\(([^\n]*?)\)\]?|\[([^\]\n]+)\]): */y;
const separators = /[\s,]*/y;
const space = /\s*/y;
const arrow = /\s*=>\s*/y;
const opensFields = / \{(?=\s)/y;
const causedBy = /\n\s*caused by: */iy;
const reference = /<ref \*(\d+)> /y;
const remainder = /\.\.\. (?:\d+ )?more (?:items?|propert(?:y|ies))|<items unknown>/y;
// Of a promise, and the holes of an array.
const states = /<(?:pending|resolved|rejected)>|<\d+ empty items?>|empty items?\b/y;
const MOST_DEPTH = 200;

export class ValueReader {
  readonly cursor: Cursor;
  readonly unread: Unread[] = [];
  readonly #skipper: MemberSkipper;
  readonly #references = new Map<string, unknown>();
  #depth = 0;

  constructor(text: string) {
    this.cursor = new Cursor(text);
    this.#skipper = new MemberSkipper(this.cursor);
  }

  /** Reads the value here, which has nothing around it. */
  top(path: string): unknown {
    const value = this.#value(path, true);
    return value === NOTHING ? undefined : value;
  }

  /** Reads fields up to the end of the text. */
  fields(error: Error, path: string): void {
    this.#members(fieldsOf(error), path);
  }

  #value(path: string, alone = false): unknown {
    const { cursor } = this;
    const name = cursor.take(reference)?.[1];
    const text = readText(cursor);
    if (text?.cut) this.#note(path, "the end of a long text");
    if (text !== null) return text.value;
    const primitive = readPrimitive(cursor);
    if (primitive !== null) return primitive.value;
    this.#depth++;
    try {
      if (this.#depth > MOST_DEPTH) return this.#skip(path);
      const container = openContainer(cursor);
      if (container !== null) return this.#contents(container, path, name);
      if (cursor.sees(/\[/y)) return this.#token(path, name);
      if (alone || startsError(cursor)) return this.#error(readHead(cursor, alone), path, name);
      return this.#skip(path);
    } finally {
      this.#depth--;
    }
  }

  #contents(container: Container, path: string, name: string | undefined): unknown {
    if (name !== undefined) this.#references.set(name, container.value);
    this.#members(container, path);
    return container.value;
  }

  #error(head: ErrorHead, path: string, name?: string): Error {
    const error = liveError(head);
    if (name !== undefined) this.#references.set(name, error);
    if (this.cursor.take(opensFields) !== null) this.#members(fieldsOf(error), path);
    if (head.code !== undefined && !("code" in error)) setField(error, "code", head.code);
    if (!("cause" in error) && this.cursor.take(causedBy) !== null) {
      const cause = this.#value(fieldOf(path, "cause"));
      if (cause !== NOTHING) setField(error, "cause", cause, true);
    }
    markIfOurs(error);
    return error;
  }

  #token(path: string, name: string | undefined): unknown {
    const token = readToken(this.cursor);
    if (token === null) return this.#skip(path);
    if (token.kind === "function") {
      // Its own fields, if any, go with it.
      if (this.cursor.take(opensFields) !== null) this.#members(fieldsOf({}), path);
      return NOTHING;
    }
    if (token.kind === "error") {
      if (!token.whole) this.#note(path, `[${token.head.name}]`);
      return this.#error(token.head, path, name);
    }
    const known = token.kind === "circular" && token.reference !== undefined && this.#references.has(token.reference);
    if (known) return this.#references.get(token.reference ?? "");
    this.#note(path, token.kind === "elided" ? token.text : "[Circular]");
    return NOTHING;
  }

  #members(container: Container, path: string): void {
    const { cursor } = this;
    for (let index = 0; ; index++) {
      cursor.take(separators);
      if (cursor.done) return;
      if (cursor.take(container.closes === "}" ? /\}/y : /\]/y) !== null) return;
      const before = cursor.at;
      if (!this.#isLeftOut(path)) this.#member(container, path, index);
      // Whatever stands here, it is passed in the end.
      if (cursor.at === before) this.#skip(path);
    }
  }

  #isLeftOut(path: string): boolean {
    const left = this.cursor.take(remainder);
    if (left !== null) this.#note(path, left[0]);
    return left !== null || this.cursor.take(states) !== null;
  }

  #member(container: Container, path: string, index: number): void {
    const { cursor } = this;
    const isList = container.closes === "]";
    const found = !container.named && startsError(cursor) ? null : cursor.take(key);
    if (found !== null) {
      const field = keyOf(found);
      cursor.take(space);
      const at = fieldOf(path, field);
      this.#keep(at, this.#value(at), (value) => container.field(field, value, found[5] !== undefined));
      return;
    }
    const at = isList ? fieldOf(path, index) : path;
    const first = this.#value(at);
    if (cursor.take(arrow) === null) this.#keep(at, first, (value) => container.element(value));
    else this.#keep(at, this.#value(fieldOf(path, inWords(first))), (value) => container.pair(first, value));
  }

  #keep(at: string, value: unknown, keep: (value: unknown) => void): void {
    if (value === NOTHING) return;
    try {
      keep(value);
    } catch {
      // No name of a header, for example.
      this.#note(at, inWords(value));
    }
  }

  #skip(path: string): typeof NOTHING {
    this.#note(path, this.#skipper.skip());
    return NOTHING;
  }

  #note(at: string, text: string): void {
    this.unread.push(unreadAt(at, text));
  }
}

function keyOf([, plain, _quote, quoted = "", symbol, hidden]: RegExpExecArray): PropertyKey {
  if (symbol !== undefined) return Symbol(symbol);
  return plain ?? hidden ?? unescaped(quoted);
}

/** Of an object not more than that it is one: its `toString` comes from the text, too. */
function inWords(value: unknown): string {
  return typeof value === "object" && value !== null ? "an object" : String(value);
}
