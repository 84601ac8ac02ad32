import { expect, test } from "vitest";
import { runChild } from "./child.ts";

test("no call keeps the store of its request alive, neither while other calls share its timers nor when all are idle", async () => {
  expect(await runChild("request-stores", "--expose-gc")).toEqual({
    code: 0,
    stdout: '{"whileBusy":[],"whenIdle":[]}',
    stderr: "",
  });
}, 60_000);
