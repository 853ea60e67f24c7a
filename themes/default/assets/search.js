// The search of the catalog: reads the index in search/ and shows what it finds, on the search page and below the
// search box of every page. Texts only become text: nothing here writes HTML. src/render/search/ has the same words,
// points and order in Rust; tests/search/queries.tsv holds the two together.
(function (self) {
  "use strict";
  if (self.meshfolio) return;

  // ---- Words, as src/render/search/words.rs splits them

  const EMPTY = new Set("a all an and are as at by can do does for from how i in is it me my no of on or our owns the to we what when where which who with".split(" "));
  const normal = text => text.normalize("NFKD").replace(/\p{M}/gu, "").normalize("NFC");
  const clip = word => [...word].slice(0, 40).join("");
  const lower = c => c === "ß" || c === "ẞ" ? "ss" : c === "ς" ? "σ" : c.toLowerCase();
  const fold = text => [...normal(text)].filter(c => /[\p{Alphabetic}\p{N}]/u.test(c)).map(lower).join("");
  // The plural of a singular, and what the singular of a plural may be.
  const numbers = word => {
    const found = [[/(.)ies$/su, "$1y"], [/(.[sxz]|[cs]h)es$/su, "$1"], [/(..[^s])s$/su, "$1"]].map(([end, one]) => word.replace(end, one)).filter(one => one !== word);
    return found[0] ? found : [word.replace(/([^aeiou])y$/, "$1ie").replace(/([sxz]|[cs]h)$/, "$1e") + "s"];
  };

  // U upper, l lower or without case, 9 digit, d of a script without spaces, - joint, space
  function classOf(c) {
    if (c < "\x80") return /[a-z]/.test(c) ? "l" : /[A-Z]/.test(c) ? "U" : /\d/.test(c) ? "9" : /[_\-./:]/.test(c) ? "-" : " ";
    if (/[\u3005\u3041-\u30ff\u3400-\u9fff\u{20000}-\u{3ffff}]/u.test(c)) return "d";
    return /\p{N}/u.test(c) ? "9" : /\p{Uppercase}/u.test(c) ? "U" : /\p{Alphabetic}/u.test(c) ? "l" : " ";
  }

  function split(text) {
    const found = [], all = [...normal(text)];
    let words = [], word = "", last = " ", dense = "", run = 0;
    const endWord = () => { if (word) words.push(word); word = "" };
    const end = () => {
      endWord();
      if (words.length) found.push({ words: words.map(clip), joined: words.length > 1 ? clip(words.join("")) : "" });
      words = [];
    };
    const pair = text => found.push({ words: [text], joined: "" });
    all.forEach((c, at) => {
      const now = classOf(c);
      if (last === "d" && now !== "d") {
        if (run === 1) pair(dense);
        dense = "", run = 0;
      }
      if (now === "d") {
        end();
        if (dense) pair(dense + c);
        dense = c, run++;
      } else if (now === " ") end();
      else if (now === "-") endWord();
      else {
        const two = last + now;
        if (/^(lU|9[Ul]|[Ul]9)$/.test(two) || two === "UU" && at + 1 < all.length && /\p{Lowercase}/u.test(all[at + 1])) endWord();
        word += lower(c);
      }
      last = now;
    });
    if (run === 1) pair(dense);
    end();
    return found;
  }

  // ---- Queries, as query.rs reads them

  const KEYS = ["class", "domain", "evidence", "fresh", "has", "kind", "owner", "status", "tag", "type"];
  const MEANT = { __proto__: null, pii: "personal", personaldata: "personal", nopersonaldata: "none" };
  const KINDS = { __proto__: null, dataproduct: "product", datacontract: "contract", glossary: "term", table: "object", topic: "object", policie: "policy" };
  const kindOf = word => KINDS[word = word.replace(/s$/, "")] || word;

  // `not`: only what does not have the value passes; it is typed as a `-` or `!` before it.
  function filter(key, typed, isNot) {
    const value = fold(typed);
    return { key, value: key === "kind" ? kindOf(value) : key === "class" && MEANT[value] || value, not: isNot || /^[-!]/.test(typed) };
  }

  function parse(text) {
    const filters = [], unwanted = [], seen = new Set(), isEmpty = word => EMPTY.has(word);
    let words = [], name = "", hasColumn = false, odd;
    for (const typed of text.match(/(?:"[^"]*"?|[^\s"])+/g) || []) {
      const [, sign, whole] = /^([-!]*)(.*)/s.exec(typed.replaceAll('"', "")), part = whole.replace(/^urn:mesh:[^:]*:/i, ""), colon = part.indexOf(":"), key = part.slice(0, Math.max(colon, 0)).toLowerCase();
      if (KEYS.includes(key)) {
        const wanted = filter(key, part.slice(colon + 1), sign > "");
        if (wanted.value) filters.push({ ...wanted, typed });
        continue;
      }
      const column = key === "column", isKind = /^(contract|object|policy|product|source|team|term)$/.test(key), text = column || isKind ? part.slice(colon + 1) : part;
      if (sign) {
        unwanted.push({ text: clip(fold(text)), column, kind: isKind && key });
        continue;
      }
      if (isKind) filters.push({ key: "kind", value: key, not: false, typed: typed.match(/^"?(urn:mesh:[^:]*:)?\w+"?:/i)[0] });
      // What is nearly the word of a filter is said.
      if (!column && !isKind && part[colon + 1] !== "/") odd = odd || KEYS.concat("column").find(known => known[0] === key[0] && distance(known, key) < 3);
      hasColumn = hasColumn || column;
      name += text;
      for (const { words: own, joined } of split(text)) {
        // A version or a day is one word. What says nothing counts in the weight of its compound.
        const isNumber = /^[0-9]+$/.test(joined), weight = 1 + own.filter(isEmpty).length;
        (isNumber ? [joined] : own).forEach((word, at) => words.push({ text: word, joined: isNumber ? "" : joined, column, weight, last: isNumber || !own[at + 1] }));
      }
    }
    const says = word => !isEmpty(word.text);
    if (words.some(says)) words = words.filter(says);
    words = words.filter(word => {
      const key = word.text + word.column;
      return !seen.has(key) && seen.add(key);
    });
    return { words: words.slice(0, 12), isCut: words.length > 12, filters, unwanted: unwanted.filter(({ text }) => text), odd, name: hasColumn ? "" : clip(fold(name)) };
  }

  // ---- Files: each is a script that calls meshfolio(kind, number, data)

  const files = new Map();
  let root, host;

  self.meshfolio = (kind, number, data) => {
    const file = files.get(kind + number);
    if (file) file.done(data);
  };

  function read(kind, number, fresh) {
    const key = kind + number;
    if (!fresh && files.has(key)) return files.get(key).promise;
    const file = {};
    files.set(key, file);
    file.promise = new Promise((done, fail) => {
      file.done = done;
      const name = kind === "root" ? "root.js" + (fresh ? "?" + fresh : "")
        : kind + "/" + number + "-" + root.names[kind][1].substr((number >> 3) * 5, 5) + ".js";
      host.load("search/" + name, () => fail(new Error("The file search/" + name + " of the search index cannot be read.")));
    });
    // What could not be read is asked for again the next time.
    file.promise.catch(() => files.delete(key));
    return file.promise;
  }

  async function readRoot(fresh) {
    root = await read("root", 0, fresh);
    if (root.format !== 5) throw new Error("The search index has changed. Reload the page.");
    // The further parts of wide tables.
    const reader = new Reader(root.parts || "");
    root.more = new Set();
    for (let entry = 0; reader.more;) root.more.add(entry += reader.number());
    return root;
  }

  const decoded = new Map();
  // Decodes a file once.
  async function shard(kind, number, decode) {
    const key = kind + number;
    if (!decoded.has(key)) decoded.set(key, decode(await read(kind, number)));
    return decoded.get(key);
  }

  const DIGITS = {};
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].forEach((c, n) => DIGITS[c] = n);

  class Reader {
    constructor(text, at) { this.text = text, this.at = at || 0 }
    get more() { return this.at < this.text.length }
    number() {
      let number = 0, shift = 0, digit;
      do {
        digit = DIGITS[this.text[this.at++]];
        number += (digit & 31) * 2 ** shift;
        shift += 5;
      } while (digit & 32);
      return number;
    }
    // A word that shares its beginning with the one before.
    word(last) {
      const shared = this.number(), length = this.number(), start = this.at;
      this.at += length;
      return last.slice(0, shared) + this.text.slice(start, this.at);
    }
    // Pairs of entry and mask: first all entries, then all masks.
    postings(n) {
      let entry = 0;
      return Array.from({ length: n }, () => [entry += this.number()]).map(([entry]) => [entry, this.number()]);
    }
  }

  function decodeTerms(text) {
    const reader = new Reader(text), terms = [];
    let term = "";
    while (reader.more) {
      term = reader.word(term);
      const total = reader.number(), n = reader.number();
      terms.push({ term, total, postings: reader.postings(n) });
    }
    return terms;
  }

  // ---- Finding, as find.rs does it over the whole index

  const shardOf = term => {
    let low = 0, high = root.firsts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (root.firsts[middle] <= term) low = middle + 1; else high = middle;
    }
    return Math.max(low - 1, 0);
  };

  // The lists of a word: itself, what begins with it, and its plural or singular; and how many entries these have, where
  // that can be told of lists that hold only the best.
  // `isDeep`: of what begins with it not the best of all, but every list of a few files.
  async function lists(word, isDeep) {
    const found = [], start = shardOf(word);
    let all;
    for (let at = start; at < root.firsts.length; at++) {
      const terms = await shard("terms", at, decodeTerms);
      found.push(...terms.filter(list => list.term.startsWith(word)));
      all = found.find(list => list.term === word + "*");
      const next = root.firsts[at + 1];
      if (isDeep && at < start + 12) all = null;
      if (all || next === undefined || !next.startsWith(word)) break;
    }
    const own = found.find(list => list.term === word);
    const chosen = (all ? [own, all] : found.filter(list => !list.term.endsWith("*"))).filter(Boolean)
      .map(list => ({ list, quality: list === own ? 4 : 2 })).concat(await inOther(word));
    const parts = chosen.filter(({ list }) => !all || list === all || !list.term.startsWith(word));
    return { chosen, total: parts.length === 1 ? parts[0].list.total : 0 };
  }

  async function exact(word, quality) {
    if (!root.firsts.length) return [];
    const terms = await shard("terms", shardOf(word), decodeTerms);
    return terms.filter(list => list.term === word).map(list => ({ list, quality }));
  }

  const inOther = async word => (await Promise.all(numbers(word).map(other => exact(other, 3)))).flat();

  const FIELDS = [[32, "name", 800], [8, "other name", 600], [4, "tags, domain, owner or meaning", 400], [2, "column", 300], [1, "description", 100]];
  const PERCENT = [25, 45, 70, 90, 100];
  const SAYS = ["two letters apart", "one letter apart", "as a beginning", "in singular or plural"];

  // The entries of one word with its best match in each.
  async function matches(word, isDeep) {
    const found = new Map();
    let isWhole = true;
    // `weight`: for how many words the whole name of a column counts.
    const take = (chosen, weight) => {
      for (const { list, quality } of chosen) {
        if (list.postings.length < list.total) isWhole = false;
        for (const [entry, mask] of list.postings) {
          const own = word.column ? mask & 2 : mask;
          if (!own) continue;
          const [, field, points] = FIELDS.find(([bit]) => own & bit);
          const match = { term: list.term.replace("*", ""), field, quality, points: Math.floor(points * PERCENT[quality] / 100), lengths: quality > 2 ? own >> 6 & 7 : 0 };
          const best = found.get(entry) || { points: -1, columns: 0 };
          match.columns = Math.max(quality > 3 && mask & 16 && weight, best.columns);
          if (match.points > best.points) found.set(entry, match); else best.columns = match.columns;
        }
      }
    };
    // Who asks for a column by its whole name means that one, where there is one.
    if (word.column && word.joined) {
      take(await exact(word.joined, 4), word.weight);
      if (found.size) return { found, isWhole, total: 0 };
      isWhole = true;
    }
    // What was typed on goes on only at its end: the `co` of `co2` begins no `confirmed`.
    const { chosen, total } = await lists(word.text, isDeep);
    take(word.last ? chosen : chosen.filter(({ quality }) => quality > 2), word.column && !word.joined);
    if (word.joined) take((await lists(word.joined, isDeep)).chosen, word.weight);
    // What stands somewhere is no other word with letters wrong.
    if (!found.size) take(await misspelt(word.text));
    return { found, isWhole, total: word.column || !word.last ? 0 : total };
  }

  // ---- Words with letters wrong, as typo.rs finds them

  function signatures(word) {
    const letters = [...word].slice(0, 7);
    return new Set(letters.map((_, gap) => letters.filter((_, at) => at !== gap).join("")).concat(letters.join("")));
  }

  function hash(text) {
    let hash = 2166136261;
    for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 16777619);
    return hash >>> 0;
  }

  // Insertions, deletions, other letters and swapped neighbours.
  function distance(a, b) {
    const rows = [[...Array(b.length + 1).keys()]];
    for (let i = 1; i <= a.length; i++) {
      rows[i] = [i];
      for (let j = 1; j <= b.length; j++) {
        const other = a[i - 1] === b[j - 1] ? 0 : 1;
        rows[i][j] = Math.min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + other);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) rows[i][j] = Math.min(rows[i][j], rows[i - 2][j - 2] + 1);
      }
    }
    return rows[a.length][b.length];
  }

  function decodeTypos(text) {
    const reader = new Reader(text), words = [];
    let word = "";
    while (reader.more) words.push({ word: word = reader.word(word), usage: reader.number() });
    return words;
  }

  // `isLoose`: whatever is near among the words that are read, not only what shares a beginning.
  async function near(word, allowed, isLoose) {
    const letters = [...word], own = signatures(word), known = new Map(), n = root.names.typos[0];
    const shards = new Set([...own].map(signature => hash(signature) % n));
    await Promise.all([...shards].map(async number => {
      for (const { word: other, usage } of await shard("typos", number, decodeTypos)) {
        const theirs = [...other];
        if (known.has(other) || other.startsWith(word) || Math.abs(theirs.length - letters.length) > allowed) continue;
        const far = distance(theirs, letters);
        if (far <= allowed && (isLoose || [...signatures(other)].some(signature => own.has(signature)))) known.set(other, { other, far, usage });
      }
    }));
    return [...known.values()].sort((a, b) => a.far - b.far || b.usage - a.usage || (a.other < b.other ? -1 : 1));
  }

  const allowedIn = word => [...word].length >= 8 ? 2 : [...word].length >= 4 ? 1 : 0;

  async function misspelt(word) {
    const allowed = allowedIn(word);
    if (!allowed || /\p{N}/u.test(word)) return [];
    const best = (await near(word, allowed)).slice(0, 3);
    return (await Promise.all(best.map(({ other, far }) => exact(other, far > 1 ? 0 : 1)))).flat();
  }

  // ---- Filters

  function decodeFacet({ values, sets, runs }) {
    const of = [], facet = { values, sets: [], of };
    for (const reader = new Reader(sets); reader.more;) facet.sets.push(Array.from({ length: reader.number() }, () => reader.number()));
    for (const reader = new Reader(runs); reader.more;) {
      const set = reader.number();
      for (let n = reader.number(); n > 0; n--) of.push(set);
    }
    return facet;
  }

  const facet = key => shard("facets", root.facets.findIndex(([word]) => word === key), decodeFacet);
  const names = ([key, label, ...old], value) => [fold(key), fold(label), ...old].includes(value);

  // Says of each filtered key which entries pass: values of one key widen, keys narrow.
  async function tests(filters) {
    const keys = [...new Set(filters.map(({ key }) => key))];
    return Promise.all(keys.map(async key => {
      const { values, sets, of } = await facet(key), wanted = filters.filter(other => other.key === key);
      const has = (set, isNot) => set.some(number => wanted.some(({ value, not }) => not === isNot && names(values[number], value)));
      const sure = sets.map(set => !has(set, true) && (wanted.every(({ not }) => not) || has(set, false)));
      return { key, passes: entry => sure[of[entry]] };
    }));
  }

  const isOf = async kind => (await tests([{ key: "kind", value: kind, not: false }]))[0].passes;

  const levelOf = entry => {
    let level = 0;
    for (const [start, own] of root.levels) if (start <= entry) level = own;
    return level;
  };

  // Finds what a query asks for: the best, `total` in all, or 0 where only more of the index could tell.
  async function find({ words, filters, unwanted, name }) {
    await (root || readRoot());
    const checks = await tests(filters), passes = entry => checks.every(check => check.passes(entry));
    const byEntry = new Map(), has = (list, at) => list.some(match => match.at === at);
    const named = new Map(), columned = new Set(), isApart = !words.some(({ text, joined }) => joined || text === name);
    let isWhole = true, total = 0;
    if (words.length) {
      let all = await Promise.all(words.map(word => matches(word)));
      // The best of all may be none of those that pass.
      if (filters.length && all.some(({ isWhole }) => !isWhole)) all = await Promise.all(words.map(word => matches(word, true)));
      all.forEach(({ found, isWhole: whole }, at) => {
        isWhole = isWhole && whole;
        for (const [entry, match] of found) byEntry.set(entry, (byEntry.get(entry) || []).concat({ at, ...match }));
      });
      if (all.length === 1 && !filters.length) total = all[0].total;
      // What has the whole query as its name comes first, and may be beyond the best of its words.
      for (const { list } of name ? await exact(name) : []) {
        for (const [entry, mask] of list.postings) {
          // `order email` finds the column `order_email`.
          const isColumn = isApart && mask & 16;
          if (!(mask & 512) && !isColumn) continue;
          const own = byEntry.get(entry) || [], [, field, points] = FIELDS.find(([bit]) => mask & bit);
          if (mask & 512) named.set(entry, mask & 32 ? 1000 : 900);
          if (isColumn) columned.add(entry);
          byEntry.set(entry, words.map((word, at) => own.find(match => match.at === at) || { at, term: word.text, field, quality: 4, points }));
        }
      }
      // What is found by other words has those too that name its kind: `growth team`.
      for (const [at, { text, column }] of words.length > 1 ? words.entries() : []) {
        const kind = kindOf(text);
        if (column || !root.kinds.some(([known]) => known === kind)) continue;
        const isIt = await isOf(kind);
        for (const [entry, own] of byEntry) {
          if (isIt(entry) && !has(own, at)) byEntry.set(entry, own.concat({ at, term: text, field: "kind", quality: 4, points: 400 }));
        }
      }
    } else if (filters.length || unwanted.length) {
      for (let entry = 0; entry < root.entries; entry++) byEntry.set(entry, []);
    }
    // A further part of a wide table is found by its columns; all else its first part has.
    for (const [entry, own] of byEntry) if (root.more.has(entry) && !own.some(({ field }) => field === "column")) byEntry.delete(entry);
    // As a word stands; of a kind, what is called so.
    for (const { text, column, kind } of unwanted) {
      const isIt = kind && await isOf(kind);
      for (const { list } of (await exact(text)).concat(await inOther(text))) {
        if (list.postings.length < list.total) isWhole = false;
        for (const [entry, mask] of list.postings) if (isIt ? mask & 512 && isIt(entry) : !column || mask & 2) byEntry.delete(entry);
      }
    }
    const full = list => list.length === words.length;
    // Asked before the filters: what has all words elsewhere is found with fewer filters, and not by other words. Where few
    // have all, those with some follow, with all or none of the words of a compound.
    const n = [...byEntry].filter(([, list]) => full(list)).length;
    const isWanted = list => full(list) || !n || n < 5 && isWhole && words.every(({ joined }, at) => !joined || !has(list, at) || words.every((other, at) => other.joined !== joined || has(list, at)));
    const length = words.length < 4 && words.every(({ weight }) => weight < 2) ? 1 << words.length - 1 : 0;
    const candidates = [...byEntry].filter(([, list]) => isWanted(list));
    const hits = candidates.filter(([entry]) => passes(entry)).map(([entry, matches]) => {
      const exactly = named.get(entry) || 0;
      if (exactly || words.length && full(matches) && matches.every(match => match.lengths & length)) matches = matches.map(match => ({ ...match, points: 12 * PERCENT[match.quality] }));
      const all = words.length > 1 && full(matches) ? 200 : 0, own = levelOf(entry) * 40;
      const column = (columned.has(entry) ? 2 : matches.reduce((sum, { columns }) => sum + (columns || 0), 0)) * 700;
      return { entry, matches, exactly, all, column, own, points: matches.reduce((sum, match) => sum + match.points, exactly + all + column + own) };
    });
    const key = hit => [-hit.exactly, full(hit.matches) ? 0 : 1, hit.entry >= root.retired ? 1 : 0, -hit.matches.length, -hit.points, hit.entry];
    // Of what a filter leaves the products come first.
    const isProduct = hits.length && !words.length && await isOf("product");
    hits.forEach(hit => hit.key = words.length ? key(hit) : [hit.entry >= root.retired ? 1 : 0, isProduct(hit.entry) ? 0 : 1]);
    hits.sort((a, b) => a.key.map((part, at) => part - b.key[at]).find(Boolean) || 0);
    return { words, name, hits, whole: hits.filter(hit => full(hit.matches)).length, isWhole, total: isWhole ? hits.length : total, checks, entries: candidates.map(([entry]) => entry) };
  }

  const anchor = name => name.replace(/[^\p{Alphabetic}\p{N}_.-]/gu, "-");

  // What an entry shows, with its address relative to the top of the site.
  async function card(entry) {
    const cards = await read("cards", Math.floor(entry / root.per));
    const [kind, title, say, stem, domain, owner, status, facts, flags, more, product, of] = cards[entry % root.per];
    // On a lean site a contract is a part of the page of its product: its whole address, and what stands before anchors.
    const [word, kindTitle, folder, glyph] = root.kinds[kind], page = stem[0] === "/" ? stem.slice(1) : folder + "/" + stem + ".html";
    const [file, before] = page.split("#"), at = (letter, name) => file + "#" + (before || "") + letter + "-" + anchor(name);
    return {
      kind: word, kindTitle, glyph, title, say, domain, owner, status, facts, flags, columns: word === "object" && more ? more.split("\n") : [], sides: more,
      product, of: "products/" + of + ".html",
      page: word === "object" ? at("o", title) : page,
      column: name => at("c", title + "." + name),
    };
  }

  // The columns that the most words are about.
  function columnsOf({ words, name }, hit, card) {
    const ranked = card.columns.map(path => {
      const last = path.slice(path.lastIndexOf(".") + 1), own = split(last).flatMap(({ words, joined }) => words.concat(joined || [])), whole = clip(fold(last));
      const n = words.filter((word, at) => {
        const taken = hit.matches.find(match => match.at === at);
        return own.some(part => part === word.text || word.last && part.startsWith(word.text) || part === word.joined || taken && part === taken.term);
      }).length;
      return { path, n, other: whole !== name && !words.some(({ text, joined }) => (joined || text) === whole) };
    }).filter(({ n }) => n).sort((a, b) => b.n - a.n || a.other - b.other);
    return ranked.filter(({ n }) => n === ranked[0].n).slice(0, 3).map(({ path }) => path);
  }

  // An index that was published anew has other names: its root is read once more.
  async function twice(work) {
    try {
      return await work();
    } catch (error) {
      if (twice.done) throw error;
      twice.done = true;
      files.clear(), decoded.clear();
      await readRoot(Date.now());
      return work();
    }
  }

  Object.assign(self.meshfolio, { split, parse, find, card, columnsOf });
  if (typeof document === "undefined") {
    host = self.host;
    return;
  }

  // ---- The page

  const base = document.currentScript.src.replace(/assets\/search\.js.*$/, "");
  host = {
    load(path, fail) {
      const script = document.createElement("script");
      script.src = base + path;
      script.onerror = fail;
      document.head.append(script);
      setTimeout(fail, 8000);
    },
  };

  const SVG = "http://www.w3.org/2000/svg";
  // Makes an element; texts become text nodes, `on...` listeners, other attributes attributes.
  function h(name, attributes, ...children) {
    const element = /^(svg|path)$/.test(name) ? document.createElementNS(SVG, name) : document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value === true) element.setAttribute(key, "");
      else if (value !== false && value != null) element.setAttribute(key, value);
    }
    element.append(...children.flat().filter(child => child || child === 0));
    return element;
  }
  const button = (label, onclick, name) => h("button", { type: "button", class: name || "btn sm", onclick }, label);

  const TONES = { active: "ok", approved: "ok", enforced: "ok", proposed: "proposed", trial: "proposed", deprecated: "warn", retired: "retired" };
  const SYMBOLS = { ok: "active", warn: "deprecated" };
  const icon = symbol => h("i", { class: "i i-" + symbol });
  const sentence = text => text.charAt(0).toUpperCase() + text.slice(1);

  function sign(status) {
    const tone = TONES[status] || "draft";
    return h("span", { class: "sign " + tone }, icon(SYMBOLS[tone] || tone), sentence(status));
  }

  // The port hexagon: a side is dark as far as its checks pass, the middle is evidence.
  const CORNERS = [[21.09, 6.63, 31.03, 12.37], [32.12, 14.26, 32.12, 25.74], [31.03, 27.63, 21.09, 33.37], [18.91, 33.37, 8.97, 27.63], [7.88, 25.74, 7.88, 14.26], [8.97, 12.37, 18.91, 6.63]];
  function mark({ glyph, flags, status, sides }) {
    const svg = (state, ...paths) => h("svg", { class: "mark " + state, viewBox: "0 0 40 40", "aria-hidden": "true" }, paths);
    const line = (name, d) => d && h("path", { class: name, d });
    const side = (from, to) => CORNERS.map(([x, y, right, down], at) => {
      const [start, end] = [from(+sides[at] / 6), to(+sides[at] / 6)], point = share => (x + (right - x) * share).toFixed(2) + " " + (y + (down - y) * share).toFixed(2);
      return start < end ? "M" + point(start) + "L" + point(end) : "";
    }).join("");
    if (glyph) return svg("kg", line("", glyph));
    const ticks = (n, x) => Array.from({ length: n }, (_, at) => "M" + x + " " + (20 + (at - (n - 1) / 2) * (n > 3 ? 3 : 4)) + "h4.2").join("");
    const state = flags >> 2 & 3, off = status && TONES[status] !== "ok" ? " off" : "";
    return svg(["none", "said", "kept", "miss"][state] + off, line("tk", side(share => share, () => 1)), line("ps", side(() => 0, share => share)), line("pt", ticks(flags >> 4 & 7, 1.2) + ticks(flags >> 7 & 7, 34.6)),
      line("in", "M20 11.8l7.1 4.1v8.2L20 28.2l-7.1-4.1v-8.2z"), state === 3 && line("x", "M16.5 23.5l7-7"));
  }

  // A text with the words of the query marked.
  function marked(text, result) {
    const whole = word => result.words.some(({ text, last }) => text === word && !last), wanted = result.words.flatMap(({ text, joined }) => [text, joined].filter(Boolean)).concat(...result.hits.slice(0, 1).map(hit => hit.matches.filter(match => match.quality < 2).map(match => match.term)));
    return text.split(/([\p{Alphabetic}\p{N}\p{M}_]+)/u).map((piece, at) => {
      const is = at % 2 && split(piece).some(({ words, joined }) => words.concat(joined || []).some(word => wanted.some(start => word === start || word.startsWith(start) && !whole(start))));
      return is ? h("mark", null, piece) : piece;
    });
  }

  const points = hundredths => (hundredths / 100).toFixed(1).replace(/\.0$/, "");

  function why(result, hit) {
    const parts = hit.matches.map(match => {
      const how = match.quality === 4 ? "" : ", “" + match.term + (match.quality === 2 ? "…" : "") + "” " + SAYS[match.quality];
      return points(match.points) + " for “" + result.words[match.at].text + "” in the " + match.field + how;
    });
    const more = (own, what) => own && parts.push(points(own) + " for " + what);
    more(hit.exactly, "its exact name");
    more(hit.all, "all words");
    more(hit.column, "the whole name of a column");
    more(hit.own, "status, use and completeness");
    const fields = [...new Set(hit.matches.map(match => match.field))];
    const head = fields.length ? "Matched the " + fields.join(" and the ") : "Matches the filters";
    return h("details", { class: "why" }, h("summary", null, head), h("p", null, "Points: " + parts.join("; ") + ". " + points(hit.points) + " in all."));
  }

  async function hitItem(result, hit) {
    const shown = await card(hit.entry);
    const where = [shown.domain, shown.owner].filter(Boolean).join(", ");
    const facts = shown.facts.map(fact => fact[0] === "!" ? h("span", { class: "sign bad" }, icon("missed"), fact.slice(1)) : h("span", null, fact));
    if (shown.product) facts.unshift(h("span", null, "of ", h("a", { href: base + shown.of }, shown.product)));
    const columns = columnsOf(result, hit, shown);
    if (columns.length) facts.unshift(h("span", null, columns.length > 1 ? "columns " : "column ", columns.flatMap((path, at) => [at ? ", " : "", h("a", { href: base + shown.column(path) }, h("code", null, marked(path.replace(/\.\[\]/g, ""), result)))])));
    if (shown.flags & 2) facts.push(h("span", { class: "sign pii" }, icon("pii"), "Personal data"));
    if (shown.flags & 1) facts.push(h("span", null, "no personal data stated"));
    return h("li", { class: "hit" }, mark(shown), h("div", null,
      h("div", { class: "hd" }, h("h3", null, h("a", { href: base + shown.page, class: shown.status === "retired" ? "retired-name" : null, "data-hit": true }, marked(shown.title, result))),
        h("span", { class: "kd" }, shown.kindTitle), shown.status && shown.status !== "active" || shown.kind === "product" ? sign(shown.status || "status not stated") : "",
        h("span", { class: "wh" }, where)),
      shown.say && h("p", null, marked(shown.say, result)),
      h("div", { class: "facts" }, facts, why(result, hit))));
  }

  // ---- Keys: arrows move the real focus; letters can be switched off

  const store = (key, value) => {
    try { return value === undefined ? localStorage.getItem(key) : localStorage.setItem(key, value) } catch { return null }
  };

  function arrows(box, links) {
    return event => {
      if (event.ctrlKey || event.metaKey || event.altKey || !/^(ArrowDown|ArrowUp|Escape)$/.test(event.key)) return;
      const all = [...links()], at = all.indexOf(document.activeElement);
      if (event.key === "Escape" ? at < 0 : !all.length || at < 0 && document.activeElement !== box) return;
      if (at < 0 && event.key === "ArrowUp") return;
      event.preventDefault();
      (event.key === "Escape" ? box : event.key === "ArrowDown" ? all[Math.min(at + 1, all.length - 1)] : all[at - 1] || box).focus();
    };
  }

  function help() {
    const letters = h("input", { type: "checkbox", onchange: event => store("mf-keys", event.target.checked ? "on" : "off") });
    letters.checked = store("mf-keys") !== "off";
    const rows = [["/", "go to the search box"], ["?", "this help"], ["↓ ↑", "move through the results"], ["Enter", "open a result"], ["Esc", "back to the search box"]];
    const dialog = h("dialog", { class: "help", "aria-labelledby": "help-h", onclose: () => dialog.remove() },
      h("h2", { id: "help-h" }, "Keys"),
      h("dl", { class: "dl" }, rows.flatMap(([key, says]) => [h("dt", null, h("kbd", null, key)), h("dd", null, says)])),
      h("label", null, letters, " Use the keys / and ?"),
      h("form", { method: "dialog", class: "btns" }, h("button", { class: "btn" }, "Close")));
    document.body.append(dialog);
    dialog.showModal();
  }
  document.addEventListener("meshfolio-help", help);

  const later = (ms, work) => {
    let timer;
    return (...values) => { clearTimeout(timer); timer = setTimeout(() => work(...values), ms) };
  };
  // Who saves data gets results on Enter only.
  const typing = navigator.connection && navigator.connection.saveData ? () => {} : later(120, show => show());

  // ---- The box in the head of other pages: the best few, as plain links

  function quick(form) {
    const box = form.elements.q, panel = h("div", { class: "quick", hidden: true });
    form.append(panel);
    let turn = 0;
    async function show() {
      const mine = ++turn, text = box.value.trim();
      if (!text) return void (panel.hidden = true);
      try {
        const result = await twice(() => find(parse(text)));
        const items = await Promise.all(result.hits.slice(0, 7).map(async hit => {
          const shown = await card(hit.entry), [column] = columnsOf(result, hit, shown);
          return h("li", null, h("a", { href: base + (column ? shown.column(column) : shown.page) }, h("span", null, marked(shown.title, result), column && [" ", h("code", null, column)]), h("small", null, [shown.kindTitle, shown.domain].filter(Boolean).join(", "))));
        }));
        if (mine !== turn) return;
        const all = h("a", { href: base + "search.html?q=" + encodeURIComponent(text) }, items.length ? "All results" : "Nothing found. See what may help");
        panel.replaceChildren(h("ul", null, items), h("p", { role: "status" }, all));
      } catch (error) {
        panel.replaceChildren(h("p", { role: "status" }, error.message));
      }
      panel.hidden = false;
    }
    box.addEventListener("input", () => typing(show));
    form.addEventListener("keydown", arrows(box, () => panel.querySelectorAll("a")));
    form.addEventListener("keydown", event => { if (event.key === "Escape" && event.target === box) panel.hidden = true });
    // Some browsers do not focus a link that is clicked: it must still be there then.
    form.addEventListener("focusout", () => setTimeout(() => { if (!form.contains(document.activeElement)) panel.hidden = true }, 200));
    if (box.value) show();
  }

  // ---- The search page

  function page(form) {
    const PAGE = 10, title = document.title, box = form.elements.q;
    const count = h("p", { class: "facts" }), said = h("p", { class: "vh", role: "status" }), chips = h("ul", { class: "chips" });
    const list = h("ol", { class: "hits" }), below = h("div"), groups = h("div");
    const details = h("details", { class: "facets jump", ontoggle: () => showFacets() }, h("summary", null, "Filters"), h("form", { "aria-label": "Filters", onsubmit: event => event.preventDefault() }, groups));
    const side = h("aside", { class: "side", "aria-label": "Filters" }, h("div", { class: "stick" }, details));
    const results = h("div", { hidden: true }, h("div", { class: "cols left sec2" }, side, h("section", { "aria-labelledby": "hits-h" }, h("h2", { class: "vh", id: "hits-h" }, "Results"), list, below)));
    const rest = ["browse", "syntax"].map(id => document.getElementById(id)).filter(Boolean);
    rest.forEach(section => section.hidden = false);
    details.open = matchMedia("(min-width: 62rem)").matches;

    let filters, limit, isStep, kept, turn = 0, last;
    const open = new Set(), wide = new Set();
    // What the address asks for: when the page opens, and when the reader goes back.
    function read() {
      const address = new URLSearchParams(location.search);
      filters = KEYS.flatMap(key => address.getAll(key).map(value => filter(key, value))).filter(({ value }) => value);
      box.value = address.get("q") || "";
      limit = history.state || PAGE;
      isStep = false;
    }
    read();
    const announce = later(500, () => { said.textContent = count.innerText.replace(/\n+/g, ". ") });
    const is = (a, b) => a.key === b.key && a.value === b.value && a.not === b.not;

    function choose(chosen) {
      filters = chosen;
      limit = PAGE;
      isStep = true;
      show();
    }

    // What was typed, without filters.
    const bare = typed => typed.reduce((text, { typed }) => (" " + text + " ").replace(" " + typed, " ").replace(/\s+/g, " ").trim(), box.value.trim().replace(/\s+/g, " "));

    // Filters that were typed become chips.
    function settle() {
      const typed = parse(box.value).filters;
      box.value = bare(typed);
      for (const wanted of typed) if (!filters.some(other => is(other, wanted))) filters.push(wanted);
    }

    function keep() {
      const query = new URLSearchParams();
      if (box.value.trim()) query.set("q", box.value.trim());
      for (const { key, value, not } of filters) query.append(key, (not ? "-" : "") + value);
      const text = query.toString();
      // A filter is a step that the reader can take back, and what is typed after Enter is.
      // From disk, some browsers refuse.
      try { history[isStep ? "pushState" : "replaceState"](limit, "", text ? "?" + text : location.pathname.replace(/.*\//, "")) } catch {}
      isStep = false;
      kept = location.search;
      document.title = (box.value.trim() ? box.value.trim() + ", " : "") + title;
    }

    async function show() {
      const mine = ++turn, typed = parse(box.value);
      const query = { ...typed, filters: filters.concat(typed.filters) };
      keep();
      const isEmpty = !query.words.length && !query.filters.length && !query.unwanted.length;
      rest.forEach(section => section.hidden = !isEmpty);
      if (isEmpty) {
        results.hidden = true;
        count.textContent = said.textContent = "";
        chips.replaceChildren();
        return;
      }
      if (!said.isConnected) form.after(h("a", { class: "skip", href: "#hits-h" }, "Skip to results"), chips, count, said, results);
      try {
        const result = await twice(() => find(query));
        const items = await Promise.all(result.hits.slice(0, limit).map(hit => hitItem(result, hit)));
        const labels = await Promise.all(filters.map(async wanted => h("li", null, button([await label(wanted), h("span", { "aria-hidden": "true" }, "×"), h("span", { class: "vh" }, " remove")], () => choose(filters.filter(other => other !== wanted)), "chip"))));
        const text = bare(typed.filters), help = items.length ? "" : await nothing(result, query, text);
        if (mine !== turn) return;
        last = { result, query };
        results.hidden = false;
        list.replaceChildren(...items);
        list.hidden = side.hidden = !items.length;
        chips.replaceChildren(...labels);
        tell(result, typed);
        more(result, text, help);
        await showFacets();
      } catch (error) {
        if (mine !== turn) return;
        list.replaceChildren();
        rest.forEach(section => section.hidden = false);
        count.replaceChildren(h("strong", null, "Search does not work now."), " " + error.message + " The lists below hold everything.");
        announce();
      }
    }

    const titleOf = key => root.facets.find(([known]) => known === key)[1];
    async function label({ key, value, not }) {
      const known = (await facet(key)).values.find(own => names(own, value));
      return titleOf(key) + ": " + (not ? "not " : "") + (known ? known[1] : value);
    }

    function tell({ hits, whole, isWhole, total, words }, { odd, isCut }) {
      const n = hits.length, all = total || n, wrong = words.map((word, at) => [word.text, hits[0] && hits[0].matches.find(match => match.at === at)]).filter(([, match]) => match && match.quality < 2);
      const code = box.value.trim().toUpperCase(), rule = /^[A-Z]{3}\d{3}$/.test(code) && (root.rules[code.slice(0, 3)] || []).includes(+code.slice(3));
      const number = (total ? "" : "At least ") + all.toLocaleString("en-GB") + (all === 1 ? " result" : " results");
      const gone = total === n ? hits.filter(hit => hit.entry >= root.retired).length : 0;
      const says = [...wrong.map(([text, match]) => "for “" + match.term + "”, which is close to “" + text + "”"), isCut && "looked for the first 12 words only", whole < n && (whole || "nothing") + " with all of " + (isCut ? "them" : "these words") + ", others with some", odd && "did you mean “" + odd + ":”?"].filter(Boolean);
      count.replaceChildren(h("span", null, h("strong", null, n ? number : isWhole ? "Nothing found" : "None of the best passes: try a longer word"), gone > 0 && ", " + gone + " retired"), ...says.map(text => h("span", null, text)),
        rule ? h("a", { href: base + "rules/" + code.slice(0, 3).toLowerCase() + ".html#" + code }, "What the rule " + code + " finds") : "");
      announce();
    }

    const askFor = query => root.wanted && query && h("a", { href: root.wanted + encodeURIComponent("Data wanted: " + query) }, "Ask for “" + query + "”");

    function more({ hits, total }, query, help) {
      const next = () => {
        const seen = list.children.length;
        limit += PAGE;
        show().then(() => { if (list.children[seen]) list.children[seen].querySelector("a").focus() });
      };
      const left = hits.length - limit;
      const ask = askFor(query);
      below.replaceChildren(left > 0 ? h("p", { class: "btns sec2" }, button("Show " + Math.min(left, PAGE) + " more", next, "btn")) : "",
        left <= 0 && hits.length && total !== hits.length ? h("p", { class: "sec2" }, "These are the " + hits.length.toLocaleString("en-GB") + " best. A longer word finds others.") : "", help,
        ask && !help ? h("p", { class: "note sec2" }, h("strong", null, "Nothing right? "), ask) : "");
      rest[0].hidden = hits.length > 0;
    }

    // What helps where nothing is found: words spelt alike, values that a filter has, fewer filters, whom to ask.
    async function nothing({ checks, entries, isWhole }, { words, filters: all, unwanted }, query) {
      const doors = [], door = (title, says, parts) => doors.push(h("li", null, h("h3", null, title), h("p", null, says), h("p", { class: "btns" }, parts)));
      const go = (text, words, others, n) => button(n && isWhole ? text + " (" + n + ")" : text, () => { box.value = words; choose(others); box.focus() });
      for (const { text } of entries.length || unwanted[0] ? [] : words) {
        const alike = (await near(text, allowedIn(text) + 1, true)).slice(0, 4).map(({ other }) => other);
        for (let start = text.slice(0, -1); start.length > 2; start = start.slice(0, -1)) {
          if (!(await lists(start)).chosen.length) continue;
          alike.push(start);
          break;
        }
        door("Another word?", "Nothing matches “" + text + "”. " + (alike.length ? "Close to it:" : "Try a part of it, a synonym, or a column."), alike.map(other => go(text.startsWith(other) ? other + "…" : other, query.toLowerCase().includes(text) ? query.toLowerCase().replace(text, other) : other, all)));
      }
      for (const wanted of all) {
        const { values } = await facet(wanted.key), far = ([key, label]) => Math.min(distance(fold(label), wanted.value), distance(key, wanted.value));
        if (!wanted.not && !values.some(value => names(value, wanted.value))) door("Another value?", "There is no “" + wanted.value + "” under " + titleOf(wanted.key) + ". Closest to it:",
          [...values].sort((a, b) => far(a) - far(b)).slice(0, 8).map(([key, text]) => go(text, query, all.filter(other => !is(other, wanted)).concat(filter(wanted.key, key)))));
      }
      if (all.length && entries.length && words.length) {
        const looser = checks.map(check => {
          const n = entries.filter(entry => checks.every(other => other === check || other.passes(entry))).length;
          return checks[1] && n ? go("Any " + titleOf(check.key).toLowerCase(), query, all.filter(({ key }) => key !== check.key), n) : "";
        });
        door("Fewer filters?", "These words have results with other filters.", looser.concat(go("Without filters", query, [], entries.length)));
      }
      const ask = askFor(query);
      if (isWhole) door("Not there yet?", ask ? "Say what it is for. A team can pick it up." : "Ask the team of its domain.", ask || h("a", { href: base + "domains/index.html" }, "All domains"));
      return h("ul", { class: "doors sec2" }, doors);
    }

    async function showFacets() {
      if (!last || !details.open) return;
      const mine = turn, { result, query } = last, { isWhole, total, entries } = result;
      // Where only the best are known: as if the others were like them.
      const about = n => isWhole ? n : total ? "about " + +Math.ceil(n * total / entries.length).toPrecision(2) : n + "+";
      let budget = 20000;
      const shown = await Promise.all(root.facets.map(async ([key, title, size]) => {
        const active = query.filters.some(other => other.key === key), isOpen = active || open.has(key) || (size <= 6000 && (budget -= size) > 0);
        const head = h("legend", null, title);
        if (!isOpen) return h("fieldset", { class: "facet" }, head, button("Show", () => { open.add(key); showFacets() }));
        const { values, sets, of } = await facet(key), counts = new Map();
        const others = result.checks.filter(check => check.key !== key);
        for (const entry of result.entries) {
          if (others.every(check => check.passes(entry))) for (const value of sets[of[entry]]) counts.set(value, (counts.get(value) || 0) + 1);
        }
        const wanted = values.map((value, number) => ({ value, number, n: counts.get(number) || 0, on: query.filters.some(other => other.key === key && !other.not && names(value, other.value)) }))
          .filter(({ n, on }) => n || on).sort((a, b) => b.on - a.on || b.n - a.n || a.number - b.number);
        if (!wanted.length) return "";
        const most = wide.has(key) ? wanted.length : 8;
        return h("fieldset", { class: "facet" }, head, wanted.slice(0, most).map(({ value, n, on }) => {
          const input = h("input", { type: "checkbox", "data-key": key + ":" + value[0], onchange: () => {
            settle();
            // What was left out is not any more.
            const others = filters.filter(other => other.key !== key || !names(value, other.value));
            choose(on ? others : others.concat(filter(key, value[0])));
          } });
          input.checked = on;
          return h("label", null, input, h("span", null, value[1]), h("span", null, about(n)));
        }), wanted.length > most && button("All " + wanted.length, () => { wide.add(key); showFacets() }));
      }));
      if (mine !== turn) return;
      // Who just ticked a box stays on it.
      const at = groups.contains(document.activeElement) && document.activeElement.dataset.key;
      groups.replaceChildren(...shown.filter(Boolean));
      const again = at && [...groups.querySelectorAll("input")].find(input => input.dataset.key === at);
      if (again) again.focus();
    }

    box.addEventListener("input", () => { limit = PAGE; typing(show) });
    form.addEventListener("submit", event => { event.preventDefault(); settle(); limit = PAGE; show(); isStep = true });
    // A link to a part of the page leaves the question as it is, and from disk some browsers keep none.
    addEventListener("popstate", () => { if (location.search !== kept) { read(); show() } });
    document.addEventListener("keydown", arrows(box, () => list.querySelectorAll("a[data-hit]")));
    const syntax = document.querySelector("#syntax > header");
    if (syntax) syntax.append(h("p", null, button("Keys", help)));
    if (box.value || filters.length) { settle(); show() }
    else box.focus({ preventScroll: true });
  }

  function ready() {
    document.querySelectorAll("form[role=search]").forEach(form => form.hasAttribute("data-search") ? page(form) : quick(form));
  }
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", ready); else ready();
})(typeof window === "undefined" ? globalThis : window);
