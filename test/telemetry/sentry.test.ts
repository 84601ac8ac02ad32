/* redress/sentry with a stand-in for the SDK: which ends are events. The SDK itself: test/services. */
import {
  AbortRetryError,
  Bulkhead,
  CircuitBreaker,
  constant,
  PermanentError,
  Policy,
  type PolicyOptions,
  type StopReason,
  TransientError,
} from "redress";
import { type SentryBreadcrumb, type SentryCapture, type SentryOptions, sentryHooks } from "redress/sentry";
import { VirtualClock } from "redress/testing";
import { expect, test } from "vitest";

const clock = new VirtualClock();

function fake() {
  const captured: [unknown, SentryCapture][] = [];
  const crumbs: SentryBreadcrumb[] = [];
  return {
    captured,
    crumbs,
    addBreadcrumb: (crumb: SentryBreadcrumb) => void crumbs.push(crumb),
    captureException: (error: unknown, capture: SentryCapture) => void captured.push([error, capture]),
  };
}
type Fake = ReturnType<typeof fake>;

async function call(
  sentry: Fake,
  error: unknown,
  policy: PolicyOptions<unknown, unknown> = {},
  options: SentryOptions = {},
): Promise<void> {
  const made = new Policy<unknown, unknown>({ operation: "read", clock, ...policy, hooks: sentryHooks(sentry, options) });
  const fail = async (): Promise<never> => {
    throw error;
  };
  await Promise.all([made.call(fail).catch(() => {}), clock.run()]);
}

const tripped = (): CircuitBreaker => {
  const circuitBreaker = new CircuitBreaker({ name: "db", clock });
  circuitBreaker.trip();
  return circuitBreaker;
};
const full = (): Bulkhead => {
  const limiter = new Bulkhead({ maxConcurrent: 1, clock });
  void limiter.run(() => new Promise(() => {}));
  return limiter;
};
const EXPECTED: readonly (readonly [StopReason, PolicyOptions<unknown, unknown>, unknown])[] = [
  ["ABORTED", {}, new AbortRetryError()],
  ["SCHEDULED", { retry: { strategy: constant(5), sleep: () => "defer" } }, new TransientError()],
  ["CIRCUIT_OPEN", { circuitBreaker: tripped() }, null],
  ["LIMITED", { limiter: full() }, null],
];

test.each(EXPECTED)("%s is no event, unless it is said to be one", async (reason, policy, error) => {
  const sentry = fake();
  await call(sentry, error, policy);
  expect(sentry.captured).toEqual([]);
  expect(sentry.crumbs.at(-1)?.category).toBe("redress");
  await call(sentry, error, policy, { expected: [] });
  expect(sentry.captured).toMatchObject([[{}, { tags: { "redress.stop_reason": reason } }]]);
});

test("what a fallback covers is no event, and one where that is asked for, but never an expected stop", async () => {
  const sentry = fake();
  const error = new PermanentError();
  await call(sentry, error, { fallback: () => 1 });
  expect(sentry.captured).toEqual([]);
  await call(sentry, error, { fallback: () => 1 }, { captureCovered: true });
  expect(sentry.captured).toEqual([
    [
      error,
      {
        level: "warning",
        tags: {
          "redress.operation": "read",
          "redress.stop_reason": "NO_RETRY",
          "redress.class": "PERMANENT",
          "redress.err": "PermanentError",
          "redress.cause": "exception",
        },
        fingerprint: ["read", "NO_RETRY", "PERMANENT"],
        contexts: { redress: { attempts: 1, elapsed_ms: 0 } },
      },
    ],
  ]);
  await call(sentry, null, { circuitBreaker: tripped(), fallback: () => 1 }, { captureCovered: true });
  expect(sentry.captured).toHaveLength(1);
});

test("one error object is one event of a Sentry, and another Sentry's too", async () => {
  const [one, other] = [fake(), fake()];
  const error = new TransientError();
  await call(one, error);
  await call(one, error);
  await call(other, error);
  expect([one.captured.length, other.captured.length]).toEqual([1, 1]);
});

test("thrown strings cannot be told apart: each is an event", async () => {
  const sentry = fake();
  await call(sentry, "no");
  await call(sentry, "no");
  expect(sentry.captured).toHaveLength(2);
});

test("level, fingerprint and breadcrumbs are for the user to say", async () => {
  const sentry = fake();
  await call(sentry, new TransientError(), {}, { level: "fatal", fingerprint: false, breadcrumbs: false });
  expect(sentry.captured[0]?.[1].level).toBe("fatal");
  expect(sentry.captured[0]?.[1]).not.toHaveProperty("fingerprint");
  expect(sentry.crumbs).toEqual([]);
});

test.each<[string, unknown, object, string]>([
  ["no Sentry", undefined, {}, "sentryHooks.sentry must be Sentry, with addBreadcrumb and captureException"],
  ["a client without breadcrumbs", { captureException: () => {} }, {}, "sentryHooks.sentry must be Sentry"],
  ["an unknown option", fake(), { tags: {} }, "sentryHooks.tags is not an option"],
  ["an unknown level", fake(), { level: "warn" }, "sentryHooks.level must be one of fatal, error, warning, info, debug"],
])("%s is refused", (_what, sentry, options, message) => {
  expect(() => sentryHooks(sentry as Fake, options)).toThrow(message);
});
