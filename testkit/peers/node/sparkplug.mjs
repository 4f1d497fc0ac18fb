// Encodes and decodes Sparkplug B payloads by another's library: a JSON object
// a line comes in and leaves in base64, or the other way round with "decode".
import readline from "node:readline";
import sparkplug from "sparkplug-payload";

const { encodePayload, decodePayload } = sparkplug.get("spBv1.0");
const plain = (_, v) => (typeof v === "object" && v !== null && "unsigned" in v ? Number(v) : v);

for await (const line of readline.createInterface({ input: process.stdin })) {
  if (process.argv[2] === "decode") {
    console.log(JSON.stringify(decodePayload(Buffer.from(line, "base64")), plain));
  } else {
    console.log(Buffer.from(encodePayload(JSON.parse(line))).toString("base64"));
  }
}
