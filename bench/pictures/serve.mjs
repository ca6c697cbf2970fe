// The proxy as a server beside ipx, on the same origin on this machine, eight requests at a time: processor time for
// each picture that is made, requests a second for what was made before, and the most memory that each took, its child
// processes included.
//
// usage: node serve.mjs SERVER DIRECTORY SECONDS PHOTOGRAPH…   (NODE_PATH names where ipx is)
//
// SERVER is the bench `picture_server` of crates/wirecopy. Each photograph is asked for under twenty addresses.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { Agent, createServer, get } from "node:http";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const CONCURRENCY = 8;
const COPIES = 20;
const CASES = [
  ["JPEG q80, 900 wide", "w=900&q=80", "w_900,q_80"],
  ["WebP q75, 900 wide", "w=900&q=75&output=webp", "w_900,q_75,f_webp"],
];
const TICK = 10; // milliseconds of processor time, as Linux counts them (man 5 proc, sysconf(_SC_CLK_TCK) = 100)

const [program, directory, seconds, ...photographs] = process.argv.slice(2);

// Answers with a photograph for any address that ends in its number.
async function origin() {
  const files = photographs.map((path) => readFileSync(path));
  const server = createServer((request, response) => {
    const file = files[Number(/(\d+)\.jpg$/.exec(request.url)?.[1] ?? 0)];
    response.writeHead(200, { "Content-Type": "image/jpeg", "Content-Length": file.length });
    response.end(file);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return server;
}

async function started(command, ...commandArguments) {
  const child = spawn(command, commandArguments, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { child, address: (await lines.next()).value };
}

// A process and all beneath it that are alive.
function tree(root) {
  const parents = new Map();
  for (const name of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    try {
      parents.set(Number(name), Number(fields(name)[1]));
    } catch {
      // It has ended since.
    }
  }
  const found = [root];
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child);
  return found;
}

// The fields of its state from the third on: behind the name, which may hold anything.
const fields = (id) => readFileSync(`/proc/${id}/stat`, "utf8").replace(/^.*\) /s, "").split(" ");

// With that of children that have ended (fields 14 to 17).
function processorTime(root) {
  const own = (id) => fields(id).slice(11, 15).map(Number).reduce((sum, ticks) => sum + ticks, 0);
  return tree(root).map(own).reduce((sum, ticks) => sum + ticks, 0) * TICK;
}

// The sum of what each process took at most.
function peak(root) {
  const own = (id) => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${id}/status`, "utf8"))[1]) / 1000;
  return tree(root).map(own).reduce((sum, megabytes) => sum + megabytes, 0);
}

function ask(agent, url) {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent }, (response) => {
      let bytes = 0;
      response.on("data", (part) => (bytes += part.length));
      response.on("end", () => (response.statusCode === 200 ? resolve(bytes) : reject(new Error(`${url}: ${response.statusCode}`))));
    });
    request.on("error", reject);
  });
}

// Each address once.
async function once(agent, urls) {
  const waiting = [...urls];
  const sizes = [];
  const worker = async () => {
    while (waiting.length > 0) sizes.push(await ask(agent, waiting.pop()));
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return sizes.reduce((sum, size) => sum + size, 0) / sizes.length;
}

// The addresses over and over, and how many were answered in a second.
async function again(agent, urls) {
  const begun = performance.now();
  let count = 0;
  const worker = async () => {
    while (performance.now() - begun < seconds * 1000) await ask(agent, urls[count++ % urls.length]);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return (count / (performance.now() - begun)) * 1000;
}

async function measured({ child }, urls) {
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const before = processorTime(child.pid);
  const bytes = await once(agent, urls);
  const cold = (processorTime(child.pid) - before) / urls.length;
  const warm = await again(agent, urls);
  agent.destroy();
  return { bytes, cold, warm, memory: peak(child.pid) };
}

const source = await origin();
const host = `127.0.0.1:${source.address().port}`;
console.log("| | ipx | ours | CPU cold | requests warm | peak memory |\n|---|---|---|---|---|---|");
for (const [name, query, modifiers] of CASES) {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  const [we, they] = [
    await started(program, host, directory),
    await started("node", fileURLToPath(new URL("ipx.mjs", import.meta.url))),
  ];
  const pictures = Array.from({ length: COPIES * photographs.length }, (_, n) => `http://${host}/${n}-${n % photographs.length}.jpg`);
  const theirs = await measured(they, pictures.map((url) => `http://${they.address}/${modifiers}/${url}`));
  const ours = await measured(we, pictures.map((url) => `http://${we.address}/image?url=${encodeURIComponent(url)}&${query}`));
  for (const { child } of [we, they]) child.stdin.end();
  const told = ({ cold, bytes, warm, memory }) =>
    `${cold.toFixed(0)} ms, ${(bytes / 1000).toFixed(0)} kB, ${warm.toFixed(0)}/s, ${memory.toFixed(0)} MB`;
  const ratio = (field) => (ours[field] / theirs[field]).toFixed(2);
  console.log(`| ${[name, told(theirs), told(ours), ratio("cold"), ratio("warm"), ratio("memory")].join(" | ")} |`);
}
source.close();
