import { execa } from "execa";

const node = (script, options) => execa("node", ["-e", script], options);

export default {
  library: "execa",
  packages: ["execa"],
  cases: [
    {
      id: "timeout",
      provoked: "a process that does not end, timeout 200",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting",
      run: () => node("setTimeout(() => {}, 1e5)", { timeout: 200 }),
    },
    {
      id: "not-found",
      provoked: "a program that is not there",
      how: "provoked",
      expected: "PERMANENT",
      because: "there is no such program",
      run: () => execa("no-such-program", ["--help"]),
    },
    {
      id: "exit-code",
      provoked: "a process that ends with code 1 and a text",
      how: "provoked",
      expected: "UNKNOWN",
      because: "a program's own code 1 says nothing about the next time",
      run: () => node("console.error('could not do it'); process.exit(1)"),
    },
    {
      id: "cancelled",
      provoked: "a process that its caller cancels",
      how: "provoked",
      expected: "PERMANENT",
      because: "the caller's own abort",
      run: () => {
        const stop = new AbortController();
        setTimeout(() => stop.abort(), 100);
        return node("setTimeout(() => {}, 1e5)", { cancelSignal: stop.signal });
      },
    },
  ],
};
