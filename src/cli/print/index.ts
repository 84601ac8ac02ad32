export { isPlainObject, kindInWords } from "./kind-in-words.ts";
export { type DefaultReaction, type Explanation, printClassification } from "./print-classification.ts";
export { type Diagnosis, printDiagnosis } from "./print-diagnosis.ts";
export { printReports } from "./print-reports.ts";
export { progressLine } from "./progress-line.ts";
export { writePage } from "./report-page.ts";
export { painter, type Terminal, widthOf } from "./terminal.ts";
export { columns, wrap } from "./wrap.ts";
