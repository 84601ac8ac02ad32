import { readFileSync } from "node:fs";
import { RULES } from "../../doctor/index.ts";
import { packageManifest } from "../installation.ts";
import { columns, wrap } from "../print/index.ts";

/** The help of each command, for a terminal of some width. */
export const COMMANDS = {
  classify: (width: number): string =>
    page(width, [
      "Says what redress makes of an error, and why.",
      "Usage: redress classify [file] [options]",
      "It reads an error as JSON, as a log or as console.log prints it, from the file or, without one, from what is pasted or piped to it. Nothing of the text is run. The values of fields that are named like secrets are hidden; functions are left out.",
      ["Options:", ["--json", "print JSON"]],
      ["Exit codes:", ["0", "it has a class"], ["1", "no classifier knows it: it is UNKNOWN"], ["2", "it could not run"]],
    ]),

  doctor: (width: number): string =>
    page(width, [
      "Checks policies for what is wrong or risky. It loads their modules and looks; it calls nothing.",
      "Usage: redress doctor <target>... [options]",
      "A target is a module and, after a colon, what it exports: ./policies.ts:payments, ./policies.ts:regions.eu. Without a name, all that the module exports is checked.",
      [
        "Options:",
        ["--show", "print what each policy will do, and the worst it can come to"],
        ["--nested", "the targets call each other, from the outside in: print what they multiply to"],
        ["--off RULE,RULE", "leave these rules out"],
        ["--calls-per-second N", "calls that one process makes, for the rules about breakers, hedges and rate limits"],
        ["--classes A,B", "the classes of failure that occur (default: all)"],
        ["--strict", "fail for warnings, too"],
        ["--json", "print JSON"],
      ],
      ["Rules:", ...RULES.map(({ id, summary }) => [id, summary] as const)],
      ["Exit codes:", ["0", "nothing is wrong; there may be warnings"], ["1", "there are errors"], ["2", "it could not run"]],
    ]),

  simulate: (width: number): string =>
    page(width, [
      "Runs a policy against a modelled dependency, on a simulated clock.",
      "Usage: redress simulate <target> --scenario <scenario> [options]",
      "A target is a module and, after a colon, what it exports: ./policies.ts:payments. That may be a policy, a config, a retry, a circuit breaker, or a function ({ clock, random }) => policy.",
      [
        "Options:",
        ["--scenario NAME", "one of those that --list shows, or one of your own: ./module.ts:scenario"],
        ["--list", "list the ready-made scenarios"],
        ["--compare TARGET", "a second policy, for the same calls"],
        ["--clients N", "clients, each with circuits, budgets, limiters and a hedge of its own (default: the scenario's)"],
        ["--seed N", "the same seed gives the same run (default: 1)"],
        ["--duration-ms N", "simulated milliseconds (default: the scenario's)"],
        [
          "--arrivals FILE",
          "recorded calls instead of the scenario's, from the first one on: CSV with a column atMs and, for counts, calls",
        ],
        ["--html FILE", "write a page with the charts, too"],
        ["--json", "print JSON"],
      ],
      ["Exit codes:", ["0", "it was simulated"], ["2", "it could not run"]],
    ]),
} as const;

export type CommandName = keyof typeof COMMANDS;

export function usage(width: number): string {
  return page(width, [
    "redress checks failure policies, shows how they fare, and says what it makes of an error.",
    "Usage: redress <command> [options]",
    [
      "Commands:",
      ["classify", "say what an error is, and why"],
      ["doctor", "check policies for what is wrong or risky"],
      ["simulate", "run a policy against a modelled dependency"],
    ],
    "redress <command> --help tells more; redress --version prints the version.",
  ]);
}

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(COMMANDS, name);
}

/** The version of this package. */
export function version(): string {
  const { version } = JSON.parse(readFileSync(packageManifest, "utf8")) as { version: string };
  return version;
}

type Section = string | readonly [title: string, ...rows: (readonly [string, string])[]];

function page(width: number, sections: readonly Section[]): string {
  return sections
    .map((section) => {
      if (typeof section === "string") return wrap(section, width);
      const [title, ...rows] = section;
      return `${title}\n${columns(rows, width)}`;
    })
    .join("\n\n");
}
