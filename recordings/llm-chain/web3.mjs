import { Web3, WebSocketProvider } from "web3";
import { answering, refusing } from "../servers.mjs";
import { fails, KEY, revertData, rpc } from "./servers/rpc.mjs";

const eth = (url) => new Web3(url).eth;
const block = {
  number: "0x10",
  baseFeePerGas: "0x3b9aca00",
  hash: `0x${"ab".repeat(32)}`,
  parentHash: `0x${"ab".repeat(32)}`,
  transactions: [],
  gasLimit: "0x1c9c380",
  gasUsed: "0x0",
  timestamp: "0x1",
  difficulty: "0x0",
  extraData: "0x",
  logsBloom: `0x${"00".repeat(256)}`,
  miner: `0x${"00".repeat(20)}`,
  nonce: "0x0000000000000000",
  size: "0x1",
  uncles: [],
};
const answers = {
  eth_chainId: "0x1",
  net_version: "1",
  eth_getBlockByNumber: block,
  eth_blockNumber: "0x10",
  eth_gasPrice: "0x3b9aca00",
  eth_maxPriorityFeePerGas: "0x1",
  eth_getTransactionCount: "0x5",
  eth_estimateGas: "0x5208",
  eth_getTransactionReceipt: null,
};
async function send(more, set) {
  const web3 = new Web3(await rpc({ ...answers, ...more }));
  const account = web3.eth.accounts.wallet.add(KEY)[0];
  set?.(web3.eth);
  return web3.eth.sendTransaction(
    {
      from: account.address,
      to: "0x000000000000000000000000000000000000dEaD",
      value: 1,
      gas: 21000,
      maxFeePerGas: 1e9,
      maxPriorityFeePerGas: 1e9,
      nonce: 5,
      type: 2,
    },
    undefined,
    { checkRevertBeforeSending: false },
  );
}
const abi = [
  {
    type: "function",
    name: "transfer",
    inputs: [
      { name: "to", type: "address" },
      { name: "amount", type: "uint256" },
    ],
    outputs: [{ type: "bool" }],
    stateMutability: "nonpayable",
  },
];

export default {
  library: "web3",
  packages: ["web3", "web3-errors", "web3-providers-http"],
  cases: [
    {
      id: "429.json",
      provoked: "getBlockNumber, answered 429 in JSON",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the node's provider asks for fewer calls",
      run: async () =>
        eth(
          await answering(
            429,
            {
              jsonrpc: "2.0",
              id: 1,
              error: { code: 429, message: "Your app has exceeded its compute units per second capacity." },
            },
            { "retry-after": "2" },
          ),
        ).getBlockNumber(),
    },
    {
      id: "502.html",
      provoked: "getBlockNumber, answered 502 with a page",
      how: "provoked",
      expected: "UNKNOWN",
      because: "the status is lost, all that is left is that the answer was no JSON",
      run: async () =>
        eth(
          await answering(502, "<html><head><title>502 Bad Gateway</title></head></html>", { "content-type": "text/html" }),
        ).getBlockNumber(),
    },
    {
      id: "connection.refused",
      provoked: "getBlockNumber, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => eth(await refusing()).getBlockNumber(),
    },
    {
      id: "rpc.-32005",
      provoked: "getBlockNumber, 200 with the JSON-RPC error -32005",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the provider counts the requests of this project",
      run: async () =>
        eth(await rpc({ "*": fails(-32005, "daily request count exceeded, request rate limited") })).getBlockNumber(),
    },
    {
      id: "nonce-too-low",
      provoked: "sendTransaction, the node says nonce too low",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction of this account took the nonce",
      run: async () => send({ eth_sendRawTransaction: fails(-32000, "nonce too low: next nonce 6, tx nonce 5") }),
    },
    {
      id: "polling.timeout",
      provoked: "sendTransaction with transactionPollingTimeout 400, sent but never mined",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting for the transaction to be mined",
      run: async () =>
        send({ eth_sendRawTransaction: `0x${"ab".repeat(32)}` }, (e) => {
          e.transactionPollingTimeout = 400;
          e.transactionPollingInterval = 100;
        }),
    },
    {
      id: "reverted",
      provoked: "a contract's call that reverts with a reason",
      how: "provoked",
      expected: "PERMANENT",
      because: "the contract refuses this call",
      run: async () => {
        const web3 = new Web3(
          await rpc({
            ...answers,
            eth_call: fails(
              3,
              "execution reverted: ERC20: transfer amount exceeds balance",
              revertData("ERC20: transfer amount exceeds balance"),
            ),
          }),
        );
        return new web3.eth.Contract(abi, "0x000000000000000000000000000000000000bEEF").methods
          .transfer("0x000000000000000000000000000000000000dEaD", 1)
          .call();
      },
    },
    {
      id: "websocket.reconnects-exhausted",
      provoked: "a WebSocketProvider with two attempts, nobody listens; what its error event gives at the end",
      how: "provoked",
      expected: "TRANSIENT",
      because: "nobody was there in any attempt",
      run: async () => {
        const provider = new WebSocketProvider(
          (await refusing()).replace("http", "ws"),
          {},
          { autoReconnect: true, delay: 50, maxAttempts: 2 },
        );
        throw await new Promise((resolve) =>
          provider.on("error", (error) => {
            if (/MaxAttempts|Max/.test(error?.message ?? error?.name ?? "")) resolve(error);
          }),
        );
      },
    },
  ],
};
