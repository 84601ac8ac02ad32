/*
 * AWS: an error is its code, which SDK 3 writes into `name`, modelled or not, beside `$metadata`, and SDK 2 into `name` and `code`, beside
 * `time`. It outweighs the HTTP status, which is 400 for nearly everything. Where the code says nothing, `$retryable` (`retryable`), the
 * status and whose fault it was decide. A cancelled DynamoDB transaction is what its reasons are.
 */
import type { Classifier } from "../../core/failure/classification.ts";
import { kindOfSystemCode } from "../../core/failure/error-codes.ts";
import { kindOfHttpStatus } from "../../core/failure/http/status.ts";
import type { Kind } from "../../core/failure/kind.ts";
import {
  asText,
  classifierOfLibrary,
  kindOfPattern,
  type Library,
  type Link,
  type Meaning,
  type Patterns,
  type Verdict,
  withRetryAfter,
} from "../shared/index.ts";

/*
 * Codes by the words in them, for every service models its own and ends them in "Exception" or does not (ExpiredToken,
 * ExpiredTokenException; Throttling, EC2ThrottledException). The first class that matches counts: a transaction with one bad item
 * will fail again, whatever else was wrong with it.
 * Sources: smithy's service-error-classification, "Common Errors" of the API references, "Error responses" of S3, "Error codes" of EC2,
 * "Error handling with DynamoDB", Invoke of Lambda, InvokeModel of Bedrock.
 */
export const CODES: Patterns = {
  TIMEOUT: /Timeout/,
  // A skewed clock passes, for the SDKs set theirs by the server's and sign anew.
  TRANSIENT: /RequestTimeTooSkewed|RequestExpired|RequestInTheFuture/,
  AUTH: /Credential|Signature|ExpiredToken|InvalidToken|IdentityToken|AuthenticationToken|TokenProviderError|TokenRefreshRequired|ClientTokenId|AccessKeyId|UnrecognizedClient|AuthFailure|NotAuthorized/,
  PERMISSION: /AccessDenied/,
  PERMANENT:
    /Exists|AlreadyOwnedByYou|SizeLimitExceeded|ValidationError|ValidationException|Parameter|RequestAborted|DuplicateItem/,
  CONCURRENCY: /ConditionalCheckFailed|Conflict|InProgress|Concurrent|InUse|OptimisticLock|TransactionCanceled/,
  // Of the limits those of requests, not those on the size or number of things.
  RATE_LIMIT:
    /Throttling|Throttled|ThroughputExceeded|SlowDown|TooManyRequests|OverLimit|PriorRequestNotComplete|^(Bandwidth|Request)?LimitExceeded/,
  SERVER_ERROR: /ModelErrorException|ModelStreamErrorException/,
};

const MOST_REASONS = 100;

function awsRule(link: Link): Verdict {
  const { name, code } = link;
  const sdk2 = name === code && link.read("time");
  // The providers of credentials and tokens throw errors of their own.
  if (!link.read("$metadata") && !sdk2 && !name.endsWith("ProviderError")) return undefined;
  // What a provider could not fetch, its cause may know better.
  const onTheWay = link.read("$metadata") ? undefined : kindOfSystemCode(link.text("cause", "code"));
  const kind = onTheWay ?? kindOfPattern(CODES, reasonsOf(link) || name) ?? kindBeyondCode(link);
  return kind && withRetryAfter(kind, link.read("$response", "headers"));
}

/** Why a transaction of DynamoDB was cancelled: one code for each of its items. */
function reasonsOf(link: Link): string {
  let reasons = "";
  if (link.name.startsWith("TransactionCanceled"))
    for (let i = 0; i < MOST_REASONS; i++) reasons += `${asText(link.reader.read(link.read("CancellationReasons", i), "Code"))} `;
  return reasons.trim();
}

/** What the SDK says of trying again, the status, and whose fault it was. */
function kindBeyondCode(link: Link): Kind | undefined {
  const retryable = link.read("$retryable") ?? link.read("retryable");
  const status = asText(link.read("$metadata", "httpStatusCode") ?? link.read("statusCode"));
  const fault = link.read("$fault");
  if (link.reader.read(retryable, "throttling")) return "RATE_LIMIT";
  if (status === "" && fault !== undefined) return fault === "server" ? "SERVER_ERROR" : "PERMANENT";
  return retryable && !(Number(status) >= 500) ? "TRANSIENT" : kindOfHttpStatus(Number(status));
}

const meaning: Meaning = {
  rule: awsRule,
};

export const aws: Library = {
  name: "aws",
  looks: { fields: ["$metadata", "time"], names: [/ProviderError$/] },
  meaning,
};

/**
 * Classifies the errors of the AWS SDK for JavaScript, versions 2 and 3, by their codes, and reads `retry-after` and `x-amz-retry-after` into
 * `retryAfterMs`. What it does not know is `UNKNOWN`: compose with `firstKnown(awsClassifier, defaultClassifier)`.
 */
export const awsClassifier: Classifier = /* @__PURE__ */ classifierOfLibrary("awsClassifier", meaning);
