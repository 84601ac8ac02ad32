import { isPlain } from "../core/is-object.ts";
import { refuse } from "../core/option-rules.ts";
import { describePlan } from "../policy/describe.ts";
import type { AllCalls, Bound, Envelope, NestedEnvelope } from "./envelope.ts";
import { explain } from "./explanation/index.ts";
import { examineSubject, meantKind, SUBJECTS, type View } from "./subjects/index.ts";
import { mostWithin, placesOf, requestsWhereOneLayerRetries } from "./worst-case/index.ts";

/**
 * What a policy will do, and the worst that one call can come to, with how the numbers come about. The strategies are asked for their
 * longest and shortest delays, as new: those in use notice nothing.
 *
 * @param name The subject's, in the result. @default its operation, else what it is
 * @throws TypeError for what is no subject, or has an option that its constructor refuses.
 * @example
 * import { envelope } from "redress/doctor";
 *
 * const policy = new Policy({ retry: { maxAttempts: 4, attemptTimeoutMs: 1_000, strategy: fullJitter({ maxMs: 500 }) } });
 * const { attempts, totalMs, asleepMs } = envelope(policy).worstCase;
 * console.log(attempts, totalMs, asleepMs); // 4, 5500, 1500
 */
export function envelope(subject: unknown, name?: string): Envelope {
  const view = viewOf("envelope.subject", subject, name);
  const { attempts, atOnce, totalMs, asleepMs, queuedMs, deliveries } = view.worst;
  return {
    subject: view.subject,
    settings: describePlan(view.plan),
    worstCase: {
      attempts: toBound(attempts),
      atOnce: toBound(atOnce),
      totalMs: toBound(totalMs),
      asleepMs: toBound(asleepMs),
      queuedMs: toBound(queuedMs),
      deliveries: toBound(deliveries),
    },
    allCalls: allCallsOf(view),
    because: explain(view),
  };
}

/**
 * What policies come to that call each other: the attempts of each, from the outside in, in the order of the keys, and their product.
 * Three layers of 4 attempts make 64 requests of one call, where the innermost dependency is down.
 *
 * @throws TypeError for what is no record of subjects, an empty one, or a member with an option that its constructor refuses.
 * @example
 * import { nestedEnvelope } from "redress/doctor";
 *
 * const outer = new Policy({ retry: { maxAttempts: 4 } });
 * const inner = new Policy({ retry: { maxAttempts: 3 } });
 * console.log(nestedEnvelope({ outer, inner }).because); // 4 x 3 = 12 requests
 */
export function nestedEnvelope(subjects: Readonly<Record<string, unknown>>): NestedEnvelope {
  if (!isPlain(subjects) || Object.keys(subjects).length === 0)
    refuse("nestedEnvelope.subjects", "a plain object with the layers, from the outside in", subjects);
  const views = Object.keys(subjects).map((name) => viewOf(`nestedEnvelope.subjects.${name}`, subjects[name], name));
  const attempts = views.map(({ worst }) => worst.attempts);
  const requests = attempts.reduce((product, many) => product * many, 1);
  const inOneProcess = requestsWhereOneLayerRetries(views.map(({ plan, worst }) => ({ nested: plan.retry?.nested, worst })));
  return {
    layers: views.map(({ subject, worst }) => ({ subject, attempts: toBound(worst.attempts) })),
    requestsPerCall: toBound(requests),
    requestsInOneProcess: toBound(inOneProcess),
    because: `${attempts.length > 1 ? `${attempts.join(" x ")} = ` : ""}${requests} ${requests === 1 ? "request" : "requests"}`,
  };
}

function allCallsOf({ limiters, hedge, worst }: View): AllCalls {
  const rates = limiters.flatMap((limits) => (limits.kind === "rate" ? limits.rates.map((rate) => ({ limits, rate })) : []));
  // No hedge is made beyond what one call may make.
  const hedgesPerCall = hedge === null ? 0 : Math.min(hedge.loadRatio ?? Infinity, worst.attempts - 1);
  return {
    atOnce: toBound(Math.min(...limiters.map(placesOf))),
    rates: rates.map(({ limits, rate }) => ({
      limiter: limits.name,
      unit: rate.unit ?? "requests",
      most: toBound(mostWithin(rate)),
      intervalMs: toBound(rate.intervalMs),
    })),
    hedgesPerCall: toBound(hedgesPerCall),
  };
}

function viewOf(owner: string, subject: unknown, name: string | undefined): View {
  const kind = meantKind(subject);
  if (kind === null) refuse(owner, SUBJECTS, subject);
  const { view, refused } = examineSubject(kind, subject, name);
  const [mistake] = refused;
  if (mistake !== undefined || view === null) throw new TypeError(mistake?.message);
  return view;
}

const toBound = (number: number): Bound => (number === Infinity ? "Infinity" : number);
