import type { RepeatedResponse } from "../../servers/repeat/index.ts";
import type { FastifyReplyLike } from "./shapes.ts";

/** What Fastify keeps of a reply besides its status and headers, and tells nobody. */
const KEPT: ReadonlySet<string | undefined> = new Set(["fastify.reply.serializer", "fastify.reply.trailers"]);

/**
 * A reply while a handler is repeated. Fastify says late that an answer has begun: a stream, or hooks before the answer, leave `reply.sent` false for a while. So
 * it is heard when the handler sends, or hijacks.
 */
export class Answering implements RepeatedResponse {
  readonly #reply: FastifyReplyLike;
  readonly #kept: readonly (readonly [symbol, unknown])[];
  #tell: { readonly begun: () => void; readonly failed: (error: unknown) => void } | null = null;
  readonly #undo: readonly (() => void)[];
  #hasBegun = false;
  #rest: Promise<unknown> | undefined;
  statusMessage = "";

  constructor(reply: FastifyReplyLike) {
    this.#reply = reply;
    const { send, hijack } = reply;
    const symbols = Object.getOwnPropertySymbols(reply).filter(({ description }) => KEPT.has(description));
    this.#kept = symbols.map((symbol) => [symbol, copyOf((reply as unknown as Record<symbol, unknown>)[symbol])]);
    this.#undo = [
      shadow(reply, "send", (payload?: unknown) => {
        if (payload instanceof Error && !this.hasBegun) this.#tell?.failed(payload);
        else {
          this.#begin();
          send.call(reply, payload);
        }
        return reply;
      }),
      shadow(reply, "hijack", () => {
        this.#begin();
        return hijack.call(reply);
      }),
    ];
  }

  /** From now on the reply is Fastify's alone. */
  end(): void {
    this.#tell = null;
    for (const undo of this.#undo) undo();
  }

  get hasBegun(): boolean {
    return this.#hasBegun || this.#reply.sent || this.#reply.raw.headersSent;
  }

  /** How the handler goes on that has answered; `undefined` where none has. */
  get rest(): Promise<unknown> | undefined {
    return this.#rest;
  }

  /** Settles when the handler has, or when it has answered: whoever returns the reply waits for the last byte of it. */
  begin(handle: () => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      let given: Promise<unknown>;
      this.#tell = {
        begun: () => {
          // It may answer before it has returned.
          queueMicrotask(() => {
            this.#rest = given;
            resolve(undefined);
          });
        },
        failed: reject,
      };
      const returned = attempted(handle);
      given = returned.ended;
      // A handler with callbacks has nothing to give: it will send.
      if (!returned.isWithCallbacks) given.then(resolve, reject);
    });
  }

  /** Beside what the policy's rule takes back. */
  takeBack(): void {
    const fields = this.#reply as unknown as Record<symbol, unknown>;
    for (const [symbol, value] of this.#kept) fields[symbol] = copyOf(value);
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#tell?.begun();
  }

  // ---- a response, as the rule of repeating knows it

  get headersSent(): boolean {
    return this.hasBegun;
  }

  get statusCode(): number {
    return this.#reply.statusCode;
  }

  set statusCode(status: number) {
    this.#reply.statusCode = status;
  }

  getHeaders(): Readonly<Record<string, unknown>> {
    // Cookies are added to the array itself.
    return Object.fromEntries(Object.entries(this.#reply.getHeaders()).map(([name, value]) => [name, copyOf(value)]));
  }

  setHeader(name: string, value: never): unknown {
    // A cookie would be added to those that are there.
    this.#reply.removeHeader(name);
    return this.#reply.header(name, value);
  }

  removeHeader(name: string): void {
    this.#reply.removeHeader(name);
  }
}

/** Puts a method before one that is inherited, or was set before. Returns what takes it away. */
function shadow<Name extends "send" | "hijack">(reply: FastifyReplyLike, name: Name, method: FastifyReplyLike[Name]): () => void {
  const before = Object.getOwnPropertyDescriptor(reply, name);
  reply[name] = method;
  return () => {
    Reflect.deleteProperty(reply, name);
    if (before !== undefined) Object.defineProperty(reply, name, before);
  };
}

function attempted(handle: () => unknown): { readonly ended: Promise<unknown>; readonly isWithCallbacks: boolean } {
  try {
    const given = handle();
    return { ended: Promise.resolve(given), isWithCallbacks: given === undefined };
  } catch (error) {
    return { ended: Promise.reject(error), isWithCallbacks: false };
  }
}

const copyOf = (value: unknown): unknown => {
  if (Array.isArray(value)) return [...value];
  return typeof value === "object" && value !== null ? { ...value } : value;
};
