/*
 * A client under test: how it is asked, and what it may do differently from others without being wrong.
 *
 * What no client may differ in, and is therefore no option: every call settles; an error has an outcome; requests on the wire are the policy's attempts; a
 * POST without a key is sent once, unless it never left; the same key and the same body go with every attempt; nothing is left behind.
 */
import type { Policy } from "redress";

export interface Asked {
  readonly url: string;
  readonly method: "GET" | "POST";
  /** A string, of POST only. */
  readonly body?: string;
  /** The caller's. */
  readonly signal: AbortSignal;
  /** What the client must send as `Idempotency-Key`, at every attempt. */
  readonly idempotencyKey?: string;
}

export interface Got {
  readonly status: number;
  /** The whole body, decoded. */
  readonly text: string;
  /** What `outcomeOf` is asked of where `status` tells of a failure: the response as the client gave it out. */
  readonly response?: unknown;
}

export interface ClientUnderTest {
  /** Asks once, by way of the policy. Rejects with what the client gives to its callers. */
  request(asked: Asked): Promise<Got>;
  /** Gives up what the client holds, such as a pool of connections. */
  close?(): unknown;
}

/** Makes a client of the policy that its attempts are counted by. It is called once for each check. */
export type MakeClient = (policy: Policy) => ClientUnderTest | Promise<ClientUnderTest>;

/** How a client differs from `fetch`. */
export interface Manners {
  /**
   * `"streamed"`: a response is given out while its body is still to come, and its reader meets what happens to the body: the policy is done by then.
   * `"buffered"`: the body is read within the attempt. @default "streamed"
   */
  readonly bodies?: "streamed" | "buffered";
  /** Streamed bodies that stall end by themselves, without the caller's leaving, within a second. @default false */
  readonly boundsBodies?: boolean;
  /** `"given"`: a redirect is an answer like any other. @default "followed" */
  readonly redirects?: "followed" | "given";
  /** `"raw"`: bodies are given out as they are coded. @default "decoded" */
  readonly gzip?: "decoded" | "raw";
  /** It repeats any request that provably never left, so that a POST reaches a server that is only starting. @default false */
  readonly repeatsWhatNeverLeft?: boolean;
  /** It gives a POST without an `Idempotency-Key` one of its own, and may then repeat it. @default false */
  readonly makesKeys?: boolean;
  /** Faults, by name, that stall this client though others end them: only a bound of the policy, or the caller, does. */
  readonly stalledBy?: readonly string[];
  /** Why an error has no outcome and need not have: what the client documents, in a word. Asked only where `outcomeOf` has no answer. */
  readonly explains?: (error: unknown) => string | undefined;
  /** Faults, by name, that the client takes in a way of its own: how, in words. How the call ends and how often it is tried is then not judged; all else is. */
  readonly differs?: Readonly<Record<string, string>>;
}
