import { init } from "@launchdarkly/node-server-sdk";
import { hang, say } from "../built-in-hosts.mjs";

const logger = { error() {}, warn() {}, info() {}, debug() {} };
const wait = async () => {
  const client = init("sdk-wrong", { logger, sendEvents: false, diagnosticOptOut: true });
  client.on("error", () => {});
  try {
    await client.waitForInitialization({ timeout: 1 });
  } finally {
    client.close();
  }
};

export default {
  library: "launchdarkly",
  packages: ["@launchdarkly/node-server-sdk"],
  cases: [
    {
      id: "401",
      provoked: "waitForInitialization, the stream answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the SDK key is wrong",
      run: () => {
        say(401, { message: "Invalid SDK key" });
        return wait();
      },
    },
    {
      id: "timeout",
      provoked: "waitForInitialization with a timeout of a second, the stream never answers",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting, the client goes on in the background",
      run: () => {
        hang();
        return wait();
      },
    },
  ],
};
