/* The programs in examples/clients/, examples/queues/ and examples/servers/, and the blocks marked `ts client`, `ts queue` and `ts server` in docs/: they need the libraries that are installed here. */
import { execFile, execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
// Below this folder, so that the libraries are found.
const folder = join(import.meta.dirname, "written");

interface Program {
  /** Where a person finds it. */
  readonly at: string;
  /** The name of the file that it is written to. */
  readonly file: string;
  readonly code: string;
  /** `null` where nothing is said about it. */
  readonly prints: string | null;
}

const filesIn = (path: string, ending: string): string[] =>
  existsSync(join(root, path)) ? readdirSync(join(root, path)).filter((file) => file.endsWith(ending)) : [];

const programsOf = (room: "clients" | "queues" | "servers"): readonly Program[] => [
  ...filesIn(`examples/${room}`, ".ts").map((file) => {
    const code = readFileSync(join(root, `examples/${room}`, file), "utf8");
    const [, prints = null] = /\/\* Prints:\n(.*)\*\/\n$/s.exec(code) ?? [];
    return { at: `examples/${room}/${file}`, file: `example-${file}`, code, prints };
  }),
  ...filesIn(`docs/${room}`, ".md").flatMap((page) => {
    const text = readFileSync(join(root, `docs/${room}`, page), "utf8");
    const blocks = text.matchAll(/^```ts (?:client|queue|server)\n(.*?)^```\n(?:\n```text\n(.*?)^```)?/gms);
    return [...blocks].map(([, code = "", prints], index) => ({
      at: `docs/${room}/${page}, block ${index + 1}`,
      file: `page-${room}-${basename(page, ".md")}-${index + 1}.ts`,
      code: `${code}\nexport {};\n`,
      prints: prints ?? null,
    }));
  }),
];

const programs = [...programsOf("clients"), ...programsOf("queues"), ...programsOf("servers")];

beforeAll(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  for (const { file, code } of programs) writeFileSync(join(folder, file), code);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: "../tsconfig.json",
      // A program shows how to make a thing, not always how to use it. Nest's decorators are TypeScript's own, as its projects compile them.
      compilerOptions: { noUnusedLocals: false, experimentalDecorators: true },
      include: ["."],
      exclude: [],
    }),
  );
  return () => rmSync(folder, { recursive: true, force: true });
});

test.runIf(programs.length > 0)("they compile, as strictly as the sources", { timeout: 120_000 }, () => {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  try {
    execFileSync(process.execPath, [tsc, "-p", folder, "--noEmit"], { encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    expect((error as { readonly stdout: string }).stdout).toBe("");
    throw error;
  }
});

test.each(programs.filter(({ prints }) => prints !== null).map((program) => [program.at, program] as const))(
  "%s prints what it says",
  async (_at, { file, prints }) => {
    const { stdout } = await promisify(execFile)(process.execPath, ["--import", import.meta.resolve("tsx"), join(folder, file)], {
      cwd: root,
      env: { ...process.env, NODE_OPTIONS: "", TSX_TSCONFIG_PATH: join(folder, "tsconfig.json") },
      timeout: 25_000,
    });
    expect(stdout).toBe(prints);
  },
);

test("every example says what it prints, in fewer than 60 lines", () => {
  const examples = programs.filter(({ at }) => at.startsWith("examples/"));
  for (const { at, code, prints } of examples) {
    expect(prints, at).not.toBeNull();
    expect(code.split("\n").length, at).toBeLessThanOrEqual(60);
  }
});
