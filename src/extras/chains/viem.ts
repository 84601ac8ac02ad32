/*
 * viem: each class has a name, and `details` are the words of the node. Most errors wrap another, down to the answer of the node, which has a
 * code of JSON-RPC. What it wraps in TransactionExecutionError, CallExecutionError and their like says what happened; they do not.
 */
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";
import { kindOfNodeWords } from "./node-words.ts";

/* Source: viem errors/*.ts, in the order of the files; what is missing wraps, or is told by its status, code or words. */
export const VIEM_NAMES: Codes = {
  CONCURRENCY: ["NonceTooHighError", "NonceTooLowError"],
  TRANSIENT: [
    "FeeCapTooLowError",
    "TransactionReceiptNotFoundError",
    "SocketClosedError",
    "ProviderDisconnectedError",
    "ChainDisconnectedError",
  ],
  TIMEOUT: ["WaitForTransactionReceiptTimeoutError"],
  PERMISSION: ["UnauthorizedProviderError"],
  PERMANENT: [
    // abi.ts
    "AbiConstructorNotFoundError",
    "AbiConstructorParamsNotFoundError",
    "AbiDecodingDataSizeInvalidError",
    "AbiDecodingDataSizeTooSmallError",
    "AbiDecodingZeroDataError",
    "AbiEncodingArrayLengthMismatchError",
    "AbiEncodingBytesSizeMismatchError",
    "AbiEncodingLengthMismatchError",
    "AbiErrorInputsNotFoundError",
    "AbiErrorNotFoundError",
    "AbiErrorSignatureNotFoundError",
    "AbiEventNotFoundError",
    "AbiEventSignatureEmptyTopicsError",
    "AbiEventSignatureNotFoundError",
    "AbiFunctionNotFoundError",
    "AbiFunctionOutputsNotFoundError",
    "AbiFunctionSignatureNotFoundError",
    "AbiItemAmbiguityError",
    "BytesSizeMismatchError",
    "DecodeLogDataMismatch",
    "DecodeLogTopicsMismatch",
    "InvalidAbiDecodingTypeError",
    "InvalidAbiEncodingTypeError",
    "InvalidArrayError",
    "InvalidDefinitionTypeError",
    "UnsupportedPackedAbiType",
    // account.ts, address.ts, blob.ts
    "AccountNotFoundError",
    "AccountTypeNotSupportedError",
    "InvalidAddressError",
    "BlobSizeTooLargeError",
    "EmptyBlobError",
    "InvalidVersionedHashSizeError",
    "InvalidVersionedHashVersionError",
    // ccip.ts, chain.ts, contract.ts
    "OffchainLookupSenderMismatchError",
    "ChainDoesNotSupportContract",
    "ChainMismatchError",
    "ChainNotFoundError",
    "ClientChainNotConfiguredError",
    "InvalidChainIdError",
    "ContractFunctionRevertedError",
    "ContractFunctionZeroDataError",
    "CounterfactualDeploymentFailedError",
    "RawContractError",
    // cursor.ts, data.ts, eip712.ts, encoding.ts, ens.ts, fee.ts, log.ts
    "NegativeOffsetError",
    "PositionOutOfBoundsError",
    "RecursiveReadLimitExceededError",
    "SliceOffsetOutOfBoundsError",
    "SizeExceedsPaddingSizeError",
    "InvalidBytesLengthError",
    "Eip712DomainNotFoundError",
    "IntegerOutOfRangeError",
    "InvalidBytesBooleanError",
    "InvalidHexBooleanError",
    "InvalidHexValueError",
    "SizeOverflowError",
    "EnsAvatarInvalidMetadataError",
    "EnsAvatarInvalidNftUriError",
    "EnsAvatarUnsupportedNamespaceError",
    "EnsInvalidChainIdError",
    "BaseFeeScalarError",
    "Eip1559FeesNotSupportedError",
    "MaxFeePerGasTooLowError",
    "FilterTypeNotSupportedError",
    // node.ts, request.ts
    "ExecutionRevertedError",
    "FeeCapTooHighError",
    "NonceMaxValueError",
    "InsufficientFundsError",
    "IntrinsicGasTooHighError",
    "IntrinsicGasTooLowError",
    "TransactionTypeNotSupportedError",
    "TipAboveFeeCapError",
    "ResponseBodyTooLargeError",
    // rpc.ts: of wallets; the others have a code of JSON-RPC
    "UserRejectedRequestError",
    "UnsupportedProviderMethodError",
    "SwitchChainError",
    "UnsupportedNonOptionalCapabilityError",
    "UnsupportedChainIdError",
    "DuplicateIdError",
    "UnknownBundleIdError",
    "BundleTooLargeError",
    "AtomicReadyWalletRejectedUpgradeError",
    "AtomicityNotSupportedError",
    // siwe.ts, stateOverride.ts, transaction.ts, transport.ts, typedData.ts, unit.ts
    "SiweInvalidMessageFieldError",
    "AccountStateConflictError",
    "StateAssignmentConflictError",
    "FeeConflictError",
    "FeePayerNonceMismatchError",
    "InvalidLegacyVError",
    "InvalidYParityError",
    "InvalidSerializableTransactionError",
    "InvalidSerializedTransactionTypeError",
    "InvalidSerializedTransactionError",
    "InvalidStorageKeySizeError",
    "TransactionReceiptRevertedError",
    "UrlRequiredError",
    "InvalidDomainError",
    "InvalidPrimaryTypeError",
    "InvalidStructTypeError",
    "InvalidTypedDataTypeError",
    "InvalidDecimalNumberError",
  ],
};

const isViems = (link: Link): boolean => link.text("shortMessage") !== "" && link.text("version") !== "";

/** The words of the node first: "already known" is a nonce that is too low to viem, but to send it anew would send it twice. */
function viemRule(link: Link): Verdict {
  if (!isViems(link)) return undefined;
  const kind = kindOfCode(VIEM_NAMES, link.name);
  return kind && (kindOfNodeWords(link.text("details")) ?? kind);
}

/** A request over a WebSocket without an answer, where no cause says why. */
const viemFallback = (link: Link): Verdict => (link.name === "WebSocketRequestError" && isViems(link) ? "TRANSIENT" : undefined);

/** The answer of a node that had a status: the errors by code around it have lost that, and when to come back. */
const wrapsAnswer = (link: Link): boolean =>
  link.read("cause", "name") === "RpcRequestError" && link.read("cause", "status") !== undefined && isViems(link);

export const viem: Library = {
  name: "viem",
  looks: { fields: ["metaMessages"] },
  meaning: { rule: viemRule, fallbacks: [viemFallback] },
  onlyWraps: wrapsAnswer,
};
