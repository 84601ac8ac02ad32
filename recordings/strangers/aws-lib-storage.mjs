import { S3Client } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { hang, plainUrl, reply } from "../built-in-hosts.mjs";

const client = new S3Client({
  endpoint: plainUrl,
  forcePathStyle: true,
  region: "us-east-1",
  credentials: { accessKeyId: "a", secretAccessKey: "b" },
  maxAttempts: 1,
});
const upload = () =>
  new Upload({ client, params: { Bucket: "b", Key: "k", Body: Buffer.alloc(6 * 1024 * 1024) }, leavePartsOnError: true });
const parts = (status, xml) =>
  reply((request, response) => {
    const create = request.url.includes("uploads");
    response.writeHead(create ? 200 : status, {
      "content-type": "application/xml",
      connection: "close",
      "x-amz-request-id": "1",
    });
    response.end(
      create
        ? `<?xml version="1.0"?><InitiateMultipartUploadResult><Bucket>b</Bucket><Key>k</Key><UploadId>u1</UploadId></InitiateMultipartUploadResult>`
        : xml,
    );
  });

export default {
  library: "aws-lib-storage",
  packages: ["@aws-sdk/lib-storage", "@aws-sdk/client-s3"],
  cases: [
    {
      id: "503.part",
      provoked: "Upload of two parts, each answered 503 SlowDown",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "asks for fewer requests",
      run: () => {
        parts(
          503,
          '<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message><RequestId>1</RequestId><HostId>h</HostId></Error>',
        );
        return upload().done();
      },
    },
    {
      id: "aborted",
      provoked: "Upload that its caller aborts",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller's own abort",
      run: () => {
        hang();
        const one = upload();
        setTimeout(() => one.abort(), 100);
        return one.done();
      },
    },
    {
      id: "404.no-such-upload",
      provoked: "Upload, the parts answered 404 NoSuchUpload",
      how: "provoked",
      expected: "PERMANENT",
      because: "the upload was aborted or completed meanwhile",
      run: () => {
        parts(
          404,
          '<?xml version="1.0"?><Error><Code>NoSuchUpload</Code><Message>The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.</Message><UploadId>u1</UploadId><RequestId>1</RequestId><HostId>h</HostId></Error>',
        );
        return upload().done();
      },
    },
  ],
};
