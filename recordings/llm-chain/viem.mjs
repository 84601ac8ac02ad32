import { createPublicClient, createWalletClient, http, parseAbi, webSocket } from "viem";
import { privateKeyToAccount } from "viem/accounts";
import { mainnet } from "viem/chains";
import { WebSocketServer } from "ws";
import { answering, hanging, refusing } from "../servers.mjs";
import { fails, KEY, revertData, rpc } from "./servers/rpc.mjs";

const client = (url, more = {}) => createPublicClient({ chain: mainnet, transport: http(url, { retryCount: 0, ...more }) });
const abi = parseAbi([
  "function balanceOf(address) view returns (uint256)",
  "function transfer(address to, uint256 amount) returns (bool)",
]);
const account = privateKeyToAccount(KEY);
const send = async (answer) =>
  createWalletClient({
    account,
    chain: mainnet,
    transport: http(await rpc({ eth_chainId: "0x1", eth_sendRawTransaction: answer }), { retryCount: 0 }),
  }).sendTransaction({
    to: "0x000000000000000000000000000000000000dEaD",
    value: 1n,
    nonce: 5,
    gas: 21000n,
    maxFeePerGas: 10n ** 9n,
    maxPriorityFeePerGas: 10n ** 9n,
    type: "eip1559",
  });
const balance = (url) =>
  client(url).readContract({
    address: "0x000000000000000000000000000000000000bEEF",
    abi,
    functionName: "balanceOf",
    args: [account.address],
  });

export default {
  library: "viem",
  packages: ["viem"],
  cases: [
    {
      id: "429.http",
      provoked: "getBlockNumber, answered 429 with Retry-After: 7",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 7_000,
      because: "the node's provider asks for fewer calls and says when to come back",
      run: async () =>
        client(
          await answering(
            429,
            { jsonrpc: "2.0", error: { code: 429, message: "Your app has exceeded its compute units per second capacity." } },
            { "retry-after": "7" },
          ),
        ).getBlockNumber(),
    },
    {
      id: "503.in-readContract",
      provoked: "readContract, answered 503 in plain text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the node's provider is down, deep in the chain of causes",
      run: async () => balance(await answering(503, "upstream connect error or disconnect/reset before headers")),
    },
    {
      id: "rpc.-32005",
      provoked: "getBlockNumber, 200 with the JSON-RPC error -32005",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the daily or the second's limit of requests is reached",
      run: async () =>
        client(
          await rpc({
            "*": fails(-32005, "daily request count exceeded, request rate limited", { see: "https://infura.io/dashboard" }),
          }),
        ).getBlockNumber(),
    },
    {
      id: "TimeoutError",
      provoked: "getBlockNumber with a timeout of 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () => client(await hanging(), { timeout: 200 }).getBlockNumber(),
    },
    {
      id: "receipt.timeout",
      provoked: "waitForTransactionReceipt with a timeout of 300, never mined",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the transaction to be mined",
      run: async () =>
        client(
          await rpc({ eth_blockNumber: "0x10", eth_getTransactionReceipt: null, eth_getTransactionByHash: null }),
        ).waitForTransactionReceipt({ hash: `0x${"ab".repeat(32)}`, timeout: 300, pollingInterval: 50 }),
    },
    {
      id: "connection.refused",
      provoked: "getBlockNumber, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => client(await refusing()).getBlockNumber(),
    },
    {
      id: "reverted",
      provoked: "simulateContract of a transfer that reverts with a reason",
      how: "provoked",
      expected: "PERMANENT",
      because: "the contract refuses this call",
      run: async () =>
        client(
          await rpc({
            eth_call: fails(
              3,
              "execution reverted: ERC20: transfer amount exceeds balance",
              revertData("ERC20: transfer amount exceeds balance"),
            ),
          }),
        ).simulateContract({
          account,
          address: "0x000000000000000000000000000000000000bEEF",
          abi,
          functionName: "transfer",
          args: ["0x000000000000000000000000000000000000dEaD", 1n],
        }),
    },
    {
      id: "nonce-too-low",
      provoked: "sendTransaction, the node says nonce too low",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction of this account took the nonce",
      run: async () => send(fails(-32000, "nonce too low: next nonce 6, tx nonce 5")),
    },
    {
      id: "insufficient-funds",
      provoked: "sendTransaction, the account has too little",
      how: "provoked",
      expected: "PERMANENT",
      because: "the account lacks the money",
      run: async () => send(fails(-32000, "insufficient funds for gas * price + value: have 0 want 21000000000001")),
    },
    {
      id: "websocket.refused",
      provoked: "getBlockNumber over a WebSocket, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () =>
        createPublicClient({
          chain: mainnet,
          transport: webSocket((await refusing()).replace("http", "ws"), { retryCount: 0, reconnect: false, timeout: 2000 }),
        }).getBlockNumber(),
    },
    {
      id: "websocket.closed",
      provoked: "getBlockNumber over a WebSocket that the server closes instead of answering",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the socket was closed while the request was under way",
      run: async () => {
        const server = new WebSocketServer({ host: "127.0.0.1", port: 0 });
        await new Promise((r) => server.once("listening", r));
        server.on("connection", (s) => s.on("message", () => s.close(1001)));
        return createPublicClient({
          chain: mainnet,
          transport: webSocket(`ws://127.0.0.1:${server.address().port}`, { retryCount: 0, reconnect: false, timeout: 5000 }),
        }).getBlockNumber();
      },
    },
  ],
};
