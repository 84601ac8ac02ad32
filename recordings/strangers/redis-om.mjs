import { createClient } from "redis";
import { Repository, Schema } from "redis-om";

const schema = new Schema("album", { title: { type: "string" }, year: { type: "number" } }, { dataStructure: "HASH" });
const connected = async () => {
  const client = createClient({ url: "redis://127.0.0.1:6379" });
  client.on("error", () => {});
  await client.connect();
  return client;
};

export default {
  library: "redis-om",
  packages: ["redis-om", "redis"],
  cases: [
    {
      id: "no-search-module",
      provoked: "search on a Redis without the search module",
      how: "provoked",
      expected: "PERMANENT",
      because: "the server does not know the command",
      run: async () => {
        const client = await connected();
        try {
          await new Repository(schema, client).search().return.all();
        } finally {
          await client.quit();
        }
      },
    },
    {
      id: "closed",
      provoked: "fetch with a client that is closed",
      how: "provoked",
      expected: "PERMANENT",
      because: "the client is closed",
      run: async () => {
        const client = await connected();
        await client.quit();
        await new Repository(schema, client).fetch("1");
      },
    },
    {
      id: "invalid-value",
      provoked: "save of a text where the schema wants a number",
      how: "provoked",
      expected: "PERMANENT",
      because: "bad input",
      run: async () => {
        const client = await connected();
        try {
          await new Repository(schema, client).save("1", { year: "soon" });
        } finally {
          await client.quit();
        }
      },
    },
  ],
};
