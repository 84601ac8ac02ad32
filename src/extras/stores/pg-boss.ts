/* pg-boss: what it says beside PostgreSQL's own errors, which sqlstate.ts knows. Its assertions about arguments are Node's. */
import { type Beginnings, kindOfBeginning, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Sources: pg-boss src/contractor.js, src/manager.js, src/tools.js. */
export const PG_BOSS_WORDS: Beginnings = {
  TIMEOUT: ["handler execution exceeded "],
  PERMANENT: ["pg-boss is not installed", "pg-boss database requires migrations", "Workers are disabled. pg-boss is stopped"],
};

function pgBossRule({ code, message }: Link): Verdict {
  return code === "" ? kindOfBeginning(PG_BOSS_WORDS, message) : undefined;
}

export const pgBoss: Library = {
  name: "pg-boss",
  looks: { beginnings: [PG_BOSS_WORDS] },
  meaning: { rule: pgBossRule },
};
