/*
 * Writes down a thrown value as the fixtures have it: an error with the names of its classes, its fields and what it wraps, apart from
 * functions and stacks. What is too deep, too long or a part of the machinery (sockets, agents, clients) is named, not copied.
 * It imports nothing, so that it works in every runtime.
 */
const MOST_LEVELS = 6;
const MOST_FIELDS = 40;
const MOST_ITEMS = 10;
const LONGEST = 2_000;

/** Fields that every library has more of than a person wants to read. */
const MACHINERY =
  /^(agent|agents|client|_client|socket|_?req|request|connection|pool|stream|session|httpAgent|httpsAgent|transport|interceptors|_events|stack|callSite|domain)$/;

/** @param {unknown} value whatever was thrown */
export function toFixture(value) {
  return write(value, 0, []);
}

function write(value, level, above) {
  if (value === undefined) return { $type: "undefined" };
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return short(value);
  if (typeof value === "number") return Number.isFinite(value) ? value : { $type: "number", value: String(value) };
  if (typeof value === "bigint") return { $type: "bigint", value: String(value) };
  if (typeof value === "symbol") return { $type: "symbol", value: value.description ?? "" };
  if (typeof value === "function") return { $type: "function", name: value.name };
  const ctor = classOf(value);
  if (above.includes(value)) return { $type: "circular", ctor };
  if (level > MOST_LEVELS) return { $type: "truncated", ctor };
  const inside = [...above, value];
  const deeper = (inner) => write(inner, level + 1, inside);
  if (isError(value)) return writeError(value, ctor, deeper);
  if (Array.isArray(value)) return value.slice(0, MOST_ITEMS).map(deeper);
  if (value instanceof Date) return { $type: "Date", value: Number.isNaN(value.getTime()) ? "" : value.toISOString() };
  if (value instanceof Headers || ctor === "Headers" || ctor === "HeadersImpl")
    return { $type: "Headers", entries: Object.fromEntries([...value].map(([name, text]) => [name, short(text)])) };
  if (ctor === "Metadata" && typeof value.getMap === "function") return { $type: "Metadata", map: deeper(value.getMap()) };
  // A response (fetch's, node-fetch's, ethers') keeps its fields behind getters of its class: written as one reads them from outside.
  if (
    /Response$|IncomingMessage$/.test(ctor) &&
    (typeof read(value, "status") === "number" || typeof read(value, "statusCode") === "number")
  )
    return { $class: ctor, ...fromEntries(publicOf(value), deeper) };
  if (value instanceof Map)
    return {
      $type: "Map",
      entries: fromEntries(
        [...value].map(([k, v]) => [String(k), v]),
        deeper,
      ),
    };
  if (value instanceof Set) return { $type: "Set", values: [...value].slice(0, MOST_ITEMS).map(deeper) };
  if (value instanceof Uint8Array) return { $type: "Buffer", utf8: short(new TextDecoder().decode(value)) };
  // Thrown itself, and no error: with what the getters of its class give.
  if (level === 0 && !["Object", "null"].includes(ctor))
    return { $class: ctor, ...inheritedOf(value, deeper), ...fromEntries(fieldsOf(value), deeper) };
  return { ...(ctor !== "Object" && { $class: ctor }), ...fromEntries(fieldsOf(value), deeper) };
}

const isError = (value) =>
  value instanceof Error || /^\[object (Error|DOMException)\]$/.test(Object.prototype.toString.call(value));

function writeError(error, ctor, deeper) {
  const own = {};
  const nonEnumerable = {};
  for (const key of Reflect.ownKeys(error).slice(0, MOST_FIELDS)) {
    const name = nameOf(key);
    if (key === "cause" || key === "errors" || MACHINERY.test(name)) continue;
    const value = read(error, key);
    if (typeof value === "function") continue;
    const place = Object.getOwnPropertyDescriptor(error, key)?.enumerable ? own : nonEnumerable;
    place[name] = deeper(value);
  }
  const cause = read(error, "cause");
  const errors = read(error, "errors");
  return {
    $type: "error",
    constructor: ctor,
    prototypeChain: chainOf(error),
    name: short(String(read(error, "name"))),
    message: short(String(read(error, "message"))),
    tag: Object.prototype.toString.call(error),
    own,
    nonEnumerable,
    inherited: inheritedOf(error, deeper),
    ...("cause" in error && {
      cause: deeper(cause),
      causeEnumerable: Object.prototype.propertyIsEnumerable.call(error, "cause"),
    }),
    ...(Array.isArray(errors) && { errors: errors.slice(0, MOST_ITEMS).map(deeper) }),
    ...(errors !== undefined && !Array.isArray(errors) && { own: { ...own, errors: deeper(errors) } }),
  };
}

/** What the classes of the error give it: getters, and values on prototypes. */
function inheritedOf(error, deeper) {
  const inherited = {};
  for (let proto = Object.getPrototypeOf(error); proto !== null; proto = Object.getPrototypeOf(proto)) {
    if (proto === Error.prototype || proto === Object.prototype || proto.constructor?.name === "DOMException") break;
    for (const key of Reflect.ownKeys(proto)) {
      const name = nameOf(key);
      if (["constructor", "name", "message", "cause", "errors"].includes(name) || MACHINERY.test(name)) continue;
      const value = read(error, key);
      if (typeof value !== "function" && value !== undefined && !Object.hasOwn(error, key)) inherited[name] ??= deeper(value);
    }
  }
  return inherited;
}

function publicOf(response) {
  const fields = fieldsOf(response).filter(([name]) => !name.startsWith("@@") && !name.startsWith("_"));
  for (let proto = Object.getPrototypeOf(response); proto && proto !== Object.prototype; proto = Object.getPrototypeOf(proto))
    for (const key of Object.getOwnPropertyNames(proto)) {
      if (MACHINERY.test(key) || fields.some(([name]) => name === key) || !Object.getOwnPropertyDescriptor(proto, key).get)
        continue;
      const inner = read(response, key);
      if (key === "headers" || ["string", "number", "boolean"].includes(typeof inner)) fields.push([key, inner]);
    }
  return fields;
}

function fieldsOf(value) {
  return Reflect.ownKeys(value)
    .filter((key) => !MACHINERY.test(nameOf(key)))
    .map((key) => [nameOf(key), read(value, key)])
    .filter(([, inner]) => typeof inner !== "function" && inner !== undefined)
    .slice(0, MOST_FIELDS);
}

const fromEntries = (entries, deeper) => Object.fromEntries(entries.map(([key, value]) => [key, deeper(value)]));

function nameOf(key) {
  if (typeof key === "string") return key;
  const registered = Symbol.keyFor(key);
  return registered === undefined ? `@@${key.description ?? ""}` : `@@for:${registered}`;
}

function read(value, key) {
  try {
    return value[key];
  } catch {
    return undefined;
  }
}

const classOf = (value) => {
  const name = Object.getPrototypeOf(value) === null ? "null" : read(value, "constructor")?.name;
  return typeof name === "string" && name !== "" ? name : "Object";
};

function chainOf(error) {
  const chain = [];
  for (
    let proto = Object.getPrototypeOf(error);
    proto !== null && proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto)
  )
    chain.push(proto.constructor?.name || "Object");
  return chain.length === 0 ? ["Error"] : chain;
}

/** Nothing without end. */
function short(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST / 2)} ... ${text.slice(-LONGEST / 2)}` : text;
}
