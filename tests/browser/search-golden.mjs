// Runs the golden queries against the search.js and the index of a built site, as a browser reads them:
//   node tests/browser/search-golden.mjs SITE [MESHFOLIO ROOT]
// With the program, its answers for the same registry must be the same, hit by hit and point by point.
// Prints what was read; ends with 1 when a query misses its place, an answer differs, or a budget is exceeded.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { BUDGET, openIndex, zipped } from "./search-index.mjs";

const [site, program, root] = process.argv.slice(2);
if (!site) {
  console.error("usage: node search-golden.mjs SITE [MESHFOLIO ROOT]");
  process.exit(2);
}

const SHOWN = 10;
const faults = [];

function golden() {
  const file = join(dirname(fileURLToPath(import.meta.url)), "../search/queries.tsv");
  const rows = readFileSync(file, "utf8").split("\n").filter(line => line && !line.startsWith("#"));
  return rows.map(row => {
    const [query, place, page, column] = row.split("\t");
    return { query, place: Number(place), page, column };
  });
}

const rows = golden();
let gain = 0;
const costs = [];
const shared = openIndex(site);
for (const { query, place, page, column } of rows) {
  // Every query on a page of its own shows what a first query costs.
  const own = openIndex(site);
  const result = await own.search(query, SHOWN);
  const at = result.hits.findIndex(hit => hit.card.page === page) + 1;
  gain += at ? 1 / Math.log2(at + 1) : 0;
  if (!at || at > place) faults.push(`“${query}”: ${page} is ${at ? `hit ${at}` : "not found"}, wanted among the first ${place}`);
  else if (column) {
    const hit = result.hits[at - 1];
    const links = hit.columns.map(name => hit.card.column(name));
    if (!links.includes(column)) faults.push(`“${query}”: no link to ${column}, but to ${links.join(", ") || "no column"}`);
  }
  const bytes = own.reads.reduce((sum, read) => sum + read.size, 0);
  costs.push({ query, bytes, files: own.reads.length });
  if (bytes > BUDGET.first) faults.push(`“${query}” reads ${bytes} bytes at first, more than ${BUDGET.first}`);
  // Further words and misspelt ones read a few small files more.
  const isPlain = result.words.length <= 1 && !result.hits[0]?.matches.some(match => match.quality < 2);
  if (isPlain && own.reads.length > BUDGET.files) faults.push(`“${query}” reads ${own.reads.length} files at first, more than ${BUDGET.files}`);
  const before = shared.reads.length;
  await shared.search(query, SHOWN);
  const next = shared.reads.slice(before).reduce((sum, read) => sum + read.size, 0);
  if (before && next > BUDGET.next) faults.push(`“${query}” reads ${next} bytes more, more than ${BUDGET.next}`);

  if (program) {
    const args = ["-C", root ?? ".", "--quiet", "search", "--format", "json", "--limit", String(SHOWN), "--", query];
    const told = JSON.parse(execFileSync(program, args, { encoding: "utf8" }));
    const below = url => url.replace(/^https?:\/\/[^/]*\//, "");
    const show = (page, points, columns) => `${page} ${points.toFixed(2)} ${columns.join(",")}`;
    const theirs = told.hits.map(hit => show(below(hit.url), hit.points, hit.columns.map(column => column.name)));
    const ours = result.hits.map(hit => show(hit.card.page, hit.points / 100, hit.columns));
    if (result.isWhole && told.total !== result.total) faults.push(`“${query}”: ${result.total} in the browser, ${told.total} on the shell`);
    theirs.forEach((line, index) => {
      if (line !== ours[index]) faults.push(`“${query}”, hit ${index + 1}: ${ours[index]} in the browser, ${line} on the shell`);
    });
  }
}

for (const [file, limit] of [["assets/search.js", BUDGET.script], ["assets/site.js", BUDGET.loader]]) {
  const bytes = zipped(site, file);
  console.log(`${file}: ${bytes} bytes`);
  if (bytes > limit) faults.push(`${file} has ${bytes} bytes, more than ${limit}`);
}
costs.sort((a, b) => a.bytes - b.bytes);
const worst = costs.at(-1), median = costs[Math.floor(costs.length / 2)];
console.log(`first query: ${median.bytes} bytes median, ${worst.bytes} at most (${worst.files} files, “${worst.query}”); most files ${Math.max(...costs.map(cost => cost.files))}`);
console.log(`${rows.length} queries, nDCG@${SHOWN} ${(gain / rows.length).toFixed(3)}, ${faults.length} faults`);
faults.forEach(fault => console.error(fault));
process.exit(faults.length ? 1 : 0);
