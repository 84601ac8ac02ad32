/* A world for the tests of the models, and requests that record how and when they were answered. */
import type { Classification, ErrorClass } from "redress";
import { Policy } from "redress";
import type { Dependency, Request, Service } from "redress/simulate";
import { SimulatedWorld } from "../../src/simulate/driver/simulated-world.ts";

export interface Answer {
  readonly name: string;
  readonly atMs: number;
  /** `null`: a success. */
  readonly failedAs: ErrorClass | null;
  readonly retryAfterMs: number | undefined;
}

export class Stage {
  readonly world: SimulatedWorld;
  readonly answers: Answer[] = [];
  readonly #service: Service;

  constructor(dependency: Dependency, seed = 1) {
    this.world = new SimulatedWorld(seed, new Policy());
    this.#service = dependency(this.world);
  }

  /** A request that comes at an instant; its caller gives up at another. */
  request(atMs: number, name = `at ${atMs}`, givesUpAtMs = Infinity): this {
    const { world, answers } = this;
    let gaveUp: () => void = () => {};
    const request = {
      abandoned: false as boolean,
      whenAbandoned(then: () => void): void {
        gaveUp = then;
      },
      respond(failure: Classification | null): void {
        const { errorClass: failedAs = null, retryAfterMs } = failure ?? {};
        answers.push({ name, atMs: world.now(), failedAs, retryAfterMs });
      },
    } satisfies Request;
    world.after(atMs, () => this.#service(request));
    world.after(givesUpAtMs, () => {
      request.abandoned = true;
      gaveUp();
    });
    return this;
  }

  /** Lets all events happen, and returns the answers: name, instant and result. */
  play(untilMs = Infinity): readonly (readonly [string, number, ErrorClass | "ok"])[] {
    this.world.clock.run(untilMs);
    return this.answers.map(({ name, atMs, failedAs }) => [name, Math.round(atMs * 1000) / 1000, failedAs ?? "ok"] as const);
  }
}

/** Answers at once, with a success. */
export const prompt: Dependency = () => (request) => request.respond(null);

/** Answers after so many milliseconds. */
export const takes =
  (ms: number): Dependency =>
  (world) =>
  (request) =>
    void world.after(ms, () => request.respond(null));
