// What is warned of once, or some times, is so for the life of a process: a mutant of it needs one of its own, and its tests pass once in each.
const SOURCES = ["src/run/call/hook-errors.ts"];
const TESTS = /^test\/run\/hook-errors\.test\.ts#.*(a warning of the process|is warned of)/;

export const lasts = (source: string): boolean => SOURCES.includes(source);

/** A process runs their file before others, which may have been warned of before. */
export const goesFirst = (testFile: string): boolean => testFile === "test/run/hook-errors.test.ts";

// What these build when they are first asked, they keep: their mutants need test files that share nothing, and any of those may be the first.
const BUILD_ONCE = ["src/extras/common/code-in-words.ts", "src/extras/common/phrases.ts", "src/extras/universal.ts"];

export const buildsOnce = (source: string): boolean => BUILD_ONCE.includes(source);

export const runsOnce = (testId: string): boolean => TESTS.test(testId);
