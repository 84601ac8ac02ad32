/*
 * web3 4: its codes are numbers from 100 to 1301, which look like statuses of HTTP and are none. So each error is told by its name, if its code
 * is of that range. What the node answered is its cause, and says more where there is one.
 */
import { type Codes, kindOfCode, type Library, type Link, type Verdict } from "../shared/index.ts";

/* Sources: web3-errors src/error_codes.ts and src/errors/*.ts; web3-rpc-providers src/errors.ts. The codes stand behind the names. */
export const WEB3_NAMES: Codes = {
  TIMEOUT: [
    "OperationTimeoutError", // 203
    "TransactionPollingTimeoutError", // 426
    "TransactionSendTimeoutError", // 431
    "TransactionBlockTimeoutError", // 432
    "ConnectionTimeoutError", // 502
  ],
  TRANSIENT: [
    "TransactionMissingReceiptOrBlockHashError", // 427: not mined yet
    "TransactionReceiptMissingBlockNumberError", // 428: the same
    "ConnectionError", // 500
    "InvalidConnectionError", // 501: no connection to the node
    "ConnectionNotOpenError", // 503
    "ConnectionCloseError", // 504
    "MaxAttemptsReachedOnReconnectingError", // 505
    "PendingRequestsOnReconnectingError", // 506
    "ENSNetworkNotSyncedError", // 903
  ],
  RATE_LIMIT: ["QuickNodeRateLimitError"], // 1300
  PERMANENT: [
    "InvalidNumberOfParamsError", // 200
    "FormatterError", // 201
    "MethodNotImplementedError", // 202
    "OperationAbortError", // 204
    "AbiError", // 205
    "ExistingPluginNamespaceError", // 206
    "InvalidMethodParamsError", // 207
    "ResolverMethodMissingError", // 301
    "ContractMissingABIError", // 302
    "ContractOnceRequiresCallbackError", // 303
    "ContractEventDoesNotExistError", // 304
    "ContractReservedEventError", // 305
    "ContractMissingDeployDataError", // 306
    "ContractNoAddressDefinedError", // 307
    "ContractNoFromAddressDefinedError", // 308
    "ContractInstantiationError", // 309
    "ContractTransactionDataAndInputError", // 311
    "RevertInstructionError", // 401
    "TransactionRevertInstructionError", // 402
    "NoContractAddressFoundError", // 403
    "ContractCodeNotStoredError", // 404
    "TransactionRevertedWithoutReasonError", // 405
    "TransactionOutOfGasError", // 406
    "UndefinedRawTransactionError", // 407
    "InvalidTransactionWithSender", // 408
    "InvalidTransactionCall", // 409
    "MissingCustomChainError", // 410
    "MissingCustomChainIdError", // 411
    "ChainIdMismatchError", // 412
    "MissingChainOrHardforkError", // 413
    "CommonOrChainAndHardforkError", // 414
    "MissingGasError", // 415
    "InvalidGasOrGasPrice", // 416
    "InvalidMaxPriorityFeePerGasOrMaxFeePerGas", // 417
    "Eip1559GasPriceError", // 418
    "UnsupportedFeeMarketError", // 419
    "InvalidTransactionObjectError", // 420
    "InvalidNonceOrChainIdError", // 421
    "UnableToPopulateNonceError", // 422
    "Eip1559NotSupportedError", // 423
    "UnsupportedTransactionTypeError", // 424
    "TransactionDataAndInputError", // 425
    "LocalWalletNotAvailableError", // 429
    "TransactionNotFound", // 430
    "TransactionSigningError", // 433
    "TransactionGasMismatchError", // 434
    "ChainMismatchError", // 435
    "HardforkMismatchError", // 436
    "InvalidTransactionWithReceiver", // 437
    "TransactionRevertWithCustomError", // 438
    "InvalidPropertiesForTransactionTypeError", // 439
    "MissingGasInnerError", // 440
    "TransactionGasMismatchInnerError", // 441
    "RequestAlreadySentError", // 507
    "InvalidProviderError", // 601
    "InvalidClientError", // 602
    "PrivateKeyLengthError", // 701
    "InvalidPrivateKeyError", // 702
    "InvalidKdfError", // 703
    "KeyDerivationError", // 704
    "KeyStoreVersionError", // 705
    "InvalidPasswordError", // 706
    "IVLengthError", // 707
    "PBKDF2IterationsError", // 709
    "SignatureError", // 801
    "InvalidSignatureError", // 802
    "ENSUnsupportedNetworkError", // 902
    "Web3ValidatorError", // 1100
    "ConfigHardforkMismatchError", // 1101
    "ConfigChainMismatchError", // 1102
    "InvalidStringError", // 1001
    "InvalidBytesError", // 1002
    "InvalidNumberError", // 1003
    "InvalidUnitError", // 1004
    "InvalidAddressError", // 1005
    "HexProcessingError", // 1006
    "InvalidTypeError", // 1007
    "InvalidBooleanError", // 1008
    "InvalidUnsignedIntegerError", // 1009
    "InvalidSizeError", // 1010
    "InvalidLargeValueError", // 1011
    "InvalidBlockError", // 1012
    "InvalidTypeAbiInputError", // 1013
    "NibbleWidthError", // 1014
    "InvalidIntegerError", // 1015
    "SchemaFormatError", // 1200
    "ProviderConfigOptionsError", // 1301
  ],
};

/* These wrap what happened in a cause; without one they say no more than that something failed. */
export const WRAPPING: ReadonlySet<string> = /* @__PURE__ */ new Set([
  "ContractExecutionError", // 310
  "Web3ContractError", // 300
  "TransactionError", // 400
]);

const isWeb3s = (link: Link): boolean => {
  const code = link.read("code");
  return typeof code === "number" && code >= 100 && code <= 1301;
};

const web3Rule = (link: Link): Verdict => (isWeb3s(link) ? kindOfCode(WEB3_NAMES, link.name) : undefined);

export const web3: Library = {
  name: "web3",
  looks: { names: [WEB3_NAMES] },
  meaning: { rule: web3Rule },
  onlyWraps: (link) => WRAPPING.has(link.name) && isWeb3s(link),
};
