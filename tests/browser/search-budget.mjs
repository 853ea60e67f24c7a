// Measures what queries read of the index of a built site, as a browser would:
//   node tests/browser/search-budget.mjs SITE [QUERIES]
// Queries are drawn from what the cards show, always the same ones: one word, a beginning, two and three words, a
// column, a word with a letter missing. Each is asked on a page of its own (first) and after another (next).
// Ends with 1 when a budget is exceeded.
import { openIndex, BUDGET } from "./search-index.mjs";

const [site, wanted] = process.argv.slice(2);
if (!site) {
  console.error("usage: node search-budget.mjs SITE [QUERIES]");
  process.exit(2);
}
const perKind = Math.max(1, Math.floor(Number(wanted ?? 240) / 6));

// A generator of our own: the same queries on every machine.
let state = 20261121;
const draw = (n) => { state = (Math.imul(state, 1664525) + 1013904223) >>> 0; return Math.floor((state / 2 ** 32) * n); };

const all = openIndex(site);
const titles = [], columns = [];
const total = (await all.search("kind:product kind:object", 0)).entries;
for (let n = 0; n < 400; n++) {
  const card = await all.card(total[draw(total.length)]);
  const words = all.split(card.title).flatMap((compound) => compound.words).filter((word) => word.length > 3);
  if (words.length) titles.push(words);
  if (card.kind === "object" && card.columns.length) columns.push(card.columns[draw(card.columns.length)]);
}
const word = () => { const words = titles[draw(titles.length)]; return words[draw(words.length)]; };
const kinds = {
  "one word": word,
  "a beginning": () => word().slice(0, 1 + draw(3)),
  "two words": () => titles.filter((words) => words.length > 1)[draw(titles.filter((words) => words.length > 1).length)].slice(0, 2).join(" "),
  "three words": () => `${word()} ${word()} ${word()}`,
  "a column": () => columns[draw(columns.length)],
  "a letter missing": () => { const text = word(), at = 1 + draw(text.length - 1); return text.slice(0, at) + text.slice(at + 1); },
};

const size = (reads) => reads.reduce((sum, read) => sum + read.size, 0);
const at = (sorted, share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
let isOver = false;
console.log(`${"".padEnd(18)}${"first, bytes: median   p95   most   files"}   next: median   p95   most`);
for (const [name, make] of Object.entries(kinds)) {
  const first = [], next = [], files = [];
  for (let n = 0; n < perKind; n++) {
    const query = make(), page = openIndex(site);
    await page.search(query, 10);
    first.push(size(page.reads));
    files.push(page.reads.length);
    const read = page.reads.length;
    await page.search(make(), 10);
    next.push(size(page.reads.slice(read)));
  }
  for (const list of [first, next, files]) list.sort((a, b) => a - b);
  const column = (number, width) => String(number).padStart(width);
  console.log(`${name.padEnd(18)}${column(at(first, 0.5), 20)}${column(at(first, 0.95), 7)}${column(first.at(-1), 7)}${column(files.at(-1), 8)}${column(at(next, 0.5), 14)}${column(at(next, 0.95), 7)}${column(next.at(-1), 7)}`);
  // The budget of files is that of one word; each further word may read as many again. A column is a compound of words.
  // What a next query reads has one budget, whatever is asked.
  const words = { "two words": 2, "three words": 3, "a column": 2, "a letter missing": 2 }[name] ?? 1;
  const over = [["first", first.at(-1), BUDGET.first], ["next", next.at(-1), BUDGET.next], ["files", files.at(-1), BUDGET.files * words]];
  for (const [what, most, budget] of over.filter(([, most, budget]) => most > budget)) {
    console.error(`${name}: ${what} is ${most}, the budget is ${budget}`);
    isOver = true;
  }
}
if (isOver) console.error("a budget is exceeded");
process.exit(isOver ? 1 : 0);
