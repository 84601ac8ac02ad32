/* Which promises are used as they are. */
import { expect, test } from "vitest";
import { toNativePromise } from "../../src/run/call/isolation.ts";
import { asynchronousDrivers, stage } from "./driving.ts";

/** A promise of the platform, whose `then` somebody has replaced: it calls back twice, and at once. */
function meddledWith(): Promise<unknown> {
  const promise = Promise.resolve("its own");
  // biome-ignore lint/suspicious/noThenProperty: that is the case
  promise.then = ((fulfilled: (value: unknown) => unknown) => {
    fulfilled("first");
    fulfilled("second");
  }) as never;
  return promise;
}

test("a promise of the platform stays as it is", () => {
  const promise = Promise.resolve();
  expect(toNativePromise(promise)).toBe(promise);
});

test("a promise with a then of its own becomes one that settles once, and calls back later", async () => {
  const answers: unknown[] = [];
  const settled = toNativePromise(meddledWith()).then((value) => answers.push(value));
  expect(answers).toEqual([]);
  await settled;
  expect(answers).toEqual(["first"]);
});

test("what only has the then of the platform becomes one, too", async () => {
  const then = Promise.prototype.then;
  // The platform refuses to be asked for the value of what is no promise.
  await expect(toNativePromise({ then } as PromiseLike<unknown>)).rejects.toThrow(TypeError);
});

test.each(asynchronousDrivers)("%s: an operation whose promise calls back twice has the first value", async (_name, driver) => {
  expect(await driver.call(stage(), () => meddledWith())).toEqual({ value: "first" });
});
