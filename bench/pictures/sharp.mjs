// sharp as a worker for compare.mjs: jobs and answers as those of src/main.rs, with a JSON object of options in the
// place of the query, and `png<tab>picture<tab>output`, which decodes anything for the score.
import { createInterface } from "node:readline";
import { statSync } from "node:fs";
import { createRequire } from "node:module";

const sharp = createRequire(import.meta.url)("sharp");

sharp.concurrency(1);
sharp.cache(false);

for await (const line of createInterface({ input: process.stdin })) {
  const [kind, ...job] = line.split("\t");
  if (kind === "png") {
    await sharp(job[0]).png().toFile(job[1]);
    console.log("done");
    continue;
  }
  const { format, ...options } = JSON.parse(job[0]);
  const begun = process.cpuUsage();
  await sharp(job[1]).resize(900)[format](options).toFile(job[2]);
  const { user, system } = process.cpuUsage(begun);
  console.log(`${(user + system) * 1000} ${statSync(job[2]).size}`);
}
