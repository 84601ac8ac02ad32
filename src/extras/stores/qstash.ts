/*
 * Upstash QStash: the status is on the error, but for what a limit of the plan makes of 412, and for rate limits, whose errors keep
 * the headers of the limit in fields. @upstash/redis says Redis's replies, which redis.ts knows.
 *   QstashError { status: 412, message: '{"error":"quota maxQueues exceeded. current limit 1"}' }
 *   QstashRatelimitError { status: 429, limit: "100", remaining: "0", reset: "1732804113" }
 */
import { type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

/* A limit of the plan, whatever the status is. Source: Upstash, QStash, "Limits". */
const OF_THE_PLAN = /\bquota \w+ exceeded\b/;

/* Which of the limit's headers each error keeps, and in which field. Source: @upstash/qstash src/client/error.ts and http.ts. */
export const QSTASH_LIMITS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  QstashRatelimitError: { "RateLimit-Remaining": "remaining", "RateLimit-Reset": "reset" },
  QstashDailyRatelimitError: { "RateLimit-Remaining": "remaining", "RateLimit-Reset": "reset" },
  QstashChatRatelimitError: {
    "x-ratelimit-remaining-requests": "remainingRequests",
    "x-ratelimit-remaining-tokens": "remainingTokens",
    "x-ratelimit-reset-requests": "resetRequests",
    "x-ratelimit-reset-tokens": "resetTokens",
  },
};

/* An argument, a signature that is not QStash's, and what a workflow throws to stop a run. Sources: the same, and src/receiver.ts. */
export const PERMANENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "QstashEmptyArrayError",
  "SignatureError",
  "QStashWorkflowAbort",
]);

function qstashRule(link: Link): Verdict {
  const { name, message } = link;
  const limit = Object.hasOwn(QSTASH_LIMITS, name) ? QSTASH_LIMITS[name] : undefined;
  if (limit !== undefined) return withHeaders("RATE_LIMIT", headersFrom(link, limit));
  if (name === "QstashError") return OF_THE_PLAN.test(message) ? "PERMANENT" : undefined;
  return PERMANENT.has(name) ? "PERMANENT" : undefined;
}

function headersFrom(link: Link, fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([header, field]) => [header, link.text(field)]));
}

export const qstash: Library = {
  name: "qstash",
  looks: { names: ["QstashError", PERMANENT, ...Object.keys(QSTASH_LIMITS)] },
  meaning: { rule: qstashRule },
};
