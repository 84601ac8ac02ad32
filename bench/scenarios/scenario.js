/**
 * @template Prepared
 * @typedef {object} Contender
 * @property {string} [note]                 what this contender lacks here, printed below the table
 * @property {() => Prepared | Promise<Prepared>} prepare   builds what `measure` takes; loads the library, so that a process holds only one
 */

/**
 * @typedef {object} Goal
 * @property {number} [ratio]                redress / handwritten, at most
 * @property {number} [value]                in the scenario's unit, at most
 * @property {number} [more]                 than redress "without it", in the scenario's unit, at most
 */

/**
 * @template [Prepared=any]
 * @typedef {object} Scenario
 * @property {string} name                   for --scenario
 * @property {string} title
 * @property {"limits"} [about]              in the second table, beside other peers
 * @property {"ns" | "ms" | "B"} unit
 * @property {number} [rounds]               at most that many; the default is the run's
 * @property {Goal} [goal]
 * @property {(prepared: Prepared) => Promise<number>} measure
 * @property {Record<string, Contender<Prepared>>} contenders
 */

/**
 * Has no effect but on types.
 * @template Prepared
 * @param {Scenario<Prepared>} scenario
 * @returns {Scenario}
 */
export function scenario(scenario) {
  return scenario;
}
