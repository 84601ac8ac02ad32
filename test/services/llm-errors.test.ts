/*
 * Every error class that the SDKs of OpenAI and Anthropic export, what an error of it is to `universalClassifier`, and what becomes of the answer that it is made of:
 * a class that nobody has looked at fails here.
 */
import * as anthropic from "@anthropic-ai/sdk";
import * as openai from "openai";
import { type ErrorClass, isRedressError } from "redress";
import { universalClassifier } from "redress/extras";
import { describe, expect, test } from "vitest";

type ErrorType = abstract new (...args: never[]) => Error;

/** What a module exports, and what its exports have as members. */
function errorTypesOf(module: object): ReadonlyMap<string, ErrorType> {
  const exported = Object.values(module).filter((value): value is ErrorType => typeof value === "function");
  const members = exported.flatMap((value) =>
    Object.getOwnPropertyNames(value).map((name) => Reflect.get(value, name) as unknown),
  );
  const types = [...exported, ...members].filter(
    (value): value is ErrorType => typeof value === "function" && value.prototype instanceof Error,
  );
  return new Map(types.map((type) => [type.name, type]));
}

const classOf = (error: unknown): ErrorClass => {
  const answer = universalClassifier(error);
  return typeof answer === "string" ? answer : answer.errorClass;
};

const headers = new Headers();
/** What `fetch` throws where nobody listens: the SDKs keep it as the cause. */
const refused = (): Error =>
  new TypeError("fetch failed", {
    cause: Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED", syscall: "connect" }),
  });

/** A status, by which the SDK makes the error; or the error itself, where it has no status. */
type Example = number | (() => Error);
type Table = Readonly<Record<string, readonly [example: Example, expected: ErrorClass]>>;

const OPENAI: Table = {
  BadRequestError: [400, "PERMANENT"],
  AuthenticationError: [401, "AUTH"],
  PermissionDeniedError: [403, "PERMISSION"],
  NotFoundError: [404, "PERMANENT"],
  ConflictError: [409, "CONCURRENCY"],
  UnprocessableEntityError: [422, "PERMANENT"],
  RateLimitError: [429, "RATE_LIMIT"],
  InternalServerError: [503, "SERVER_ERROR"],
  APIError: [408, "TRANSIENT"],
  APIConnectionError: [() => new openai.APIConnectionError({ message: "Connection error.", cause: refused() }), "TRANSIENT"],
  APIConnectionTimeoutError: [() => new openai.APIConnectionTimeoutError(), "TRANSIENT"],
  APIUserAbortError: [() => new openai.APIUserAbortError(), "PERMANENT"],
  OpenAIError: [() => new openai.OpenAIError("Cannot iterate over a consumed stream."), "UNKNOWN"],
  InvalidWebhookSignatureError: [() => new openai.InvalidWebhookSignatureError("no"), "UNKNOWN"],
  OAuthError: [() => new openai.OAuthError(401, { error: "invalid_grant" }, headers), "AUTH"],
  SubjectTokenProviderError: [() => new openai.SubjectTokenProviderError("no token", "k8s" as never), "UNKNOWN"],
};

const ANTHROPIC: Table = {
  BadRequestError: [400, "PERMANENT"],
  AuthenticationError: [401, "AUTH"],
  PaymentRequiredError: [402, "PERMANENT"],
  PermissionDeniedError: [403, "PERMISSION"],
  NotFoundError: [404, "PERMANENT"],
  RequestTimeoutError: [408, "TRANSIENT"],
  ConflictError: [409, "CONCURRENCY"],
  PreconditionFailedError: [412, "CONCURRENCY"],
  ContentTooLargeError: [413, "PERMANENT"],
  UnprocessableEntityError: [422, "PERMANENT"],
  RateLimitError: [429, "RATE_LIMIT"],
  RequestHeaderFieldsTooLargeError: [431, "PERMANENT"],
  ClientClosedRequestError: [499, "TRANSIENT"],
  InternalServerError: [500, "SERVER_ERROR"],
  NotImplementedError: [501, "PERMANENT"],
  ServiceUnavailableError: [503, "SERVER_ERROR"],
  GatewayTimeoutError: [504, "SERVER_ERROR"],
  OverloadedError: [529, "SERVER_ERROR"],
  APIError: [425, "TRANSIENT"],
  APIConnectionError: [() => new anthropic.APIConnectionError({ message: "Connection error.", cause: refused() }), "TRANSIENT"],
  APIConnectionTimeoutError: [() => new anthropic.APIConnectionTimeoutError(), "TRANSIENT"],
  APIUserAbortError: [() => new anthropic.APIUserAbortError(), "PERMANENT"],
  AnthropicError: [() => new anthropic.AnthropicError("no"), "UNKNOWN"],
  RetryableError: [() => new anthropic.RetryableError("again"), "UNKNOWN"],
};

/** Classes of a status, told apart by a code of Anthropic's: those whose class is not that of the status, and those for which nobody has looked further. */
const ANTHROPIC_CODES: Readonly<Record<string, readonly [status: number, code: string, expected: ErrorClass]>> = {
  ContractSpendLimitReachedError: [429, "contract_spend_limit_reached", "PERMANENT"],
  EnforcedSpendLimitReachedError: [429, "enforced_spend_limit_reached", "PERMANENT"],
  RampLimitExceededError: [429, "ramp_limit_exceeded", "RATE_LIMIT"],
  LinkedOrganizationSpendLimitReachedError: [402, "linked_organization_spend_limit_reached", "PERMANENT"],
  LinkedOrganizationBillingUnavailableError: [402, "linked_organization_billing_unavailable", "PERMANENT"],
  CMEKContextUnavailableError: [503, "cmek_context_unavailable", "SERVER_ERROR"],
  CMEKKeyUnreachableError: [503, "cmek_key_unreachable", "SERVER_ERROR"],
  CompactionUnavailableError: [529, "compaction_unavailable", "SERVER_ERROR"],
  ConcurrentMembershipChangeError: [409, "concurrent_membership_change", "CONCURRENCY"],
  SkillReadBlockedUndecryptableError: [409, "skill_read_blocked_undecryptable", "CONCURRENCY"],
};

/** Their subclasses are by a code, too, and of the class of the status: what the request is to blame for. */
const BLAMED_ON_THE_REQUEST: readonly ErrorType[] = [
  anthropic.BadRequestError,
  anthropic.NotFoundError,
  anthropic.PermissionDeniedError,
  anthropic.Anthropic.ContentTooLargeError,
] as readonly ErrorType[];

const isBlamed = (type: ErrorType): boolean => BLAMED_ON_THE_REQUEST.some((base) => type.prototype instanceof base);

describe.each([
  [
    "openai",
    openai,
    OPENAI,
    (status: number) => openai.APIError.generate(status, { error: { message: "no" } }, undefined, headers),
  ],
  [
    "@anthropic-ai/sdk",
    anthropic,
    ANTHROPIC,
    (status: number) => anthropic.APIError.generate(status, { error: { message: "no" } }, undefined, headers),
  ],
] as const)("%s", (library, module, table, ofStatus) => {
  const types = errorTypesOf(module);

  test("every error class that it exports has been looked at", () => {
    const known = new Set([...Object.keys(table), ...(library === "openai" ? [] : Object.keys(ANTHROPIC_CODES))]);
    const strangers = [...types].filter(([name, type]) => !known.has(name) && !isBlamed(type)).map(([name]) => name);
    expect(strangers).toEqual([]);
  });

  test.each(Object.entries(table))("%s", (name, [example, expected]) => {
    const error = typeof example === "number" ? ofStatus(example) : example();
    expect(error.constructor.name).toBe(name);
    expect(isRedressError(error)).toBe(false);
    expect(classOf(error)).toBe(expected);
  });
});

test.each(Object.entries(ANTHROPIC_CODES))("%s of @anthropic-ai/sdk", (name, [status, code, expected]) => {
  const type = errorTypesOf(anthropic).get(name) as unknown as new (
    status: number,
    body: object,
    message: undefined,
    headers: Headers,
  ) => Error;
  const error = new type(
    status,
    { type: "error", error: { type: "api_error", message: "no", details: { error_code: code } } },
    undefined,
    headers,
  );
  expect(error).toMatchObject({ errorCode: code });
  expect(classOf(error)).toBe(expected);
});
