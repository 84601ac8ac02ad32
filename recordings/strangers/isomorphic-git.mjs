import fs, { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import git from "isomorphic-git";
import http from "isomorphic-git/http/node";
import { goneUrl, plainUrl, say } from "../built-in-hosts.mjs";

const clone = (url = `${plainUrl}/a.git`) => git.clone({ fs, http, dir: mkdtempSync(join(tmpdir(), "iso-")), url });

export default {
  library: "isomorphic-git",
  packages: ["isomorphic-git"],
  cases: [
    {
      id: "401",
      provoked: "clone, answered 401",
      how: "provoked",
      expected: "AUTH",
      because: "the repository asks for credentials",
      run: () => {
        say(401, "Repository not found.", { "www-authenticate": 'Basic realm="GitHub"' });
        return clone();
      },
    },
    {
      id: "429",
      provoked: "clone, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "too many requests",
      run: () => {
        say(429, "Too Many Requests", { "retry-after": "60" });
        return clone();
      },
    },
    {
      id: "not-found-ref",
      provoked: "resolveRef of a branch that is not there",
      how: "provoked",
      expected: "PERMANENT",
      because: "not found",
      run: async () => {
        const dir = mkdtempSync(join(tmpdir(), "iso-"));
        await git.init({ fs, dir });
        await git.resolveRef({ fs, dir, ref: "nowhere" });
      },
    },
    {
      id: "refused",
      provoked: "clone where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused",
      run: () => clone(`${goneUrl}/a.git`),
    },
  ],
};
