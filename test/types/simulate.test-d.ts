import { Policy, RetryPolicy } from "redress";
import { responseClassifier } from "redress/extras";
import { type Dependency, type SimulationReport, scenarios, simulate } from "redress/simulate";
import { expectTypeOf, test } from "vitest";

const scenario = scenarios.outage();

test("one policy gives one report, several give one each under their names", () => {
  expectTypeOf(simulate(new Policy(), scenario)).toEqualTypeOf<SimulationReport>();
  expectTypeOf(simulate({ now: new Policy(), next: new Policy() }, scenario)).toEqualTypeOf<
    Record<"now" | "next", SimulationReport>
  >();
});

test("any policy can be simulated, whatever its results and fallbacks are", () => {
  simulate(new Policy<Response>({ retry: { resultClassifier: responseClassifier } }), scenario);
  simulate(new Policy<{ id: number }, string>({ fallback: () => "none" }), scenario);
  simulate(new RetryPolicy({ maxAttempts: 2 }), scenario);
  simulate(({ clock, random }) => new Policy<Response>({ clock, random }), scenario);
  // @ts-expect-error: options are no policy
  simulate({ retry: {} }, scenario);
});

test("a model of one's own is a function", () => {
  const slow: Dependency = (world) => (request) => world.after(100, () => request.respond({ errorClass: "TRANSIENT" }));
  expectTypeOf(slow).parameter(0).toHaveProperty("random");
  // @ts-expect-error: there is no such class
  const wrong: Dependency = () => (request) => request.respond({ errorClass: "BROKEN" });
  expectTypeOf(wrong).toBeFunction();
});
