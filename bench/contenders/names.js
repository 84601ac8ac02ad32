/** Those that come from the registry. */
export const PEERS = ["cockatiel", "opossum", "p-retry", "async-retry", "effect", "p-limit", "p-queue", "bottleneck", "limiter"];

/** redress without the part that a scenario is about: what the part adds is measured against it. */
export const WITHOUT_IT = "without it";

const HANDWRITTEN = ["handwritten", "bare loop"];

/** Every contender, in the order of the table's columns. */
export const CONTENDERS = ["redress", WITHOUT_IT, ...HANDWRITTEN, ...PEERS];

/**
 * What a contender is compared with, whichever are asked for.
 * @param {string} contender
 */
export const referencesOf = (contender) => (contender === "redress" ? [WITHOUT_IT, ...HANDWRITTEN] : HANDWRITTEN);
