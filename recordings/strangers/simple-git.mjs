import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { simpleGit } from "simple-git";
import { goneUrl, hang, plainUrl } from "../built-in-hosts.mjs";

const folder = () => mkdtempSync(join(tmpdir(), "sg-"));
const run = (dir, ...args) =>
  execFileSync("git", args, {
    cwd: dir,
    stdio: "pipe",
    env: {
      ...process.env,
      GIT_AUTHOR_NAME: "a",
      GIT_AUTHOR_EMAIL: "a@example.com",
      GIT_COMMITTER_NAME: "a",
      GIT_COMMITTER_EMAIL: "a@example.com",
    },
  });
const repo = () => {
  const dir = folder();
  run(dir, "init", "-q", "-b", "main");
  writeFileSync(join(dir, "f"), "1");
  run(dir, "add", ".");
  run(dir, "commit", "-qm", "1");
  return dir;
};

export default {
  library: "simple-git",
  packages: ["simple-git"],
  cases: [
    {
      id: "index-lock",
      provoked: "add while index.lock is there",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another git process works in this repository",
      run: async () => {
        const dir = repo();
        writeFileSync(join(dir, ".git/index.lock"), "");
        await simpleGit(dir).add(".");
      },
    },
    {
      id: "push-rejected",
      provoked: "push of a branch that is behind its remote",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else has pushed meanwhile",
      run: async () => {
        const one = repo();
        const bare = folder();
        run(bare, "init", "-q", "--bare", "-b", "main");
        run(one, "remote", "add", "origin", bare);
        run(one, "push", "-q", "origin", "main");
        run(one, "commit", "-q", "--amend", "-m", "2");
        await simpleGit(one).push("origin", "main");
      },
    },
    {
      id: "refused",
      provoked: "clone where nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "connection refused, says git's text",
      run: () => simpleGit(folder()).clone(`${goneUrl}/a.git`),
    },
    {
      id: "timeout",
      provoked: "clone that says nothing, timeout.block 400",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "gave up waiting for git to say something",
      run: () => {
        hang();
        return simpleGit(folder(), { timeout: { block: 400 } }).clone(`${plainUrl}/a.git`);
      },
    },
  ],
};
