import { PDFDocument } from "pdf-lib";

export default {
  library: "pdf-lib",
  packages: ["pdf-lib"],
  cases: [
    {
      id: "no-header",
      provoked: "load of bytes that are no PDF",
      how: "provoked",
      expected: "PERMANENT",
      because: "bad input",
      run: () => PDFDocument.load(Buffer.from("no pdf")),
    },
    {
      id: "encrypted",
      provoked: "load of an encrypted PDF",
      how: "provoked",
      expected: "PERMANENT",
      because: "the same file fails again",
      run: async () => {
        const pdf =
          "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n3 0 obj\n<</Filter/Standard/V 1/R 2/O(a)/U(b)/P -4>>\nendobj\ntrailer\n<</Root 1 0 R/Size 4/Encrypt 3 0 R>>\nstartxref\n0\n%%EOF\n";
        await PDFDocument.load(Buffer.from(pdf));
      },
    },
  ],
};
