import { v2 as cloudinary } from "cloudinary";
import { hang, refuse, say } from "../built-in-hosts.mjs";
import { badGateway } from "../servers.mjs";

cloudinary.config({ cloud_name: "demo", api_key: "1", api_secret: "wrong" });
const upload = (options) => cloudinary.uploader.upload("data:text/plain;base64,YQ==", options);

export default {
  library: "cloudinary",
  packages: ["cloudinary"],
  cases: [
    {
      id: "420.admin-limit",
      provoked: "api.resources, answered 420",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the hour's Admin API calls are used up; the delay is only a date in the text",
      run: () => {
        say(
          420,
          {
            error: { message: "Rate Limit Exceeded. Limit of 500 api operations reached. Try again on 2024-11-10 10:00:00 UTC" },
          },
          {
            "x-featureratelimit-limit": "500",
            "x-featureratelimit-remaining": "0",
            "x-featureratelimit-reset": "Sun, 10 Nov 2024 10:00:00 GMT",
          },
        );
        return cloudinary.api.resources();
      },
    },
    {
      id: "401.upload",
      provoked: "uploader.upload, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the signature is invalid",
      run: () => {
        say(401, {
          error: { message: "Invalid Signature 0d1d4d8ea2e8a4d0d0f9d4c5d0a1. String to sign - 'timestamp=1700000000'." },
        });
        return upload();
      },
    },
    {
      id: "timeout.upload",
      provoked: "uploader.upload, never answered, timeout 800",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: () => {
        hang();
        return upload({ timeout: 800 });
      },
    },
    {
      id: "refused.admin",
      provoked: "api.resources where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return cloudinary.api.resources();
      },
    },
    {
      id: "502.upload",
      provoked: "uploader.upload, answered 502 with a proxy's page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "bad gateway",
      run: () => {
        say(502, badGateway);
        return upload();
      },
    },
  ],
};
