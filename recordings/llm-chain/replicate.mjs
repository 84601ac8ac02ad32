import Replicate from "replicate";
import { answering } from "../servers.mjs";

const client = (baseUrl) => new Replicate({ auth: "r8_test", baseUrl });
const run = (url) =>
  client(url).run("stability-ai/sdxl:39ed52f2a78e934b3ba6e2a89f5b1c712de7dfea535525255b1aa35c5565e08b", {
    input: { prompt: "hi" },
  });
const prediction = (more) => ({
  id: "rrr4z55ocneqzikepnug6xezpe",
  version: "39ed52f2",
  urls: {},
  input: { prompt: "hi" },
  output: null,
  logs: "",
  ...more,
});

export default {
  library: "replicate",
  packages: ["replicate"],
  cases: [
    {
      id: "429.low-credit",
      provoked: "run, answered 429 with retry_after in the body every time, after the client's own retries",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 5_000,
      because: "predictions are throttled and the answer says for how long",
      run: async () =>
        run(
          await answering(
            429,
            {
              detail:
                "Request was throttled. Your rate limit for creating predictions is reduced to 6 requests per minute with a burst of 1 requests while you have less than $5.0 in credit. Your rate limit resets in ~5s.",
              status: 429,
              retry_after: 5,
            },
            { "retry-after": "5" },
          ),
        ),
    },
    {
      id: "402.credit",
      provoked: "run, answered 402",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no credit left",
      run: async () =>
        run(
          await answering(402, {
            title: "Insufficient credit",
            detail:
              "You have insufficient credit to run this model. Go to https://replicate.com/account/billing#billing to purchase credit.",
            status: 402,
          }),
        ),
    },
    {
      id: "401",
      provoked: "run with a wrong token",
      how: "provoked",
      expected: "AUTH",
      because: "the token is not valid",
      run: async () =>
        run(
          await answering(401, {
            title: "Unauthenticated",
            detail: "You did not pass a valid authentication token",
            status: 401,
          }),
        ),
    },
    {
      id: "prediction.failed",
      provoked: "run, the prediction is made and ends as failed because the model ran out of memory",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the model broke down while it worked",
      run: async () =>
        run(
          await answering(
            201,
            prediction({
              status: "failed",
              error:
                "CUDA out of memory. Tried to allocate 2.00 GiB (GPU 0; 39.59 GiB total capacity; 36.10 GiB already allocated)",
            }),
          ),
        ),
    },
    {
      id: "prediction.nsfw",
      provoked: "run, the prediction ends as failed because of its content",
      how: "provoked",
      expected: "PERMANENT",
      because: "the filter found the content bad; the same input is refused again",
      run: async () =>
        run(
          await answering(
            201,
            prediction({ status: "failed", error: "NSFW content detected. Try running it again, or try a different prompt." }),
          ),
        ),
    },
    {
      id: "502.html",
      provoked: "predictions.create, answered 502 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the gateway found no service behind it",
      run: async () =>
        client(
          await answering(
            502,
            "<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center></body></html>",
            { "content-type": "text/html" },
          ),
        ).predictions.create({ model: "meta/meta-llama-3-8b-instruct", input: {} }),
    },
  ],
};
