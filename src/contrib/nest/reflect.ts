/* The metadata by which Nest knows things: reflect-metadata, which Nest itself imports, adds it to `Reflect`. */

interface WithMetadata {
  readonly defineMetadata?: (key: string, value: unknown, target: object) => void;
  readonly getMetadata?: (key: string, target: object) => unknown;
}

/** @throws TypeError where Nest has not been imported yet */
export function defineMetadata(owner: string, { key, value, targets }: MetadataEntry): void {
  const { defineMetadata: define } = Reflect as WithMetadata;
  if (define === undefined) throw new TypeError(`${owner} needs reflect-metadata: import @nestjs/common before it is called.`);
  for (const target of targets) define(key, value, target);
}

interface MetadataEntry {
  readonly key: string;
  readonly value: unknown;
  readonly targets: readonly object[];
}

export const metadataOf = (key: string, target: object): unknown => (Reflect as WithMetadata).getMetadata?.(key, target);
