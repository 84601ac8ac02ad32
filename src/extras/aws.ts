/*
 * AWS: an error is its code, which SDK 3 writes into `name`, modelled or not, beside `$metadata`, and SDK 2 into `name` and `code`, beside
 * `time`. It outweighs the HTTP status, which is 400 for nearly everything. Where the code says nothing, `$retryable` (`retryable`), the
 * status and whose fault it was decide. A cancelled DynamoDB transaction is what its reasons are.
 * Sources: smithy's service-error-classification, "Common Errors" of the API references, "Error responses" of S3, "Error codes" of EC2,
 * "Error handling with DynamoDB", Invoke of Lambda, InvokeModel of Bedrock.
 */
import type { Classifier } from "../core/failure/classification.ts";
import { connectionRule } from "./connection.ts";
import { judge, type Link, read, string, type Verdict } from "./judge.ts";
import { lookUp, type Table } from "./table.ts";

// Codes, statuses and faults by what is in them: the first class that matches. Skewed clocks count as passing, for the SDKs set theirs
// by the server's and sign anew. A transaction with one bad item will fail again, whatever else was wrong with it.
const SAYS: Table = {
  TRANSIENT: /Timeout|Skew|stExpired|Future|^408/,
  AUTH: /Credential|Signature|[dny]Token|Token[IPR]|Unrec|AuthF|KeyId|NotAuth|^401/,
  PERMISSION: /AccessDenied|^403/,
  PERMANENT: /Exists|Owned|SizeLimit|ValidationE|Parameter|RequestAb|DuplicateI|^(3|4(?!09|12|29)|c)/,
  CONCURRENCY: /Conditional|Conflict|InProg|Concurr|InUse|Optim|TransactionC|^4[01]/,
  RATE_LIMIT: /Throttl|Throughput|SlowDown|TooManyR|^(Band.+|Request)?LimitE|OverLimit|PriorR|^4/,
  SERVER_ERROR: /[lm]ErrorE|^[5s]/,
};

export function awsRule({ error, name, code }: Link): Verdict {
  const metadata = read(error, "$metadata");
  if (!(metadata || (name === code && read(error, "time")) || /ProviderError$/.test(name))) return undefined;
  let reasons = "";
  for (let i = 0; i < 100 && /^TransactionC/.test(name); i++)
    reasons += string(read(read(read(error, "CancellationReasons"), i), "Code"));
  const retryable = read(error, "$retryable") ?? read(error, "retryable");
  const status = string(read(metadata, "httpStatusCode") ?? read(error, "statusCode") ?? read(error, "$fault"));
  const headers = read(read(error, "$response"), "headers");
  const errorClass =
    lookUp(SAYS, reasons || name) ??
    (read(retryable, "throttling") ? "RATE_LIMIT" : retryable && status < "5" ? "TRANSIENT" : lookUp(SAYS, status));
  const retryAfterMs = +string(read(headers, "x-amz-retry-after")) || +string(read(headers, "retry-after")) * 1e3;
  return errorClass && retryAfterMs ? { errorClass, retryAfterMs } : errorClass;
}

/**
 * Classifies the errors of the AWS SDK for JavaScript, versions 2 and 3, by their codes, and reads `retry-after` and `x-amz-retry-after` into
 * `retryAfterMs`. What it does not know is `UNKNOWN`: compose with `firstKnown(awsClassifier, defaultClassifier)`.
 */
export const awsClassifier: Classifier = (error) => judge(error, [awsRule, connectionRule]);
