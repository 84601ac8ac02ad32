/*
 * Where the files of this package are, seen from this file. It stands in the folder of `main.ts`, so that the paths are the same in `src/`,
 * in `dist/`, and where the commands are bundled into one file.
 */

/** `dist/`, or `src/` when the package runs from its sources. */
export const codeFolder = new URL("..", import.meta.url);

/** The page of `redress simulate --html`, without data. The build puts it here. */
export const reportTemplate = new URL("./report.html", import.meta.url);

export const packageManifest = new URL("../../package.json", import.meta.url);
