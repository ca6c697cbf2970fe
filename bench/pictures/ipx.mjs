// ipx as a server for serve.mjs: prints where it listens, and serves until its standard input ends.
import { createServer } from "node:http";
import { createRequire } from "node:module";

const { createIPX, createIPXNodeServer, ipxHttpStorage } = createRequire(import.meta.url)("ipx");

const ipx = createIPX({ storage: ipxHttpStorage({ allowAllDomains: true }), httpStorage: ipxHttpStorage({ allowAllDomains: true }) });
const server = createServer(createIPXNodeServer(ipx));
server.listen(0, "127.0.0.1", () => console.log(`127.0.0.1:${server.address().port}`));
process.stdin.resume();
process.stdin.on("end", () => process.exit());
