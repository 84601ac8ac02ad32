/*
 * What was meant by an option that is not known. Other libraries have other names for the same things, and a name that stands in the wrong place
 * stands somewhere else in the right one.
 */
import { closestWord } from "./closest-word.ts";

/** The part of a table of rules that says what the options of an owner are, and which of them have options inside. */
interface Named {
  readonly rules: Readonly<Record<string, { readonly table?: Named }>>;
}

/**
 * For the words that other libraries and hurried people have: an option, and what to write where it is known. The first line that has the word
 * and whose option is known is meant. Options in backquotes are written with their place.
 */
const OTHER_WORDS: readonly (readonly [option: string, meant: string, words: string])[] = [
  [
    "maxAttempts",
    "`maxAttempts`, which counts the first attempt too",
    "retries maxretries maxretryattempts retrycount attempts tries maxtries",
  ],
  ["maxUnknownRetries", "`maxUnknownRetries`, which counts retries, not attempts", "maxunknownattempts"],
  ["maxRetriesPerClass", "`maxRetriesPerClass`, which counts retries, not attempts", "perclassmaxattempts"],
  ["attemptTimeoutMs", "`attemptTimeoutMs` for one attempt, or `deadlineMs` for the whole call", "timeout"],
  ["deadlineMs", "`deadlineMs` for this call, or `retry.attemptTimeoutMs` of the policy for each attempt", "timeout"],
  ["deadlineMs", "`deadlineMs`", "totaltimeout maxelapsedtime maxretrytime"],
  ["baseMs", "`baseMs`", "mintimeout mindelay initialdelay delay"],
  ["maxMs", "`maxMs`", "maxtimeout maxdelay"],
  [
    "strategy",
    "`strategy`, such as `exponential({ baseMs, maxMs, factor })` or `constant(ms)`",
    "delay mindelay maxdelay initialdelay mintimeout maxtimeout interval backoff factor jitter randomize",
  ],
  ["beforeSleep", "`beforeSleep`, or `onMetric` among the hooks", "onretry onfailedattempt"],
  ["hooks", "`hooks`", "onmetric onlog onattemptstart onattemptend"],
  ["classifier", "`classifier`", "shouldretry retryon retryif isretryable"],
  ["circuitBreaker", "`circuitBreaker`", "breaker circuit"],
  ["failureThreshold", "`failureThreshold`", "threshold"],
  ["quantile", "`quantile`, a ratio such as 0.95", "percentile p50 p90 p95 p99 p999"],
  ["delayMs", "`delayMs`", "delay after hedgedelay hedgingdelay hedgeafter"],
  ["hedge", "`hedge: new Hedge({ quantile: 0.95 })`", "hedging hedges hedgedelay"],
  [
    "limiter",
    "`limiter`, such as `new Bulkhead({ maxConcurrent })` or `new RateLimiter({ limit, intervalMs })`",
    "bulkhead ratelimiter ratelimit throttle concurrency maxconcurrent",
  ],
  ["maxConcurrent", "`maxConcurrent`", "concurrency limit max maxconcurrency maxparallel executions"],
  ["maxQueue", "`maxQueue`", "queue queuesize queuelimit maxqueuesize highwater queuing"],
  ["queueTimeoutMs", "`queueTimeoutMs`", "timeout maxwait maxwaitduration"],
  [
    "limit",
    "`limit`, so many per `intervalMs`",
    "max rate tokens tokensperinterval requestsperminute requestspersecond rpm points",
  ],
  ["intervalMs", "`intervalMs`", "interval window per duration"],
  ["isolation", "`isolation`", "isolationlevel level"],
  ["multiplier", "`multiplier`", "k factor"],
  ["maxHedges", "`maxHedges`, which does not count the first attempt", "hedges maxattempts maxhedgedattempts maxretries"],
  ["loadRatio", "`loadRatio`", "load maxload extraload maxextraload budget"],
  ["minSamples", "`minSamples`", "minimumcalls"],
  ["failureRate", "`failureRate`", "errorthresholdpercentage"],
  ["recoveryTimeoutMs", "`recoveryTimeoutMs`", "resettimeout halfopenafter"],
  ["maxAttempts", "`signal` of a call: `policy.call(op, { signal })`", "signal abortsignal"],
  ["maxAttempts", "its options, without `retry` around them", "retry"],
  ["maxAttempts", "an option of the policy, beside `retry`", "circuitbreaker fallback hooks operation clock random"],
];

/** The letters of a word without its unit. */
const letters = (word: string): string => word.replaceAll("_", "").toLowerCase().replace("ms", "");

/**
 * What was probably meant by an option, as messages say it; `null` where nothing is near.
 *
 * @param around options of what the owner is part of
 */
export function meantBy(word: string, value: unknown, table: Named, around?: Named): string | null {
  return meantIn(word, value, table) ?? (around && meantIn(word, value, around)?.replace(/`.+?`/, "$& of the policy")) ?? null;
}

function meantIn(word: string, value: unknown, table: Named): string | null {
  const known = placesIn(table);
  const place = known.get(word);
  if (place !== undefined) return `\`${place}\``;
  const other = OTHER_WORDS.find(([option, , words]) => known.has(option) && words.split(" ").includes(letters(word)));
  if (other !== undefined) {
    const meant = other[1].replace(/`(\w+)/g, (_, name: string) => `\`${known.get(name) ?? name}`);
    // A number of retries is one less than the number of attempts.
    return other === OTHER_WORDS[0] && /retr/i.test(word) && Number.isInteger(value) ? `${meant}: ${Number(value) + 1}` : meant;
  }
  const near = closestWord(word, [...known.keys()]);
  return near && `\`${known.get(near)}\``;
}

/** Where each option of a table stands: `maxAttempts` of a policy is `retry.maxAttempts`. */
function placesIn({ rules }: Named): ReadonlyMap<string, string> {
  const places = new Map(Object.keys(rules).map((option) => [option, option]));
  for (const [option, { table }] of Object.entries(rules))
    for (const inner in table?.rules) if (!places.has(inner)) places.set(inner, `${option}.${inner}`);
  return places;
}
