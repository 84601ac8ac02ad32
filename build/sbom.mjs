// Writes dist/sbom.cdx.json: what the published package consists of, as CycloneDX. npm tells of its dependencies, of which there are none; what is bundled in it is added.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

// The report of a simulation has its charts in the page.
const BUNDLED = ["uplot"];

const root = resolve(import.meta.dirname, "..");
const { name, packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"));

const told = execFileSync("npm", ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"], {
  cwd: root,
  encoding: "utf8",
  shell: process.platform === "win32",
});
const { serialNumber: _number, metadata, components, ...sbom } = JSON.parse(told);
// Nothing that differs from one build to the next.
const { timestamp: _time, tools: _tools, ...facts } = metadata;

const bundled = BUNDLED.map((library) => {
  const { version, license, integrity } = packages[`node_modules/${library}`];
  const [algorithm, digest] = integrity.split("-");
  return {
    "bom-ref": `${library}@${version}`,
    type: "library",
    name: library,
    version,
    purl: `pkg:npm/${library}@${version}`,
    licenses: [{ license: { id: license } }],
    hashes: [{ alg: algorithm.replace("sha", "SHA-"), content: Buffer.from(digest, "base64").toString("hex") }],
    properties: [{ name: "redress:bundledIn", value: "dist/cli/report.html" }],
  };
});

const made = {
  ...sbom,
  // npm calls it after the folder that it lies in.
  metadata: { ...facts, component: { ...facts.component, name } },
  components: [...components, ...bundled],
};
writeFileSync(join(root, "dist/sbom.cdx.json"), `${JSON.stringify(made, null, 2)}\n`);
