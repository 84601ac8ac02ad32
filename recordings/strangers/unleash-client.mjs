import { tmpdir } from "node:os";
import { Unleash } from "unleash-client";
import { refuse, say } from "../built-in-hosts.mjs";

const failing = () =>
  new Promise((_, reject) => {
    const unleash = new Unleash({
      appName: "a",
      url: "https://unleash.example.com/api/",
      customHeaders: { Authorization: "wrong" },
      disableMetrics: true,
      refreshInterval: 15_000,
      backupPath: tmpdir(),
    });
    unleash.on("error", (error) => {
      unleash.destroy();
      reject(error);
    });
    unleash.on("warn", (error) => {
      if (error instanceof Error) {
        unleash.destroy();
        reject(error);
      }
    });
  });

export default {
  library: "unleash-client",
  packages: ["unleash-client"],
  cases: [
    {
      id: "401",
      provoked: "fetching the toggles, answered 401; the error event",
      how: "provoked",
      expected: "AUTH",
      because: "the token is wrong",
      run: () => {
        say(401, {
          id: "1",
          name: "AuthenticationRequired",
          message: "You must log in to use Unleash. Your request had no authorization header, so we could not authorize you.",
        });
        return failing();
      },
    },
    {
      id: "refused",
      provoked: "fetching the toggles where nobody listens; the error event",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => {
        refuse();
        return failing();
      },
    },
  ],
};
