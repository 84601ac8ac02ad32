import { createSolanaRpc } from "@solana/web3.js";
import { answering, refusing } from "../servers.mjs";
import { fails, rpc } from "./servers/rpc.mjs";

export default {
  library: "solana-web3-v2",
  packages: ["@solana/web3.js", "@solana/errors"],
  cases: [
    {
      id: "429",
      provoked: "getSlot, answered 429 with Retry-After: 10",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the node asks for fewer calls; the client drops the headers that say when to come back",
      run: async () =>
        createSolanaRpc(
          await answering(
            429,
            { jsonrpc: "2.0", error: { code: 429, message: "Too many requests for a specific RPC call" }, id: "1" },
            { "retry-after": "10" },
          ),
        )
          .getSlot()
          .send(),
    },
    {
      id: "503",
      provoked: "getSlot, answered 503",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the node's provider is down",
      run: async () =>
        createSolanaRpc(await answering(503, "no healthy upstream"))
          .getSlot()
          .send(),
    },
    {
      id: "rpc.node-behind",
      provoked: "getSlot, JSON-RPC error -32005 of a node that is behind",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the node is catching up and will be healthy again",
      run: async () =>
        createSolanaRpc(await rpc({ "*": fails(-32005, "Node is behind by 42 slots", { numSlotsBehind: 42 }) }))
          .getSlot()
          .send(),
    },
    {
      id: "preflight.program-error",
      provoked: "sendTransaction, the preflight simulation fails with a program error",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program refuses this transaction",
      run: async () =>
        createSolanaRpc(
          await rpc({
            "*": fails(-32002, "Transaction simulation failed: Error processing Instruction 0: custom program error: 0x1", {
              accounts: null,
              err: { InstructionError: [0, { Custom: 1 }] },
              logs: [
                "Program 11111111111111111111111111111111 invoke [1]",
                "Program 11111111111111111111111111111111 failed: custom program error: 0x1",
              ],
              unitsConsumed: 150,
            }),
          }),
        )
          .sendTransaction("AQ==", { encoding: "base64" })
          .send(),
    },
    {
      id: "connection.refused",
      provoked: "getSlot, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () =>
        createSolanaRpc(await refusing())
          .getSlot()
          .send(),
    },
  ],
};
