/* The contexts of earlier spans come back with anybody's data: only what is a `traceparent` becomes a link, no more than a few, and the call goes on whatever is there. */
import fc from "fast-check";
import { constant, Policy, type Progress, TransientError } from "redress";
import { type OtelApi, type OtelContext, otelHooks } from "redress/otel";
import { expect, test } from "vitest";
import { inherited, unpolluted } from "./unharmed.ts";

const MOST_LINKS = 16;
const LONGEST = 1_000;
/** As https://www.w3.org/TR/trace-context/#traceparent-header has it for version 00: ids that are all zero are none. */
const VALID = /^00-(?!0+-)[0-9a-f]{32}-(?!0+-)[0-9a-f]{16}-[0-9a-f]{2}$/;

interface Link {
  readonly context: {
    readonly traceId: string;
    readonly spanId: string;
    readonly traceFlags: number;
    readonly isRemote: boolean;
  };
}

const context: OtelContext = { getValue: () => undefined, setValue: () => context, deleteValue: () => context };
const OWN = { traceId: "a".repeat(32), spanId: "b".repeat(16), traceFlags: 1 };

/** What becomes of a text that comes back: the links of the call's span, and what is left for the next delivery. */
async function goneOnWith(text: string): Promise<{ readonly links: readonly Link[]; readonly left: string | undefined }> {
  const links: Link[] = [];
  const span = {
    ...{
      setAttribute: () => {},
      setAttributes: () => {},
      addEvent: () => {},
      setStatus: () => {},
      recordException: () => {},
      end: () => {},
    },
    spanContext: () => OWN,
  };
  const api = {
    context: { active: () => context, with: (_context: unknown, run: () => unknown) => run() },
    trace: {
      getTracer: () => ({
        startSpan: (_name: string, options?: { readonly links?: readonly Link[] }) => {
          links.push(...(options?.links ?? []));
          return span;
        },
      }),
      setSpan: () => context,
    },
    metrics: {
      getMeter: () => ({
        createCounter: () => ({ add: () => {} }),
        createHistogram: () => ({ record: () => {} }),
        createObservableGauge: () => ({ addCallback: () => {} }),
      }),
    },
  };
  const policy = new Policy({
    retry: { maxAttempts: 3, strategy: constant(10) },
    hooks: otelHooks({ api: api as unknown as OtelApi }),
  });
  const resume = {
    version: 1,
    attempts: 1,
    elapsedMs: 5,
    prevSleepMs: 0,
    failures: { TRANSIENT: 1 },
    deliveries: 1,
    carried: { "redress.otel": text },
  };
  const outcome = await policy.execute(() => Promise.reject(new TransientError()), {
    resume: resume as unknown as Progress,
    sleep: () => "defer",
  });
  expect(outcome).toMatchObject({ ok: false, stopReason: "SCHEDULED" });
  const { progress } = outcome as { readonly progress?: Progress };
  return { links, left: progress?.carried?.["redress.otel"] };
}

const hex = (length: number): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length }) },
    { weight: 1, arbitrary: fc.constantFrom("0".repeat(length), "F".repeat(length), "f".repeat(length + 1), "g".repeat(length)) },
  );
const version = fc.oneof({ weight: 8, arbitrary: fc.constant("00") }, fc.constantFrom("ff", "01", "0", ""));
const traceparent = fc.tuple(version, hex(32), hex(16), hex(2)).map((parts) => parts.join("-"));
const text = fc.oneof(traceparent, fc.constantFrom<string>(...inherited, "\n", "00-", `00-${"0".repeat(99)}`), fc.string());
const carried = fc
  .array(text, { maxLength: 40 })
  .chain((texts) => fc.constantFrom(" ", "  ", "\n", ",").map((between) => texts.join(between).slice(0, LONGEST)));

test("what is no traceparent becomes no link, and what is left for the next delivery has nothing else", async () => {
  let linked = 0;
  await fc.assert(
    fc.asyncProperty(carried, async (given) => {
      const { links, left = "" } = await goneOnWith(given);
      const valid = given.split(" ").filter((each) => VALID.test(each));
      expect(links.map(({ context: { traceId, spanId, traceFlags } }) => [traceId, spanId, traceFlags])).toEqual(
        valid.slice(-MOST_LINKS).map((each) => {
          const [, traceId, spanId, flags = ""] = each.split("-");
          return [traceId, spanId, Number.parseInt(flags, 16)];
        }),
      );
      expect(links.every((link) => link.context.isRemote)).toBe(true);
      const next = left.split(" ");
      expect(next.filter((each) => !VALID.test(each))).toEqual([]);
      expect(next.at(-1)).toBe(`00-${OWN.traceId}-${OWN.spanId}-01`);
      expect(next.length).toBeLessThanOrEqual(MOST_LINKS);
      linked += links.length;
      unpolluted();
    }),
    { numRuns: 1_000 },
  );
  expect(linked).toBeGreaterThan(100);
});

test("deliveries without end leave no longer text", async () => {
  let left = "";
  for (let delivery = 0; delivery < 40; delivery++) ({ left = "" } = await goneOnWith(left));
  expect(left.split(" ")).toHaveLength(MOST_LINKS);
});
