/*
 * Upstash: @upstash/redis says Redis's replies, which redis.ts knows, and drops the status; @upstash/qstash keeps it.
 *   UpstashError { message: "ERR unknown command ..., command was: [...]" }
 *   QstashError { status: 412, message: '{"error":"quota maxQueues exceeded. current limit 1"}' }
 */
import { type Library, type Link, type Verdict, withHeaders } from "../shared/index.ts";

/* A limit of the plan, whatever the status is. Source: Upstash, QStash, "Limits". */
const OF_THE_PLAN = /\bquota \w+ exceeded\b/;

/* Redis's replies that are about the command; the rest are in redis.ts, which is asked before. */
const REPLY = /^(ERR|WRONGTYPE|EXECABORT|NOSCRIPT|BUSYGROUP|NOGROUP|UNKILLABLE) /;

/* Which of the limit's headers each error of QStash keeps, and in which field. Source: @upstash/qstash src/client/http.ts. */
const LIMITS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  QstashRatelimitError: { "RateLimit-Remaining": "remaining", "RateLimit-Reset": "reset" },
  QstashDailyRatelimitError: { "RateLimit-Remaining": "remaining", "RateLimit-Reset": "reset" },
  QstashChatRatelimitError: {
    "x-ratelimit-remaining-requests": "remainingRequests",
    "x-ratelimit-remaining-tokens": "remainingTokens",
    "x-ratelimit-reset-requests": "resetRequests",
    "x-ratelimit-reset-tokens": "resetTokens",
  },
};

/* What never gets better: an argument, a signature that is not Upstash's, and what a workflow throws to stop a run. Sources: the same. */
const PERMANENT: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "UrlError",
  "QstashEmptyArrayError",
  "SignatureError",
  "QStashWorkflowAbort",
]);

function upstashRule(link: Link): Verdict {
  const { name, message } = link;
  const limit = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
  if (limit !== undefined) return withHeaders("RATE_LIMIT", headersFrom(link, limit));
  // The answer was no JSON, as the page of a proxy is none.
  if (name === "UpstashJSONParseError") return "SERVER_ERROR";
  if (name === "UpstashError") return REPLY.test(message) ? "PERMANENT" : undefined;
  if (name === "QstashError") return OF_THE_PLAN.test(message) ? "PERMANENT" : undefined;
  return PERMANENT.has(name) ? "PERMANENT" : undefined;
}

function headersFrom(link: Link, fields: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(fields).map(([header, field]) => [header, link.text(field)]));
}

export const upstash: Library = {
  name: "upstash",
  looks: { names: ["UpstashError", "UpstashJSONParseError", "QstashError", PERMANENT, ...Object.keys(LIMITS)] },
  meaning: { rule: upstashRule },
};
