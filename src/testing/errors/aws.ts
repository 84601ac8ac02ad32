/* Errors of the AWS SDK for JavaScript, version 3. Services add to their names as they please: every name is taken. */
import { text, trueOrFalse } from "../../core/option-rules.ts";
import { ANSWER_RULES, type AnswerDetails, builder, entryOf, headersOf, type Shape } from "./builder.ts";
import { NETWORK_CODES, type NetworkCode, networkShape } from "./node.ts";
import { A_STATUS, failureStatus, reasonPhrase } from "./status.ts";

/** The status of the names that do not come with 400. */
const STATUS: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  InternalFailure: 500,
  InternalError: 500,
  InternalServerError: 500,
  InternalServerException: 500,
  NoSuchBucket: 404,
  NoSuchKey: 404,
  NotFound: 404,
  PreconditionFailed: 412,
  ServiceUnavailable: 503,
  ServiceUnavailableException: 503,
  SlowDown: 503,
  TooManyRequestsException: 429,
};

export interface AwsDetails extends AnswerDetails {
  /** @default the one that the name mostly comes with, else 400 */
  readonly status?: number | undefined;
  /** The service, as its client is called: `"DynamoDB"` for a `DynamoDBServiceException`. @default none */
  readonly service?: string | undefined;
  /** Whether the client has a class for it. Names that many services share, such as `ExpiredTokenException`, mostly come as its base class. @default true */
  readonly modeled?: boolean | undefined;
}

/** A name of a service, of which every one is taken, `CredentialsProviderError`, or a code of the network. */
export type AwsCode = NetworkCode | (string & {});

function awsShape(code: string, details: AwsDetails): Shape | undefined {
  const attempts = { attempts: 1, totalRetryDelay: 0 };
  const network = networkShape(code);
  if (network !== undefined) return { ...network, own: { ...network.own, $metadata: attempts } };
  if (code === "CredentialsProviderError")
    return { message: "Could not load credentials from any providers", own: { name: code } };
  if (code === "AbortError") return { message: "Request aborted", own: { name: code } };
  if (!/^[A-Z][A-Za-z0-9]*(\.[A-Za-z0-9]+)*$/.test(code)) return undefined;
  const { message = code, service = "", modeled = true, status = entryOf(STATUS, code) ?? 400 } = details;
  const headers = headersOf(details);
  return {
    classes: [...(modeled ? [code] : []), ...(service === "" ? [] : [`${service}ServiceException`]), "ServiceException"],
    message,
    own: {
      $fault: status < 500 ? "client" : "server",
      $metadata: { httpStatusCode: status, requestId: "request-id", ...attempts },
      name: code,
    },
    hidden: { $response: { statusCode: status, reason: reasonPhrase(status), headers } },
  };
}

/** @param code the name of a service's error (`ThrottlingException`), `CredentialsProviderError`, `AbortError`, or a code of the network */
export const aws: (code: AwsCode, details?: AwsDetails) => Error = builder<AwsCode, AwsDetails>({
  name: "aws",
  code: "the name of an error, such as ThrottlingException, or a code of the network, such as ECONNREFUSED",
  words: [...Object.keys(STATUS), ...NETWORK_CODES],
  rules: {
    ...ANSWER_RULES,
    service: text,
    modeled: trueOrFalse,
    status: { text: A_STATUS, type: "number", ok: (value: number) => failureStatus(String(value)) !== undefined },
  },
  shape: awsShape,
});
