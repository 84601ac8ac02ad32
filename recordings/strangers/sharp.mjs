import sharp from "sharp";

export default {
  library: "sharp",
  packages: ["sharp"],
  cases: [
    {
      id: "unsupported",
      provoked: "metadata of bytes that are no picture",
      how: "provoked",
      expected: "PERMANENT",
      because: "bad input",
      run: () => sharp(Buffer.from("no picture")).metadata(),
    },
    {
      id: "missing-file",
      provoked: "resize of a file that is not there",
      how: "provoked",
      expected: "PERMANENT",
      because: "not found",
      run: () => sharp("/nowhere/a.png").resize(10).toBuffer(),
    },
  ],
};
