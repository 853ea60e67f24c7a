// Every kind of page, the largest and the smallest of it: light and dark, wide and narrow, from a server below a
// sub-path and from disk, with and without script. No violation of axe, no trouble in the console, no sideways scroll.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, files, kinds, launch, leadsOn, onDisk, serve, sideways, site, visitor } from "./support.mjs";

let browser;
let server;
let root;
before(async () => { browser = await launch(); server = await serve(site); root = await serve(site, "/"); });
after(async () => { await browser?.close(); await server?.stop(); await root?.stop(); });

const pages = kinds(site);
// A host shows `404.html` at any address, so it names its parts from the root of the site; from disk nobody sees it.
const MISSING = "404.html";
const served = (path) => (path === MISSING ? root.base : server.base) + path;
const paths = pages.flatMap((kind) => kind.pages);
const onDiskPaths = paths.filter((path) => path !== MISSING);

test("the site has every kind of page", () => {
  const names = new Set(pages.map((kind) => kind.name));
  for (const name of ["index.html", "search.html", "map.html", "scorecard.html", "changes.html", "deprecations.html",
    "waivers.html", "access.html", "404.html", "products/index", "products/*", "products/*/consumers", "products/*/lineage",
    "contracts/index", "contracts/*", "contracts/*/*", "contracts/*/*/columns", "domains/*", "teams/*", "glossary/*",
    "policies/*", "sources/*", "rules/index", "rules/*"]) {
    assert.ok(names.has(name), `no page like ${name} among ${[...names].join(", ")}`);
  }
});

for (const [name, list, address] of [["served", paths, served], ["from disk", onDiskPaths, (path) => onDisk(site) + path]]) {
  for (const [scheme, width] of [["light", 1280], ["dark", 1280], ["light", 320], ["dark", 320]]) {
    test(`${name}, ${scheme}, ${width} px`, async () => {
      const visit = await visitor(browser, { scheme, width, bypassCSP: true });
      const found = [];
      for (const path of list) {
        await visit.page.goto(address(path), { waitUntil: "load" });
        found.push(...visit.take().map((line) => `${path}: ${line}`));
        const over = await sideways(visit.page);
        if (over > 0) found.push(`${path}: ${over} px wider than the window`);
        found.push(...(await axe(visit.page)).map((line) => `${path}: axe: ${line}`));
      }
      await visit.close();
      assert.deepEqual(found, []);
    });
  }
}

test("from disk, under the policy of the page", async () => {
  const visit = await visitor(browser, { width: 1280 });
  const found = [];
  for (const path of onDiskPaths) {
    await visit.page.goto(onDisk(site) + path, { waitUntil: "load" });
    found.push(...visit.take().map((line) => `${path}: ${line}`));
    const has = await visit.page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue("--ink").trim() !== "");
    if (!has) found.push(`${path}: no style sheet`);
  }
  await visit.close();
  assert.deepEqual(found, []);
});

for (const [name, list, address] of [["served", paths, served], ["from disk", onDiskPaths, (path) => onDisk(site) + path]]) {
  test(`${name}, without script`, async () => {
    const visit = await visitor(browser, { script: false, width: 320 });
    const found = [];
    for (const path of list) {
      await visit.page.goto(address(path), { waitUntil: "load" });
      found.push(...visit.take().map((line) => `${path}: ${line}`));
      const heads = await visit.page.locator("h1:visible").count();
      if (heads !== 1) found.push(`${path}: ${heads} visible h1`);
      const dead = await visit.page.locator("button:visible:not(form[action] button)").count();
      if (dead > 0) found.push(`${path}: ${dead} buttons that do nothing without script`);
      const over = await sideways(visit.page);
      if (over > 0) found.push(`${path}: ${over} px wider than the window`);
    }
    await visit.close();
    assert.deepEqual(found, []);
  });
}

test("old addresses lead to the new ones", async () => {
  const old = files(site, ".html").filter((path) => leadsOn(site, path));
  assert.ok(old.length > 0, "the demo has aliases");
  for (const [base, address] of [["served", server.base], ["from disk", onDisk(site)]]) {
    const visit = await visitor(browser, {});
    for (const path of old) {
      await visit.page.goto(address + path, { waitUntil: "commit" });
      await visit.page.waitForURL((url) => !url.href.endsWith(path), { timeout: 30_000 });
      assert.equal(await visit.page.locator("h1").count(), 1, `${base}: ${path} leads to a page`);
    }
    await visit.close();
  }
});

test("a page of a product asks for four files, and for no other host", async () => {
  const visit = await visitor(browser, {});
  const asked = [];
  visit.page.on("request", (request) => asked.push(request.url()));
  await visit.page.goto(`${server.base}products/orders.html`, { waitUntil: "networkidle" });
  await visit.close();
  // A browser without a window does not ask for the icon.
  assert.ok(asked.length <= 4 && asked.every((url) => url.startsWith(server.base)), asked.join(", "));
});

test("no page moves after the first paint", async () => {
  const moved = [];
  for (const width of [1280, 412]) {
    const visit = await visitor(browser, { width });
    for (const kind of pages) {
      const look = async () => {
        await visit.page.goto(served(kind.pages[0]), { waitUntil: "networkidle" });
        return visit.page.evaluate(() => new Promise((done) => {
          let sum = 0;
          new PerformanceObserver((list) => list.getEntries().forEach((entry) => { sum += entry.value; })).observe({ type: "layout-shift", buffered: true });
          setTimeout(() => done(sum), 50);
        }));
      };
      // On a busy machine a page that arrives in pieces is painted half: what moves, moves each time.
      const shift = await look() && await look();
      if (shift > 0) moved.push(`${kind.pages[0]} at ${width} px: ${shift}`);
    }
    await visit.close();
  }
  assert.deepEqual(moved, []);
});

for (const [name, address] of [["served", served], ["from disk", (path) => onDisk(site) + path]]) {
  test(`${name}: tables are compact when asked, and stay so`, async () => {
    const visit = await visitor(browser, {});
    const height = () => visit.page.locator("tbody tr").first().evaluate((row) => row.getBoundingClientRect().height);
    await visit.page.goto(address("products/index.html"));
    await visit.page.goto(address("policies/index.html"));
    const roomy = await height();
    await visit.page.getByRole("button", { name: "Compact tables" }).click();
    const dense = await height();
    assert.ok(dense < roomy, `${dense} of ${roomy} px`);
    await visit.page.goto(address("teams/index.html"));
    assert.equal(await visit.page.locator("html").getAttribute("data-density"), "compact");
    await visit.page.getByRole("button", { name: "Comfortable tables" }).click();
    await visit.page.goto(address("policies/index.html"));
    assert.equal(await height(), roomy);
    assert.deepEqual(visit.take(), []);
    await visit.close();
  });
}
