/* Where the platform's asynchronous context is found, without an import that a browser could not resolve. */
import { AsyncLocalStorage } from "node:async_hooks";
import { expect, test, vi } from "vitest";
import { platformStorage } from "../../src/run/call/platform-storage.ts";

/** What is found where the platform has these globals. Nothing else runs meanwhile. */
function foundWith(globals: Readonly<Record<string, unknown>>): unknown {
  for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value);
  try {
    return platformStorage();
  } finally {
    vi.unstubAllGlobals();
  }
}

test("Node's is asked of the process", () => {
  expect(platformStorage()).toBeInstanceOf(AsyncLocalStorage);
});

test("an edge runtime's is a global", () => {
  class Own {}
  expect(foundWith({ AsyncLocalStorage: Own, process: undefined })).toBeInstanceOf(Own);
});

test.each([
  ["no process", undefined],
  ["a process that knows no modules of its own, as bundlers put in", { env: {} }],
  ["a process without this module", { getBuiltinModule: () => undefined }],
])("with %s there is none", (_which, process) => {
  expect(foundWith({ process })).toBeUndefined();
});
