import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import lockfile from "proper-lockfile";

const file = () => {
  const path = join(mkdtempSync(join(tmpdir(), "lock-")), "file");
  writeFileSync(path, "");
  return path;
};

export default {
  library: "proper-lockfile",
  packages: ["proper-lockfile"],
  cases: [
    {
      id: "elocked",
      provoked: "lock of a file that is locked",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "somebody else holds the lock",
      run: async () => {
        const path = file();
        const release = await lockfile.lock(path);
        try {
          await lockfile.lock(path);
        } finally {
          await release();
        }
      },
    },
    {
      id: "ecompromised",
      provoked: "a lock whose folder is removed while it is held; the error that onCompromised gets",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "the lock was lost to somebody else",
      run: () => {
        const path = file();
        return new Promise((_, reject) => {
          lockfile
            .lock(path, { update: 1000, stale: 2000, onCompromised: reject })
            .then(() => rmSync(`${path}.lock`, { recursive: true }));
        });
      },
    },
    {
      id: "enotacquired",
      provoked: "unlock of a file that is not locked",
      how: "provoked",
      expected: "PERMANENT",
      because: "misuse: nothing to release",
      run: () => lockfile.unlock(file()),
    },
  ],
};
