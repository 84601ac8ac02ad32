import { Client } from "minio";
import { cut, plainUrl, say } from "../built-in-hosts.mjs";

const { port } = new URL(plainUrl);
const minio = new Client({
  endPoint: "127.0.0.1",
  port: Number(port),
  useSSL: false,
  accessKey: "a",
  secretKey: "wrong",
  region: "us-east-1",
  retryOptions: { disableRetry: true },
});
const put = () => minio.putObject("bucket", "key", "text");
const xml = (code, message) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message><Key>key</Key><BucketName>bucket</BucketName><Resource>/bucket/key</Resource><RequestId>17A5B7C1D2E3F4A5</RequestId><HostId>dd9025bab4ad464b049177c95eb6ebf374d3b3fd1af9251148b658df7ac2e3e8</HostId></Error>`;
const after = (status, code, message) => () => {
  say(status, xml(code, message), { "content-type": "application/xml", server: "MinIO" });
  return put();
};

export default {
  library: "minio",
  packages: ["minio"],
  cases: [
    {
      id: "503",
      provoked: "putObject, answered 503 SlowDown; the client drops the body and says only 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "503 is all that the error tells",
      run: after(503, "SlowDown", "Resource requested is unreadable, please reduce your request rate"),
    },
    {
      id: "403.key",
      provoked: "putObject, answered 403 InvalidAccessKeyId",
      how: "provoked",
      expected: "AUTH",
      because: "the access key is not known, though the status is 403",
      run: after(403, "InvalidAccessKeyId", "The Access Key Id you provided does not exist in our records."),
    },
    {
      id: "403.access-denied",
      provoked: "putObject, answered 403 AccessDenied",
      how: "provoked",
      expected: "PERMISSION",
      because: "the key may not do this",
      run: after(403, "AccessDenied", "Access Denied."),
    },
    {
      id: "cut",
      provoked: "putObject, the connection cut",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection reset",
      run: () => {
        cut();
        return put();
      },
    },
  ],
};
