/* What of Sentry's SDKs is met, by shape: the module itself, or a client's scope. */

export type SentryLevel = "fatal" | "error" | "warning" | "info" | "debug";

export interface SentryBreadcrumb {
  readonly category: string;
  readonly message: string;
  readonly level: SentryLevel;
  readonly data: Record<string, unknown>;
}

export interface SentryCapture {
  readonly level: SentryLevel;
  readonly tags: Record<string, string>;
  readonly fingerprint?: string[];
  readonly contexts: Record<string, Record<string, unknown>>;
}

/** `import * as Sentry from "@sentry/node"`, or of any other of its SDKs. */
export interface SentryLike {
  addBreadcrumb(breadcrumb: SentryBreadcrumb): unknown;
  captureException(error: unknown, capture: SentryCapture): unknown;
}
