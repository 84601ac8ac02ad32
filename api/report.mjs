// The public surface of every subpath in the export map, as one committed report each.
// Without --write, a report that differs fails: a change of the surface is a diff in review.
import { mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { CompilerState, Extractor, ExtractorConfig } from "@microsoft/api-extractor";

const root = resolve(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const write = process.argv.includes("--write");

const temp = join(root, "node_modules/.cache/api");
mkdirSync(temp, { recursive: true });

const configOf = ([subpath, target]) => {
  const name = subpath === "." ? manifest.name : subpath.slice(2).replaceAll("/", "-");
  return ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
    configObject: {
      projectFolder: root,
      newlineKind: "lf",
      mainEntryPointFilePath: join(root, target.types),
      compiler: { tsconfigFilePath: join(root, "tsconfig.build.json") },
      apiReport: {
        enabled: true,
        reportFileName: `${name}.api.md`,
        reportFolder: join(root, "api"),
        reportTempFolder: temp,
        includeForgottenExports: true,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        extractorMessageReporting: {
          default: { logLevel: "error" },
          "ae-missing-release-tag": { logLevel: "none" },
          "ae-undocumented": { logLevel: "none" },
          // A type that helps to spell others may stay unexported: the report shows it all the same.
          "ae-forgotten-export": { logLevel: "none" },
        },
        tsdocMessageReporting: { default: { logLevel: "none" } },
      },
    },
  });
};

const configs = Object.entries(manifest.exports)
  .filter(([, target]) => typeof target !== "string")
  .map(configOf);
// One program for all: they share most of their files.
const compilerState = CompilerState.create(configs[0], {
  additionalEntryPoints: configs.slice(1).map(({ mainEntryPointFilePath }) => mainEntryPointFilePath),
});
let failed = false;
for (const config of configs) {
  const result = Extractor.invoke(config, { localBuild: write, compilerState });
  failed ||= !result.succeeded;
}
process.exitCode = failed ? 1 : 0;
