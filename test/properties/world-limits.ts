/* The limiters of a world: those of its policy, and whoever else wants a place at them. */
import {
  AdaptiveConcurrency,
  AdaptiveThrottle,
  type Applicant,
  Bulkhead,
  type Limiter,
  Policy,
  RateLimiter,
  type RetryOptions,
} from "redress";
import { toError } from "./gifts.ts";
import type { LimiterScript, RivalScript } from "./limit-script.ts";
import { OwnLimiter } from "./own-limiter.ts";
import { SpiedLimiter } from "./spied-limiter.ts";
import type { World } from "./world.ts";

/** How long a rival waits at the most. */
const PATIENCE_MS = 40;

export class WorldLimits {
  readonly all: readonly SpiedLimiter[];
  /** Permits that were not for an attempt. */
  heldAlone = 0;
  readonly #world: World;
  readonly #rivals: Policy<unknown, never> | null;

  constructor(world: World) {
    this.#world = world;
    const spying = {
      clock: world.clock,
      longestWaitMs: Math.max(PATIENCE_MS, world.script.retry?.deadlineMs ?? Infinity),
      breaks: (law: string) => world.breaks(law),
      wasBusyUntil: (atMs: number) => world.wasBusyUntil(atMs),
    };
    this.all = world.script.limiters.map((script, index) => {
      const visit = (place: "admit" | "release"): void => {
        if (index === 0 && place === "admit") world.isAsked();
        world.visit(place);
      };
      return new SpiedLimiter(script, this.#make(script), { ...spying, visit });
    });
    const retry: RetryOptions = { maxAttempts: 1, deadlineMs: PATIENCE_MS };
    const { clock } = world;
    this.#rivals = this.all.length === 0 ? null : new Policy({ limiter: this.all, retry, clock, onHookError: () => {} });
  }

  /** As the policy is given them: one, or several in an array. */
  get ofPolicy(): Limiter | readonly Limiter[] | undefined {
    return this.all.length > 1 ? this.all : this.all[0];
  }

  #make(script: LimiterScript): Limiter {
    const world = this.#world;
    const { clock } = world;
    const { kind: name } = script;
    switch (script.kind) {
      case "own":
        return new OwnLimiter(script.places, (then) =>
          script.admitsAfterMs === 0 ? then() : world.alarm(script.admitsAfterMs, then),
        );
      case "bulkhead": {
        const { kind: _, ...options } = script;
        return new Bulkhead({ name, clock, ...options });
      }
      case "rate": {
        const { kind: _, ...options } = script;
        return new RateLimiter({ name, clock, ...options });
      }
      case "adaptive": {
        const { kind: _, ...options } = script;
        return new AdaptiveConcurrency({ name, clock, ...options });
      }
      case "throttle": {
        const { kind: _, ...options } = script;
        return new AdaptiveThrottle({ name, clock, random: () => 0.5, ...options });
      }
    }
  }

  /** Rivals come, and limiters are reset, each at its time. */
  begin(): void {
    const world = this.#world;
    const { rivals, resetAtMs } = world.script;
    if (this.#rivals !== null) for (const rival of rivals) world.alarm(rival.startAtMs, () => this.#start(rival));
    if (resetAtMs !== null) world.alarm(resetAtMs, () => this.all.forEach((limiter) => limiter.reset()));
  }

  /** What is still held or waited for, though nothing goes on. */
  leftovers(): string[] {
    return this.all.flatMap(({ held, waiting, inner }) => {
      const { inUse = 0, waiting: inQueue = 0 } = inner as Limiter & { readonly inUse?: number; readonly waiting?: number };
      const found = { held: held.size, waiting: waiting.length, inUse, inQueue };
      return Object.entries(found).flatMap(([what, count]) => (count === 0 ? [] : [`${what}: ${count}`]));
    });
  }

  #start(rival: RivalScript): void {
    const world = this.#world;
    world.enter();
    if (rival.via === "permit") {
      this.#hold(rival);
      return;
    }
    const over = (): void => world.leave();
    const operation = (): Promise<unknown> => {
      world.invocations++;
      return new Promise((resolve, reject) =>
        world.alarm(rival.takesMs, () => (rival.failsAs === null ? resolve(0) : reject(toError(rival.failsAs)))),
      );
    };
    this.#rivals?.call(operation).then(over, over);
  }

  /** Takes a permit of the first limiter, for a while, or waits for one. */
  #hold({ takesMs }: RivalScript): void {
    const world = this.#world;
    const limiter = this.all[0] as SpiedLimiter;
    const holds: Applicant["admitted"] = (permit) => {
      this.heldAlone++;
      world.alarm(takesMs, () => {
        try {
          limiter.release(permit, "success");
        } catch {
          // What meddles there.
        }
        world.leave();
      });
    };
    // It is told within the code of the limiter: what follows must not happen there.
    const soon = (then: () => void): void => world.alarm(0, then);
    let isWaiting = true;
    const applicant: Applicant = {
      cost: undefined,
      maxWaitMs: PATIENCE_MS,
      admitted: (permit) => {
        isWaiting = false;
        holds(permit);
      },
      rejected: () => {
        isWaiting = false;
        soon(() => world.leave());
      },
      failed: () => {},
    };
    let answer: ReturnType<Limiter["admit"]>;
    try {
      answer = limiter.admit(applicant);
    } catch {
      world.leave();
      return;
    }
    if (answer.kind === "admitted") holds(answer);
    else if (answer.kind === "rejected") world.leave();
    else {
      const ticket = answer;
      world.alarm(PATIENCE_MS, () => {
        if (!isWaiting) return;
        ticket.cancel();
        world.leave();
      });
    }
  }
}
