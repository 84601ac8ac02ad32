/* S3 as it answers to a key: with a status, and a body of XML. */
import { httpServer } from "../../servers.mjs";

const ANSWERS = {
  "slow-down": [503, "SlowDown", "Please reduce your request rate.", { "retry-after": "7" }],
  internal: [500, "InternalError", "We encountered an internal error. Please try again."],
  signature: [
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  ],
  denied: [403, "AccessDenied", "Access Denied"],
  expired: [400, "ExpiredToken", "The provided token has expired."],
};
const NO_SUCH_KEY = [404, "NoSuchKey", "The specified key does not exist."];
const ID = "4442587FB7D0A2F9";

export async function s3() {
  const { url } = await httpServer((request, response) => {
    const key = request.url.split("?")[0].split("/").pop();
    const [status, code, message, headers] = ANSWERS[key] ?? NO_SUCH_KEY;
    response.writeHead(status, { "content-type": "application/xml", "x-amz-request-id": ID, ...headers });
    response.end(
      `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><RequestId>${ID}</RequestId></Error>`,
    );
  });
  return url;
}
