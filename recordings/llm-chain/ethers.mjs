import { Contract, FetchRequest, JsonRpcProvider, Network, Wallet } from "ethers";
import { answering, hanging, refusing } from "../servers.mjs";
import { fails, KEY, revertData, rpc } from "./servers/rpc.mjs";

const provider = (url, set) => {
  const request = new FetchRequest(url);
  request.setThrottleParams({ maxAttempts: 1, slotInterval: 20 });
  set?.(request);
  return new JsonRpcProvider(request, 1, { staticNetwork: Network.from(1) });
};
const signed = () =>
  new Wallet(KEY).signTransaction({
    to: "0x000000000000000000000000000000000000dEaD",
    value: 1n,
    nonce: 5,
    gasLimit: 21000n,
    maxFeePerGas: 10n ** 9n,
    maxPriorityFeePerGas: 10n ** 9n,
    chainId: 1,
    type: 2,
  });
const broadcast = async (error) =>
  provider(await rpc({ eth_blockNumber: "0x10", eth_chainId: "0x1", eth_sendRawTransaction: error })).broadcastTransaction(
    await signed(),
  );
const token = (p) =>
  new Contract("0x000000000000000000000000000000000000bEEF", ["function transfer(address to, uint256 amount) returns (bool)"], p);

export default {
  library: "ethers",
  packages: ["ethers"],
  cases: [
    {
      id: "429.retries-exhausted",
      provoked: "getBlockNumber, answered 429 with retry-after: 3 in all attempts",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 3_000,
      because: "the node's provider asks for fewer calls and says when to come back",
      run: async () =>
        provider(
          await answering(
            429,
            {
              jsonrpc: "2.0",
              error: {
                code: 429,
                message:
                  "Your app has exceeded its compute units per second capacity. If you have retries enabled, you can safely ignore this message. If not, check out https://docs.alchemy.com/reference/throughput",
              },
            },
            { "retry-after": "3" },
          ),
          (r) => r.setThrottleParams({ maxAttempts: 2 }),
        ).getBlockNumber(),
    },
    {
      id: "429.no-retry",
      provoked: "getBlockNumber with a retryFunc that says no, answered 429",
      how: "provoked",
      expected: "RATE_LIMIT",
      because: "the node's provider asks for fewer calls",
      run: async () =>
        provider(
          await answering(429, { jsonrpc: "2.0", id: null, error: { code: -32029, message: "Too Many Requests" } }),
          (r) => {
            r.retryFunc = async () => false;
          },
        ).getBlockNumber(),
    },
    {
      id: "rpc.-32005.rate",
      provoked: "getBlockNumber, 200 with the JSON-RPC error -32005 and backoff_seconds",
      how: "provoked",
      expected: "RATE_LIMIT",
      retryAfterMs: 30_000,
      because: "the provider counts the requests of this project and says how long to back off",
      run: async () =>
        provider(
          await rpc({
            "*": fails(-32005, "project ID request rate exceeded", {
              see: "https://infura.io/docs/ethereum/jsonrpc/ratelimits",
              current_rps: 13.333,
              allowed_rps: 10.0,
              backoff_seconds: 30.0,
            }),
          }),
        ).getBlockNumber(),
    },
    {
      id: "503",
      provoked: "getBlockNumber, answered 503 in plain text",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the node's provider has no server to answer",
      run: async () => provider(await answering(503, "no server is available to handle this request")).getBlockNumber(),
    },
    {
      id: "TIMEOUT",
      provoked: "getBlockNumber with a request timeout of 200, never answered",
      how: "provoked",
      expected: "TRANSIENT",
      timeout: true,
      because: "the client gave up waiting",
      run: async () =>
        provider(await hanging(), (r) => {
          r.timeout = 200;
        }).getBlockNumber(),
    },
    {
      id: "connection.refused",
      provoked: "getBlockNumber, nobody listens",
      how: "provoked",
      expected: "TRANSIENT",
      because: "the connection was refused",
      run: async () => provider(await refusing()).getBlockNumber(),
    },
    {
      id: "NONCE_EXPIRED",
      provoked: "broadcastTransaction, the node says nonce too low",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction of this account was faster and took the nonce",
      run: async () => broadcast(fails(-32000, "nonce too low: next nonce 6, tx nonce 5")),
    },
    {
      id: "REPLACEMENT_UNDERPRICED",
      provoked: "broadcastTransaction, the node says replacement transaction underpriced",
      how: "provoked",
      expected: "CONCURRENCY",
      because: "another transaction with the same nonce is waiting already",
      run: async () => broadcast(fails(-32000, "replacement transaction underpriced")),
    },
    {
      id: "INSUFFICIENT_FUNDS",
      provoked: "broadcastTransaction, the account has too little",
      how: "provoked",
      expected: "PERMANENT",
      because: "the account lacks the money",
      run: async () =>
        broadcast(
          fails(-32000, "insufficient funds for gas * price + value: balance 0, tx cost 21000000000001, overshot 21000000000001"),
        ),
    },
    {
      id: "CALL_EXCEPTION",
      provoked: "a contract's staticCall that reverts with a reason",
      how: "provoked",
      expected: "PERMANENT",
      because: "the contract refuses this call",
      run: async () =>
        token(
          provider(
            await rpc({
              eth_chainId: "0x1",
              eth_call: fails(
                3,
                "execution reverted: ERC20: transfer amount exceeds balance",
                revertData("ERC20: transfer amount exceeds balance"),
              ),
            }),
          ),
        ).transfer.staticCall("0x000000000000000000000000000000000000dEaD", 1n),
    },
    {
      id: "provider.destroyed",
      provoked: "getBlockNumber of a provider that was destroyed",
      how: "provoked",
      expected: "PERMANENT",
      because: "this provider was closed for good",
      run: async () => {
        const p = provider(await hanging());
        p.destroy();
        return p.getBlockNumber();
      },
    },
    {
      id: "NETWORK_ERROR.changed",
      provoked: "getNetwork of a provider whose node is now on another chain",
      how: "provoked",
      expected: "PERMANENT",
      because: "the node serves another chain than the one that the provider was made for",
      run: async () => {
        let chain = "0x1";
        const p = new JsonRpcProvider(await rpc({ eth_chainId: () => chain }));
        await p.getNetwork();
        chain = "0x89";
        try {
          return await p.getNetwork();
        } finally {
          p.destroy();
        }
      },
    },
  ],
};
