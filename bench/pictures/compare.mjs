// The proxy's pictures beside sharp's: 5.8 megapixels to 900 wide, the same photographs, the least quality of ours that
// scores at least as sharp's file does, processor time as the least of several, the two asked in turn.
//
// usage: node compare.mjs WORKER DIRECTORY ROUNDS PHOTOGRAPH…   (NODE_PATH names where sharp is)
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";

const sharp = createRequire(import.meta.url)("sharp");

const [program, directory, rounds, ...photographs] = process.argv.slice(2);
const WIDTH = 2952;
const HEIGHT = 1968;
const CASES = [
  ["JPEG q80", { format: "jpeg", quality: 80 }, "w=900"],
  ["mozjpeg q75", { format: "jpeg", quality: 75, mozjpeg: true }, "w=900&il"],
  ["WebP q75", { format: "webp", quality: 75 }, "w=900&output=webp"],
  ["AVIF q50", { format: "avif", quality: 50 }, "w=900&output=avif"],
];

class Worker {
  constructor(command, ...commandArguments) {
    this.child = spawn(command, commandArguments, { stdio: ["pipe", "pipe", "inherit"] });
    this.lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }
  async ask(...job) {
    this.child.stdin.write(job.join("\t") + "\n");
    return (await this.lines.next()).value;
  }
  async make(...job) {
    const [time, bytes] = (await this.ask("make", ...job)).split(" ").map(Number);
    return { milliseconds: time / 1e6, bytes };
  }
  // The most memory that it had so far, in megabytes.
  peak() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/VmHWM:\s+(\d+)/.exec(status)[1]) / 1000;
  }
  end() {
    this.child.stdin.end();
  }
}

const ours = () => new Worker(program);
const theirs = () => new Worker("node", fileURLToPath(new URL("sharp.mjs", import.meta.url)));
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

// Each photograph as a JPEG of the one size, and what it is to look like at 900: scaled from all of its pixels.
async function prepare(photograph, number) {
  const [source, reference] = [`${directory}/${number}.jpg`, `${directory}/${number}.png`];
  await sharp(photograph).resize(WIDTH, HEIGHT, { fit: "cover" }).jpeg({ quality: 92 }).toFile(source);
  const { data, info } = await sharp(source).raw().toBuffer({ resolveWithObject: true });
  await sharp(data, { raw: info }).resize(900).png().toFile(reference);
  return { source, reference };
}

async function compare([name, options, query], photos) {
  const [we, they] = [ours(), theirs()];
  const score = async (reference, file) => {
    await they.ask("png", file, `${directory}/seen.png`);
    return Number(await we.ask("score", reference, `${directory}/seen.png`));
  };
  const rows = [];
  for (const { source, reference } of photos) {
    const [mine, other] = [`${directory}/ours`, `${directory}/theirs`];
    const wanted = (await they.make(JSON.stringify(options), source, other), await score(reference, other));
    let [low, high] = [5, 98];
    while (low < high) {
      const middle = (low + high) >> 1;
      await we.make(`${query}&q=${middle}`, source, mine);
      if ((await score(reference, mine)) >= wanted) high = middle;
      else low = middle + 1;
    }
    const sides = { we: [], they: [] };
    for (let round = 0; round < rounds; round++) {
      sides.we.push(await we.make(`${query}&q=${low}`, source, mine));
      sides.they.push(await they.make(JSON.stringify(options), source, other));
    }
    const least = (made) => Math.min(...made.map(({ milliseconds }) => milliseconds));
    rows.push({
      quality: low,
      scores: [await score(reference, mine), wanted],
      milliseconds: [least(sides.we), least(sides.they)],
      bytes: [sides.we[0].bytes, sides.they[0].bytes],
    });
  }
  we.end();
  they.end();
  return { name, rows, peaks: await peaks(options, query, photos, mean(rows.map((row) => row.quality)) | 0) };
}

// In processes that do nothing else.
async function peaks(options, query, photos, quality) {
  const [we, they] = [ours(), theirs()];
  for (const { source } of photos) {
    await we.make(`${query}&q=${quality}`, source, `${directory}/ours`);
    await they.make(JSON.stringify(options), source, `${directory}/theirs`);
  }
  const found = [we.peak(), they.peak()];
  we.end();
  they.end();
  return found;
}

function report({ name, rows, peaks }) {
  const both = (field) => [0, 1].map((side) => mean(rows.map((row) => row[field][side])));
  const [[time, itsTime], [bytes, itsBytes], [points, itsPoints]] = ["milliseconds", "bytes", "scores"].map(both);
  const qualities = rows.map((row) => row.quality);
  const cells = [
    name,
    `${itsTime.toFixed(0)} ms, ${(itsBytes / 1000).toFixed(0)} kB, ${itsPoints.toFixed(1)}, ${peaks[1].toFixed(0)} MB`,
    `${time.toFixed(0)} ms, ${(bytes / 1000).toFixed(0)} kB, ${points.toFixed(1)}, ${peaks[0].toFixed(0)} MB`,
    `${Math.min(...qualities)} to ${Math.max(...qualities)}`,
    (time / itsTime).toFixed(2),
    (bytes / itsBytes).toFixed(2),
    (peaks[0] / peaks[1]).toFixed(2),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}

mkdirSync(directory, { recursive: true });
const photos = [];
for (const [number, photograph] of photographs.entries()) photos.push(await prepare(photograph, number));
console.log("| | sharp | ours | our q | CPU | bytes | peak memory |\n|---|---|---|---|---|---|---|");
for (const one of CASES) report(await compare(one, photos));
