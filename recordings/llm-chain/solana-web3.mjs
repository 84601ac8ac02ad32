import { createRequire } from "node:module";
import { answering, refusing } from "../servers.mjs";
import { fails, rpc } from "./servers/rpc.mjs";

const require = createRequire(import.meta.url);
const { Connection, Keypair, SystemProgram, Transaction } = require("solana-web3-v1");

const connection = (url, more = {}) =>
  new Connection(url, { commitment: "confirmed", disableRetryOnRateLimit: true, wsEndpoint: url.replace("http", "ws"), ...more });
const payer = Keypair.fromSeed(new Uint8Array(32).fill(1));
const blockhash = {
  context: { slot: 100 },
  value: { blockhash: "EkSnNWid2cvwEVnVx9aBqawnmiCNiDgp3gUdkDPTKN1N", lastValidBlockHeight: 3090 },
};
const send = async (error) =>
  connection(await rpc({ getLatestBlockhash: blockhash, sendTransaction: error })).sendTransaction(
    new Transaction().add(SystemProgram.transfer({ fromPubkey: payer.publicKey, toPubkey: payer.publicKey, lamports: 1 })),
    [payer],
  );

export default {
  library: "solana-web3",
  packages: ["solana-web3-v1"],
  cases: [
    {
      id: "429",
      provoked: "getLatestBlockhash, answered 429, without the client's own retries",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the node asks for fewer calls; the status is only in the message",
      run: async () =>
        connection(
          await answering(
            429,
            { jsonrpc: "2.0", error: { code: 429, message: "Too many requests for a specific RPC call" }, id: "1" },
            { "retry-after": "10" },
          ),
        ).getLatestBlockhash(),
    },
    {
      id: "rpc.node-behind",
      provoked: "getSlot, JSON-RPC error -32005 of a node that is behind",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the node is catching up and will be healthy again; here -32005 is no rate limit",
      run: async () =>
        connection(await rpc({ "*": fails(-32005, "Node is behind by 42 slots", { numSlotsBehind: 42 }) })).getSlot(),
    },
    {
      id: "simulation.program-error",
      provoked: "sendTransaction, the preflight simulation fails with a program error",
      how: "provoked",
      expected: "PERMANENT",
      because: "the program refuses this transaction",
      run: async () =>
        send(
          fails(-32002, "Transaction simulation failed: Error processing Instruction 0: custom program error: 0x1", {
            accounts: null,
            err: { InstructionError: [0, { Custom: 1 }] },
            logs: [
              "Program 11111111111111111111111111111111 invoke [1]",
              "Transfer: insufficient lamports 0, need 1",
              "Program 11111111111111111111111111111111 failed: custom program error: 0x1",
            ],
            unitsConsumed: 150,
          }),
        ),
    },
    {
      id: "confirm.timeout",
      provoked: "confirmTransaction with a timeout of 300, never confirmed",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the confirmation",
      run: async () =>
        connection(await rpc({ getSignatureStatuses: { context: { slot: 1 }, value: [null] } }), {
          confirmTransactionInitialTimeout: 300,
        }).confirmTransaction("5VERv8NMvzbJMEkV8xnrLkEaWRtSz9CosKDYjCJjBRnbJLgp8uirBgmQpjKhoR4tjF3ZpRzrFmBV6UjKdiSZkQUW"),
    },
    {
      id: "503",
      provoked: "getSlot, answered 503 in plain text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the node's provider is down; the status is only in the message",
      run: async () => connection(await answering(503, "Service Unavailable: no healthy upstream")).getSlot(),
    },
    {
      id: "connection.refused",
      provoked: "getSlot, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => connection(await refusing()).getSlot(),
    },
  ],
};
