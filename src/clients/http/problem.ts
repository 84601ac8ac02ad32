/** The body of an answer that says what went wrong, as RFC 9457 has it ("problem+json"). Members of an application's own stand beside these. */
export interface ProblemDetails {
  /** A URI that names the kind of problem. */
  readonly type?: string;
  readonly title?: string;
  readonly status?: number;
  readonly detail?: string;
  readonly instance?: string;
  readonly [member: string]: unknown;
}

/** What a body says, where its media type is problem+json and it is an object; `undefined` for all others. */
export function readProblem(contentType: string | null, body: string): ProblemDetails | undefined {
  if (contentType === null || !/^application\/problem\+json\b/i.test(contentType)) return undefined;
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === "object" && parsed !== null && !Array.isArray(parsed) ? (parsed as ProblemDetails) : undefined;
  } catch {
    // Whatever it is, it is in the body.
    return undefined;
  }
}
