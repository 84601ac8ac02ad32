/* What the package is made of, and made with: nothing that runs when it is installed, nothing that is not pinned, no licence that nobody has looked at. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, test } from "vitest";

const { root, folder } = inject("installed");
const json = (path: string) => JSON.parse(readFileSync(path, "utf8"));

interface Locked {
  readonly version?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly license?: string;
  readonly hasInstallScript?: boolean;
}

const manifests = {
  package: join(root, "package.json"),
  services: join(root, "test/services/package.json"),
  bench: join(root, "bench/package.json"),
};
const lockOf = (manifest: string): [string, Locked][] =>
  Object.entries(json(manifest.replace("package.json", "package-lock.json")).packages as Record<string, Locked>).filter(
    ([path]) => path !== "",
  );
const locked = lockOf(manifests.package);
const published = json(join(folder, "node_modules/redress/package.json"));
const sbom = json(join(folder, "node_modules/redress/dist/sbom.cdx.json"));

test("nothing runs when it is installed", () => {
  const scripts = Object.keys(published.scripts);
  expect(scripts.filter((name) => /^(pre|post)?install$|^(pre|post)?prepare$|^dependencies$/.test(name))).toEqual([]);
});

test("it is published with its provenance", () => {
  expect(published.publishConfig).toEqual({ access: "public", provenance: true });
});

test.each(Object.entries(manifests))("what it is made with is pinned: %s", (_what, manifest) => {
  const { dependencies = {}, devDependencies = {} } = json(manifest);
  const loose = Object.entries<string>({ ...dependencies, ...devDependencies }).filter(
    ([, version]) => !/^(npm:(@[^@]+|[^@]+)@)?\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
  );
  expect(loose).toEqual([]);
});

test.each(Object.entries(manifests))(
  "every package that it is made with comes from a registry, with its digest: %s",
  (_what, manifest) => {
    const others = lockOf(manifest).filter(
      ([, { integrity = "", resolved, link }]) =>
        !/^sha512-/.test(integrity) || link === true || (resolved !== undefined && !resolved.startsWith("https://")),
    );
    expect(others.map(([path]) => path)).toEqual([]);
  },
);

test("of those with a script for their installation, each was looked at, and none runs", () => {
  const { allowScripts } = json(manifests.package);
  const names = locked
    .filter(([, { hasInstallScript }]) => hasInstallScript)
    .map(([path]) => path.replace(/^.*node_modules\//, ""));
  expect(Object.fromEntries([...new Set(names)].map((name) => [name, allowScripts[name]]))).toEqual({ esbuild: false });
});

// Tools that are used, and of which nothing is published.
const LICENCES: Readonly<Record<string, string>> = {
  "0BSD": "",
  "Apache-2.0": "",
  "BSD-2-Clause": "",
  "BSD-3-Clause": "",
  "BlueOak-1.0.0": "",
  "CC-BY-4.0": "caniuse-lite",
  ISC: "",
  MIT: "",
  "MIT OR Apache-2.0": "",
  "Python-2.0": "",
  "LGPL-3.0-only": "rollup-plugin-dts",
  "SEE LICENSE IN LICENSE": "spawndamnit",
};

test("every package that it is made with has a licence that allows it", () => {
  const others = locked.filter(([path, { license = "" }]) => {
    const only = LICENCES[license];
    return only === undefined || (only !== "" && !path.endsWith(`/${only}`));
  });
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
  // The one with words of its own in a file: those of the MIT licence.
  expect(readFileSync(join(root, "node_modules/spawndamnit/LICENSE"), "utf8")).toContain(
    "Permission is hereby granted, free of charge",
  );
});

test("its bill of materials names what is bundled, and nothing else is", () => {
  expect(sbom).toMatchObject({
    bomFormat: "CycloneDX",
    metadata: { component: { name: "redress", version: published.version } },
  });
  const { version, license } = Object.fromEntries(locked)["node_modules/uplot"] as Locked;
  expect(sbom.components).toMatchObject([{ name: "uplot", version, licenses: [{ license: { id: license } }] }]);
  expect(JSON.stringify(sbom)).not.toMatch(/timestamp|serialNumber/);
});

test("the licence of what is bundled goes with it", () => {
  expect(readFileSync(join(folder, "node_modules/redress/dist/cli/report.html"), "utf8")).toMatch(
    /Copyright \(c\) \d+ Leon Sorokin/,
  );
});
