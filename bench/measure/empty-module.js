/** What import.js compares with: the price of importing any file. */
export {};
