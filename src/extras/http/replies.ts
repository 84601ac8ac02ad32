/*
 * Clients of FTP and SMTP, whose replies are numbers as HTTP's statuses are: basic-ftp, nodemailer. What the numbers mean is in
 * core/failure/other-protocols.ts, for the default classifier knows them too. AMQP's are with the brokers, which read the words around them;
 * here they are told by the number alone.
 */
import { kindOfReply } from "../../core/failure/other-protocols.ts";
import type { Library } from "../shared/index.ts";

export const replies: Library = {
  name: "replies",
  looks: {
    fields: ["responseCode", "classId"],
    // Every error of these protocols is named for them.
    names: [/ftp|smtp|nodemailer/i],
  },
  meaning: {
    rule: ({ reader, error, name }) => kindOfReply(reader, error, name, reader.read(error, "code")),
  },
};
