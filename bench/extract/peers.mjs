// Readability.js over the same pages as `extract-bench`, on linkedom, in one process: processor time, and
// predictions for the evaluation sets' own scorer.
//
// usage: node peers.mjs SETS OUTPUT
// needs: npm install @mozilla/readability@0.6.0 linkedom@0.18.15, in a directory that NODE_PATH names
//
// It is given decoded text, as `extract-bench` gives it to the peers written in Rust. The processor time is the
// process's, so that the collector's threads count too.

import { createWriteStream, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

const require = createRequire(import.meta.url);
const { Readability } = require("@mozilla/readability");
const { parseHTML } = require("linkedom");

/** Names of encodings in the gold that the web's decoders call otherwise. */
const LABELS = { "utf-8-sig": "utf-8", utf_8: "utf-8" };

function decoded(bytes, charset) {
  const label = LABELS[charset] ?? charset ?? "utf-8";
  try {
    return new TextDecoder(label).decode(bytes);
  } catch {
    return new TextDecoder("utf-8").decode(bytes);
  }
}

/** The lines of an article: each block's text, the blocks within it apart. */
function lines(element) {
  const blocks = "p, h1, h2, h3, h4, h5, h6, li, blockquote, pre, td, th, dt, dd, figcaption, div";
  for (const block of element.querySelectorAll(blocks)) block.append("\n");
  for (const line of element.querySelectorAll("br")) line.replaceWith("\n");
  return element.textContent.split("\n").map((line) => line.trim().replace(/\s+/g, " ")).filter(Boolean).join("\n");
}

function extracted(html) {
  const { document } = parseHTML(html);
  const found = new Readability(document, { serializer: (element) => element }).parse();
  if (!found) return {};
  return { body: lines(found.content), title: found.title, author: found.byline, date: found.publishedTime };
}

function* pages(sets) {
  for (const set of readdirSync(sets).sort()) {
    const directory = join(sets, set, "dev");
    for (const line of readFileSync(join(directory, "gold.jsonl"), "utf8").split("\n").filter(Boolean)) {
      const gold = JSON.parse(line);
      const bytes = gunzipSync(readFileSync(join(directory, `${gold.id}.html.gz`)));
      yield { set, id: gold.id, html: decoded(bytes, gold.charset) };
    }
  }
}

function seconds(usage) {
  return (usage.user + usage.system) / 1e6;
}

const [sets, output] = process.argv.slice(2);
const out = createWriteStream(join(output, "readability-js.jsonl"));
let [total, slowest, count] = [0, 0, 0];
extracted("<p>What is loaded at first use is not the first page's to pay.</p>");
for (const { set, id, html } of pages(sets)) {
  const start = process.cpuUsage();
  let found;
  try {
    found = extracted(html);
  } catch (error) {
    found = { error: String(error) }; // A peer's fault costs it the page.
  }
  const taken = seconds(process.cpuUsage(start));
  total += taken;
  slowest = Math.max(slowest, taken);
  count += 1;
  out.write(JSON.stringify({ ...found, set, id }) + "\n");
}
out.end();
console.log("| engine | CPU s | pages/s | slowest page ms |\n|---|---|---|---|");
console.log(`| readability-js | ${total.toFixed(2)} | ${(count / total).toFixed(0)} | ${(slowest * 1000).toFixed(0)} |`);
