// Opens the index of a built site with its own search.js, as a new page does: there is no document, files come from
// disk, and each is counted with its size after gzip.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import vm from "node:vm";
import { gzipSync } from "node:zlib";

/** Bytes after gzip, and files. */
export const BUDGET = { script: 14_000, loader: 1_500, first: 100_000, next: 50_000, files: 16 };

const sizes = new Map();

/** Returns the size of a file of the site after gzip. */
export function zipped(site, path) {
  const full = join(site, path);
  if (!sizes.has(full)) sizes.set(full, gzipSync(readFileSync(full), { level: 9 }).length);
  return sizes.get(full);
}

/** Opens a page: its search, its cards, its words, and what was read so far. */
export function openIndex(site) {
  const reads = [];
  const context = vm.createContext({});
  context.host = {
    load(path, fail) {
      try {
        const text = readFileSync(join(site, path.split("?")[0]), "utf8");
        reads.push({ path, size: zipped(site, path.split("?")[0]) });
        vm.runInContext(text, context, { filename: path });
      } catch {
        fail();
      }
    },
  };
  vm.runInContext(readFileSync(join(site, "assets/search.js"), "utf8"), context, { filename: "search.js" });
  const { split, parse, find, card, columnsOf } = context.meshfolio;
  async function search(text, limit) {
    const result = await find(parse(text));
    const hits = result.hits.slice(0, limit).map(async (hit) => {
      const shown = await card(hit.entry);
      return { ...hit, card: shown, columns: columnsOf(result, hit, shown) };
    });
    return { ...result, hits: await Promise.all(hits) };
  }
  return { search, card, split, reads };
}
