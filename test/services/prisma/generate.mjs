/*
 * Prisma's client, generated from the schema beside this file by the generator that `prisma generate` runs: after the install, for the compiler, and
 * before the tests, which may have another schema by then. The command itself would be 160 MB more, and asks the network for an engine of migrations.
 */
import { createRequire } from "node:module";
import { join } from "node:path";

// The generator's ES modules do not load in Node.js: they import files without naming their ending.
const require = createRequire(import.meta.url);

export default async function generate() {
  const { getGenerator, loadSchemaContext } = require("@prisma/internals");
  const { PrismaClientTsGenerator } = require("@prisma/client-generator-ts");
  const schema = join(import.meta.dirname, "schema.prisma");
  const generator = await getGenerator({
    schemaContext: await loadSchemaContext({ schemaPath: { cliProvidedPath: schema }, printLoadMessage: false }),
    registry: { "prisma-client": { type: "in-process", generator: new PrismaClientTsGenerator() } },
    cliCommand: "generate",
  });
  await generator.generate();
  generator.stop();
}
