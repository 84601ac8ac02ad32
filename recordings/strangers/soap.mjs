import soap from "soap";
import { plainUrl, say } from "../built-in-hosts.mjs";
import { badGateway } from "../servers.mjs";

const wsdl = `<?xml version="1.0"?><definitions name="S" targetNamespace="urn:s" xmlns="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:tns="urn:s" xmlns:xsd="http://www.w3.org/2001/XMLSchema"><message name="In"><part name="a" type="xsd:string"/></message><message name="Out"><part name="b" type="xsd:string"/></message><portType name="P"><operation name="Pay"><input message="tns:In"/><output message="tns:Out"/></operation></portType><binding name="B" type="tns:P"><soap:binding style="rpc" transport="http://schemas.xmlsoap.org/soap/http"/><operation name="Pay"><soap:operation soapAction="Pay"/><input><soap:body use="literal" namespace="urn:s"/></input><output><soap:body use="literal" namespace="urn:s"/></output></operation></binding><service name="S"><port name="P" binding="tns:B"><soap:address location="${plainUrl}/s"/></port></service></definitions>`;
const call = async (status, body, type = "text/xml; charset=utf-8") => {
  say(200, wsdl, { "content-type": "text/xml" });
  const client = await soap.createClientAsync(`${plainUrl}/s?wsdl`, { disableCache: true });
  say(status, body, { "content-type": type });
  await client.PayAsync({ a: "1" });
};
const fault = (code, text, detail = "") =>
  `<?xml version="1.0" encoding="UTF-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" xmlns:wsse="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"><soap:Body><soap:Fault><faultcode>${code}</faultcode><faultstring>${text}</faultstring>${detail}</soap:Fault></soap:Body></soap:Envelope>`;

export default {
  library: "soap",
  packages: ["soap"],
  cases: [
    {
      id: "fault.server",
      provoked: "a call, answered 500 with a soap:Server fault",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "the server could not process it",
      run: () => call(500, fault("soap:Server", "Internal processing error")),
    },
    {
      id: "fault.client",
      provoked: "a call, answered 500 with a soap:Client fault",
      how: "provoked",
      expected: "PERMANENT",
      because: "the request is wrong, says the fault, whatever the status says",
      run: () => call(500, fault("soap:Client", "Invalid account number", "<detail><code>E-104</code></detail>")),
    },
    {
      id: "fault.auth",
      provoked: "a call, answered 500 with wsse:FailedAuthentication",
      how: "provoked",
      expected: "AUTH",
      because: "the security token is refused",
      run: () => call(500, fault("wsse:FailedAuthentication", "The security token could not be authenticated or authorized")),
    },
    {
      id: "502.html",
      provoked: "a call, answered 502 with a page",
      how: "provoked",
      expected: "SERVER_ERROR",
      because: "bad gateway",
      run: () => call(502, badGateway, "text/html"),
    },
  ],
};
