/**
 * Where the modules are, in the copy of the project that is tested: those that count which test reaches what, those that do not, which are faster, and those
 * that share nothing with each other: what is done when a module is loaded is done anew with each.
 */
export const BUNDLES = {
  counting: "mutation/bundles/counting",
  fast: "mutation/bundles/fast",
  alone: "mutation/bundles/alone",
} as const;

export type Bundle = keyof typeof BUNDLES;

/** What there is to load: the chunks that tests share, and the modules of the test files, by the path of the file. */
export interface Manifest {
  readonly shared: string[];
  readonly tests: Record<string, string>;
}
