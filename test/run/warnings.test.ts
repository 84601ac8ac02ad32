/* What the operator is warned of, word for word. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, type MockInstance, test, vi } from "vitest";
import { HookErrors, hooksWithoutPolicy } from "../../src/run/call/hook-errors.ts";
import { warn } from "../../src/run/call/warning.ts";
import { answering, drivers, macrotask, stage } from "./driving.ts";

let emitted: MockInstance;
beforeEach(() => {
  emitted = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

const warnings = (): readonly (Error & { code: string; detail: string })[] => emitted.mock.calls.map(([warning]) => warning);

const broken = new Error("unknown label");

describe("a warning of the process", () => {
  test("has the code, the message and the cause, and a name of its own", () => {
    warn("REDRESS_TEST", "That is bad.", broken);
    expect(warnings()).toHaveLength(1);
    expect(warnings()[0]).toBeInstanceOf(Error);
    expect(warnings()[0]).toMatchObject({ name: "RedressWarning", code: "REDRESS_TEST", message: "That is bad." });
    expect(warnings()[0]?.cause).toBe(broken);
  });

  test.each<[string, unknown, string | undefined]>([
    ["the stack of an error", broken, broken.stack],
    ["the text of an error without a stack", Object.assign(new Error("no stack"), { stack: undefined }), "Error: no stack"],
    ["the text of what is no error", "no error at all", "no error at all"],
    ["nothing but the type of what has no text", Object.create(null), "object"],
  ])("shows %s in its detail", (_what, cause, detail) => {
    warn("REDRESS_TEST", "That is bad.", cause);
    expect(warnings().map((warning) => warning.detail)).toEqual([detail]);
  });

  test.each<[string, unknown]>([
    ["no process", undefined],
    ["a process that gives no warnings", {}],
  ])("is one on the console where there is %s", (_what, process) => {
    const console = { warn: vi.fn() };
    vi.stubGlobal("process", process);
    vi.stubGlobal("console", console);
    warn("REDRESS_TEST", "That is bad.", broken);
    expect(console.warn.mock.calls).toEqual([["RedressWarning [REDRESS_TEST]: That is bad.", broken]]);
  });

  test.each<[string, unknown]>([
    ["no console", undefined],
    ["a console that cannot warn", {}],
  ])("is nothing where there is %s either", (_what, console) => {
    vi.stubGlobal("process", undefined);
    vi.stubGlobal("console", console);
    expect(warn("REDRESS_TEST", "That is bad.", broken)).toBeUndefined();
  });
});

describe("a hook that fails", () => {
  // Of a name nothing was warned of before, however often this file has run in the process.
  const newName = (): string => `hook ${randomUUID()}`;
  const messages = (): readonly string[] => warnings().map(({ message }) => message);

  test("is warned of with its operation, and with the option that hears of it instead", () => {
    const name = newName();
    new HookErrors().tell(name, {}, { operation: "fetch_user" }, broken);
    expect(messages()).toEqual([
      `${name} failed in a call of "fetch_user". That changes no call, and is told once: ` +
        "what it should have recorded is lost. A policy's onHookError hears of it instead.",
    ]);
    expect(warnings()[0]).toMatchObject({ code: "REDRESS_HOOK_ERROR", cause: broken });
  });

  test("is warned of without either where it belongs to no operation and no policy", () => {
    const name = newName();
    hooksWithoutPolicy.tell(name, {}, undefined, broken);
    expect(messages()).toEqual([`${name} failed. That changes no call, and is told once: what it should have recorded is lost.`]);
  });

  test("is warned of once where policies share its owner, and told to each onHookError", () => {
    const [name, owner, told] = [newName(), {}, vi.fn()];
    for (const errors of [new HookErrors(), new HookErrors()]) errors.tell(name, owner, undefined, broken);
    expect(messages()).toHaveLength(1);
    for (const errors of [new HookErrors(told), new HookErrors(told)]) errors.tell(name, owner, undefined, broken);
    expect(told).toHaveBeenCalledTimes(2);
    expect(messages()).toHaveLength(1);
  });

  test("is warned of ten times by its name, and so is another", () => {
    const names = [newName(), newName()];
    const errors = new HookErrors();
    for (const name of names) for (let owners = 0; owners < 25; owners++) errors.tell(name, {}, undefined, broken);
    expect(messages().map((message) => names.findIndex((name) => message.startsWith(name)))).toEqual([
      ...Array.from({ length: 10 }, () => 0),
      ...Array.from({ length: 10 }, () => 1),
    ]);
  });
});

describe.each(drivers)("through %s", (_name, driver) => {
  test("an onHookError that fails is told like a hook of no policy: by its name and the operation", async () => {
    const told: unknown[] = [];
    vi.spyOn(hooksWithoutPolicy, "tell").mockImplementation((name, _owner, of, error) => told.push([name, of, error]));
    const fails = (): never => {
      throw broken;
    };
    const on = stage({ operation: "fetch_user", hooks: { onMetric: fails }, onHookError: fails });
    expect(await driver.call(on, answering("value"))).toEqual({ value: "value" });
    await macrotask();
    expect(told).toEqual([["onHookError", { operation: "fetch_user" }, broken]]);
  });
});
