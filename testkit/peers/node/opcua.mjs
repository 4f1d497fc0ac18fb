// A server with one variable, Energy, that goes through the known hour: each
// value at its own instant, at the pace of a line on standard input.
//   node opcua.mjs PORT FOLDER START STEPS
// When it listens it writes the SHA-256 of its certificate to FOLDER/sha256.
import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  DataType, MessageSecurityMode, OPCUACertificateManager, OPCUAServer, SecurityPolicy, StatusCodes, UserTokenType, Variant,
} from "node-opcua";

const [port, folder, start, steps] = process.argv.slice(2);
const certificates = new OPCUACertificateManager({ automaticallyAcceptUnknownCertificate: true, rootFolder: folder });
await certificates.initialize();

const server = new OPCUAServer({
  port: Number(port),
  host: "127.0.0.1",
  hostname: "127.0.0.1",
  serverCertificateManager: certificates,
  securityPolicies: [SecurityPolicy.None, SecurityPolicy.Basic256Sha256],
  securityModes: [MessageSecurityMode.None, MessageSecurityMode.Sign, MessageSecurityMode.SignAndEncrypt],
  allowAnonymous: true,
  userManager: { isValidUser: (user, password) => user === "lingtan" && password === "a mine's word" },
});
await server.initialize();

const space = server.engine.addressSpace;
const own = space.getOwnNamespace();
const energy = own.addVariable({
  organizedBy: space.rootFolder.objects, browseName: "Energy", nodeId: "s=Energy", dataType: "Double", minimumSamplingInterval: 10,
});
space.installHistoricalDataNode(energy, { maxOnlineValues: 1000 });

const tell = (step) => energy.setValueFromSource(
  new Variant({ dataType: DataType.Double, value: 1000 + 4 * step }), StatusCodes.Good, new Date(Number(start) + 60_000 * step),
);
tell(0);
await server.start();
writeFileSync(join(folder, "sha256"), createHash("sha256").update(server.getCertificate()).digest("hex"));

let step = 0;
for await (const line of createInterface({ input: process.stdin })) {
  if (line === "end") break;
  if (++step < Number(steps)) tell(step);
}
await server.shutdown(0);
process.exit(0);
