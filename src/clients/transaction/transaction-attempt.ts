/*
 * One attempt of a transaction, on a connection of its own:
 *
 *   acquire --> begin --> body --> commit --> committed
 *
 *   what goes wrong, and where                    the connection               committed?
 *   acquire: the pool gives none                  there is none                no
 *   begin:   fails                                is broken                    no
 *   body:    the function throws                  rolled back                  no
 *   body:    the connection breaks                is broken                    no
 *   commit:  the server refuses                   rolled back                  no
 *   commit:  the server has rolled back instead   is whole                     no
 *   commit:  fails otherwise: no answer           is broken                    nobody knows
 *   begin or body: the attempt is cut short       is broken, its work stopped  no
 *   commit:  the attempt is cut short             is broken                    nobody knows
 *   body:    the function ends the transaction    is broken                    nobody knows
 *   body:    the function releases it             rolled back                  no
 *
 * One that cannot be rolled back is broken, and so is one that has emitted an error or has ended. A connection is given back once, whatever happens: a
 * whole one as it is, a broken one to be destroyed. A function that returns after its attempt was cut short commits nothing.
 */
import { PermanentError, TransientError } from "../../index.ts";
import type { TransactionClient, TransactionDoor } from "./transaction-door.ts";

type Step = "acquire" | "begin" | "body" | "commit" | "committed" | "refused";

export class TransactionAttempt<C extends TransactionClient> {
  readonly #door: TransactionDoor<C>;
  readonly #signal: AbortSignal;
  #step: Step = "acquire";
  /** The connection, while it is held. */
  #client: C | null = null;
  /** How the connection has broken in our hands. */
  #broken: Error | null = null;
  #isEndedInside = false;
  #unguard: () => void = () => {};

  constructor(door: TransactionDoor<C>, signal: AbortSignal) {
    this.#door = door;
    this.#signal = signal;
  }

  /** Whether COMMIT was sent and not refused. */
  get mayHaveCommitted(): boolean {
    return this.#step === "commit" || this.#step === "committed" || this.#isEndedInside;
  }

  get isCommitted(): boolean {
    return this.#step === "committed";
  }

  /** Whether it has come no further than the user's function. */
  get isInBody(): boolean {
    return this.#step === "body";
  }

  async run<T>(body: (client: C) => T | PromiseLike<T>): Promise<T> {
    const client = await this.#acquire();
    await this.#begin(client);
    const value = await this.#perform(client, body);
    await this.#commit(client);
    return value;
  }

  async #acquire(): Promise<C> {
    const client = await this.#door.acquire();
    if (this.#signal.aborted) {
      this.#door.release(client);
      throw this.#signal.reason;
    }
    this.#client = client;
    client.on("error", this.#noteError);
    client.on("end", this.#noteGone);
    this.#signal.addEventListener("abort", this.#cut, { once: true });
    return client;
  }

  async #begin(client: C): Promise<void> {
    this.#step = "begin";
    try {
      await this.#door.begin(client);
    } catch (error) {
      this.#giveBackBroken(error);
      throw error;
    }
    this.#mustBeHeld();
  }

  async #perform<T>(client: C, body: (client: C) => T | PromiseLike<T>): Promise<T> {
    this.#step = "body";
    this.#unguard = guardRelease(client);
    try {
      const value = await body(client);
      this.#mustBeHeld();
      if (this.#broken !== null) throw this.#broken;
      if (this.#noteEnd(client))
        throw new PermanentError(
          "The transaction was ended inside of its function: COMMIT and ROLLBACK are left to `transaction`.",
        );
      return value;
    } catch (error) {
      if (this.#noteEnd(client)) this.#giveBackBroken(error);
      await this.#rollBack();
      throw error;
    }
  }

  async #commit(client: C): Promise<void> {
    this.#step = "commit";
    let isCommitted: boolean;
    try {
      isCommitted = await this.#door.commit(client);
    } catch (error) {
      if (this.#door.isRefusedCommit(error)) {
        this.#step = "refused";
        await this.#rollBack();
      } else this.#giveBackBroken(error);
      throw error;
    }
    this.#step = isCommitted ? "committed" : "refused";
    this.#giveBack();
    if (!isCommitted)
      throw new PermanentError(
        "The transaction was rolled back instead of committed: one of its statements had failed, and the error was caught inside of its function.",
      );
  }

  async #rollBack(): Promise<void> {
    const client = this.#client;
    if (client === null) return;
    if (this.#broken === null) {
      try {
        await this.#door.rollback(client);
      } catch (error) {
        this.#giveBackBroken(error);
      }
    }
    this.#giveBack();
  }

  /** Whether the function has ended the transaction by itself. */
  #noteEnd(client: C): boolean {
    if (this.#client !== null && this.#broken === null && this.#door.isEnded(client)) this.#isEndedInside = true;
    return this.#isEndedInside;
  }

  #mustBeHeld(): void {
    if (this.#client === null) throw this.#signal.reason;
  }

  readonly #noteError = (error: Error): void => {
    this.#broken ??= error;
  };

  readonly #noteGone = (): void => {
    this.#broken ??= new TransientError("The connection has ended during the transaction.");
  };

  /** The attempt is cut short: nobody waits for its answer any more. */
  readonly #cut = (): void => {
    // What is done of a COMMIT is done: stopping it would not undo it.
    this.#giveBackBroken(this.#signal.reason, this.#step !== "commit");
  };

  #giveBack(): void {
    if (this.#broken !== null) {
      this.#giveBackBroken(this.#broken);
      return;
    }
    const client = this.#letGo();
    if (client === null) return;
    client.removeListener("error", this.#noteError as () => void);
    client.removeListener("end", this.#noteGone);
    this.#door.release(client);
  }

  /** Its listeners stay: a broken connection may go on to emit errors, and is used no more. */
  #giveBackBroken(why: unknown, isBusy = false): void {
    const client = this.#letGo();
    if (client === null) return;
    const error = why instanceof Error ? why : new Error("The connection is not whole.", { cause: why });
    this.#door.destroy(client, error, isBusy);
  }

  #letGo(): C | null {
    const client = this.#client;
    this.#client = null;
    this.#unguard();
    if (client !== null) this.#signal.removeEventListener("abort", this.#cut);
    return client;
  }
}

/**
 * A connection that is released by the function would be somebody else's before COMMIT is sent, and be released twice. While the function has it, its
 * `release` throws.
 *
 * @returns what takes that back
 */
function guardRelease(client: TransactionClient): () => void {
  const own = Object.getOwnPropertyDescriptor(client, "release");
  const value = (): never => {
    throw new PermanentError("The connection was released inside of the transaction's function: that is left to `transaction`.");
  };
  Object.defineProperty(client, "release", { value, configurable: true, writable: true, enumerable: own?.enumerable ?? false });
  return () => {
    if (own !== undefined) Object.defineProperty(client, "release", own);
    else Reflect.deleteProperty(client, "release");
  };
}
