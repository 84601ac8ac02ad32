/*
 * A fault: what is done to a request, and what every client should make of it.
 *
 * `where` says how far the client has come, and by that what may follow:
 *   connect   the request provably never left: it may be repeated whatever it is
 *   head      it left, and no answer came: it is repeated only if it may be
 *   body      an answer began and did not end well. A client that reads the body within the attempt ("buffered") may repeat the request; of one that hands
 *             out a response whose body is still to come ("streamed"), the reader gets the error, and nothing is repeated
 *   status    a whole answer that says that it failed
 *   redirect  a whole answer that names another place
 *   none      a whole answer, whatever its looks
 */
import type { Exchange } from "./exchange.ts";
import type { FaultProxy } from "./fault-proxy.ts";

export type Where = "connect" | "head" | "body" | "status" | "redirect" | "none";

export interface Fault {
  /** Words with dashes: the first part of the path. */
  readonly name: string;
  readonly where: Where;
  /** Whether what it becomes is worth a retry, for a request that may be repeated; `"either"` where good clients differ. */
  readonly retried: boolean | "either";
  /** How it ends when it is met at every attempt. `"either"` where good clients differ. */
  readonly ends: "value" | "failure" | "either";
  /** Only a timeout, or the caller, ends it. */
  readonly stalls?: true;
  /** It never stands still: no bound of a stall ends it. */
  readonly trickles?: true;
  /** What the caller gets: the path, unless something else is said. */
  readonly text?: string | ((path: string) => string);
  /** Of an answer with a value. @default 200 */
  readonly status?: number;
  /** Whether it is done when the head of the request has come: its body may still be under way. */
  readonly atHead?: true;
  /** It is in how the body is coded: nothing to a client that does not decode. */
  readonly coded?: true;
  /** The platform may send the request again by itself, and say nothing of it. */
  readonly platformRepeats?: true;
  /** It needs a request before it on the same connection. */
  readonly primed?: true;
  /** What is done to a request that has come. */
  readonly act?: (exchange: Exchange) => void;
  /** Where it is met, if not at the path of its name. */
  readonly url?: (proxy: FaultProxy) => string;
}

type Act = NonNullable<Fault["act"]>;
type Common = Omit<Fault, "name">;

/** Faults that have nearly everything in common: each is what it does, or what else is different of it. */
export const family = (common: Common, members: Readonly<Record<string, Act | Partial<Common>>>): readonly Fault[] =>
  Object.entries(members).map(([name, member]) => ({
    name,
    ...common,
    ...(typeof member === "function" ? { act: member } : member),
  }));
