/* Qdrant: @qdrant/js-client-rest. Statuses, delays and most names say what they are; here is the one that does not. Source: its src/errors.ts. */
import type { Library } from "../shared/index.ts";

const WRONG_CONFIG = "QdrantClientConfigError";

export const qdrant: Library = {
  name: "qdrant",
  looks: { names: [WRONG_CONFIG] },
  meaning: { rule: ({ name }) => (name === WRONG_CONFIG ? "PERMANENT" : undefined) },
};
