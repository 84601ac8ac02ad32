/*
 * The types of wrapped functions. A wrapper has the `this` and the parameters of its function, so that parameters with defaults stay optional, and
 * up to four overloads stay apart. Generic functions are left to the signature of `wrap` that infers parameters by themselves: TypeScript
 * carries type parameters over from one function to another only there, and reads the type of a default only here.
 */

type List = readonly unknown[];

type Wrapper<This, Args extends List, T, F, Mode> = Mode extends "async"
  ? (this: This, ...args: Args) => Promise<Awaited<T> | F>
  : (this: This, ...args: Args) => T | F;

/** What wrapping a function gives; `F` is what the fallback gives. `never` for what has no signature, and for generic functions. */
export type Wrapped<Fn, F, Mode extends "async" | "sync"> = Fn extends (
  this: infer This,
  ...args: infer Args extends List
) => infer T
  ? ((this: This, ...args: Args) => T) extends Fn
    ? Wrapper<This, Args, T, F, Mode>
    : WrappedOverloads<Fn, F, Mode>
  : never;

/** A function that is not assignable back from its last signature has others, or type parameters. Of the latter all signatures read the same. */
type WrappedOverloads<Fn, F, Mode> = Fn extends {
  (this: infer This1, ...args: infer Args1 extends List): infer T1;
  (this: infer This2, ...args: infer Args2 extends List): infer T2;
  (this: infer This3, ...args: infer Args3 extends List): infer T3;
  (this: infer This4, ...args: infer Args4 extends List): infer T4;
}
  ? Same<[Args1, T1], [Args4, T4]> extends true
    ? never
    : Wrapper<This1, Args1, T1, F, Mode> &
        Wrapper<This2, Args2, T2, F, Mode> &
        Wrapper<This3, Args3, T3, F, Mode> &
        Wrapper<This4, Args4, T4, F, Mode>
  : Fn extends {
        (this: infer This1, ...args: infer Args1 extends List): infer T1;
        (this: infer This2, ...args: infer Args2 extends List): infer T2;
        (this: infer This3, ...args: infer Args3 extends List): infer T3;
      }
    ? Wrapper<This1, Args1, T1, F, Mode> & Wrapper<This2, Args2, T2, F, Mode> & Wrapper<This3, Args3, T3, F, Mode>
    : Fn extends {
          (this: infer This1, ...args: infer Args1 extends List): infer T1;
          (this: infer This2, ...args: infer Args2 extends List): infer T2;
        }
      ? Wrapper<This1, Args1, T1, F, Mode> & Wrapper<This2, Args2, T2, F, Mode>
      : never;

type Same<A, B> = [A, B] extends [B, A] ? true : false;

/** Any function, said without a signature: where one is expected, TypeScript takes the type of a parameter from there, and not from its default. */
export interface AnyFunction {
  readonly name: string;
  readonly length: number;
}

/** `Fn` where it can be wrapped, and gives what `R` allows; `never` where the next signature has to do. */
export type Wrappable<Fn, R, Mode extends "async" | "sync"> = AnyFunction extends Fn
  ? Fn
  : [Wrapped<Fn, never, Mode>] extends [never]
    ? never
    : Gives<Fn, R, Mode> extends true
      ? Fn
      : never;

type Gives<Fn, R, Mode> = Fn extends (...args: never[]) => Mode extends "async" ? R | PromiseLike<R> : R ? true : false;
