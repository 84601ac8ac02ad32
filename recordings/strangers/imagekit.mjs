import ImageKit from "imagekit";
import { refuse, say } from "../built-in-hosts.mjs";

const imagekit = new ImageKit({ publicKey: "p", privateKey: "wrong", urlEndpoint: "https://ik.imagekit.io/demo" });
const list = () => imagekit.listFiles({});

export default {
  library: "imagekit",
  packages: ["imagekit"],
  cases: [
    {
      id: "429",
      provoked: "listFiles, answered 429 with X-RateLimit-Reset: 740 (milliseconds, as its README says)",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 740,
      because: "too many requests; the time until the limit is reset is said in milliseconds",
      run: () => {
        say(
          429,
          { message: "Rate limit exceeded.", help: "For support kindly contact us at support@imagekit.io ." },
          { "x-ratelimit-limit": "40", "x-ratelimit-reset": "740", "x-ratelimit-interval": "1000" },
        );
        return list();
      },
    },
    {
      id: "403",
      provoked: "listFiles, answered 403",
      how: "provoked",
      expected: "AUTH",
      because: "the text says that the account cannot be authenticated, though the status is 403",
      run: () => {
        say(403, {
          message: "Your account cannot be authenticated.",
          help: "For support kindly contact us at support@imagekit.io .",
        });
        return list();
      },
    },
    {
      id: "refused",
      provoked: "listFiles where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return list();
      },
    },
  ],
};
