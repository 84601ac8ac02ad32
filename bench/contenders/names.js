/** Every contender, in the order of the table's columns. */
export const CONTENDERS = ["redress", "handwritten", "bare loop", "cockatiel", "opossum", "p-retry", "async-retry", "effect"];

/** Those that come from the registry. */
export const PEERS = ["cockatiel", "opossum", "p-retry", "async-retry", "effect"];
