/** @type {import("jest").Config} */
export default {
  // redress is an ES module, and so are these tests: jest runs them as such with --experimental-vm-modules.
  extensionsToTreatAsEsm: [".ts"],
  transform: { "\\.ts$": "@swc/jest" },
};
