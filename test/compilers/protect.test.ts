/*
 * `@breaker.protect` under the compilers of decorators. What they make of `@breaker.protect` differs: some keep the breaker as `this`, some call the
 * decorator by itself, and legacy decorators get the prototype, the key and the descriptor. The same source is compiled by each, and run. What
 * decorators are called with by hand is in test/policy/decorator-targets.test.ts, which starts no compiler.
 */
import vm from "node:vm";
import { transformSync } from "esbuild";
import { CircuitBreaker, CircuitOpenError, TransientError } from "redress";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const source = `
export class Users {
  name = "Ada";
  @breaker.protect
  async greet(greeting: string, end = "!"): Promise<string> {
    return greeting + " " + this.name + end;
  }
  @breaker.protect
  static async fail(error: Error): Promise<never> {
    throw error;
  }
  @breaker.protect
  async [Symbol.asyncDispose](): Promise<void> {}
}
`;

const byTypeScript = (experimentalDecorators: boolean): string =>
  ts.transpileModule(source, {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.CommonJS, experimentalDecorators },
  }).outputText;

const byEsbuild = (experimentalDecorators: boolean): string =>
  transformSync(source, {
    loader: "ts",
    format: "cjs",
    target: "es2022",
    tsconfigRaw: { compilerOptions: { experimentalDecorators } },
  }).code;

interface Users {
  name: string;
  greet: (greeting: string, end?: string) => Promise<string>;
}

interface UsersClass {
  new (): Users;
  readonly prototype: Users;
  fail(error: Error): Promise<never>;
}

function run(code: string, breaker: CircuitBreaker): UsersClass {
  const module = { exports: {} as { Users: UsersClass } };
  vm.runInThisContext(`(module, exports, breaker) => {${code}\n}`)(module, module.exports, breaker);
  return module.exports.Users;
}

describe.each<[string, () => string]>([
  ["tsc, standard", () => byTypeScript(false)],
  ["tsc, legacy", () => byTypeScript(true)],
  ["esbuild and tsx, standard", () => byEsbuild(false)],
  ["esbuild and tsx, legacy", () => byEsbuild(true)],
])("@breaker.protect compiled by %s", (_compiler, compile) => {
  const code = compile();

  test("is compiled, not kept", () => expect(code).not.toMatch(/^\s*@breaker/m));

  test("keeps `this`, the parameters, the name and the descriptor of a method", async () => {
    const Users = run(code, new CircuitBreaker());
    expect(await new Users().greet("Hello")).toBe("Hello Ada!");
    expect(await new Users().greet("Hello", "?")).toBe("Hello Ada?");
    expect([Users.prototype.greet.name, Users.prototype.greet.length]).toEqual(["greet", 1]);
    expect(Object.getOwnPropertyDescriptor(Users.prototype, "greet")).toMatchObject({ enumerable: false, writable: true });
  });

  test("sends every call through the circuit, of static methods too", async () => {
    const breaker = new CircuitBreaker({ failureThreshold: 1 });
    const Users = run(code, breaker);
    const error = new TransientError();
    await expect(Users.fail(error)).rejects.toBe(error);
    await expect(new Users().greet("Hello")).rejects.toBeInstanceOf(CircuitOpenError);
    expect(breaker.stats).toMatchObject({ totalCalls: 2, failedCalls: 1, rejectedCalls: 1 });
  });
});
