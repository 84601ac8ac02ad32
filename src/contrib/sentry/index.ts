// ---- Sentry: breadcrumbs of what policies do, and the failures that they could not help

export { type SentryOptions, sentryHooks } from "./sentry-hooks.ts";
export type { SentryBreadcrumb, SentryCapture, SentryLevel, SentryLike } from "./shapes.ts";
