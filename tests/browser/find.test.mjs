// A person who never saw the tool: from the home page, by search, to the product with a column, its owner, its promises and
// how to ask for access, within three clicks; and the same with keys alone. On the site and on a lean one.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { axe, files, launch, leadsOn, meshfolio, onDisk, serve, sideways, site, visitor } from "./support.mjs";

const repository = join(dirname(fileURLToPath(import.meta.url)), "../..");
const folder = mkdtempSync(join(tmpdir(), "meshfolio-lean-"));
const lean = join(folder, "site");
let browser;
let server;
let leanServer;
before(async () => {
  for (const part of ["registry", "observations"]) cpSync(join(repository, part), join(folder, part), { recursive: true });
  const config = readFileSync(join(repository, "meshfolio.yaml"), "utf8");
  writeFileSync(join(folder, "meshfolio.yaml"), `${config}site: {lean: true}\n`);
  execFileSync(meshfolio, ["-C", folder, "-q", "build", "--out", lean]);
  browser = await launch();
  server = await serve(site);
  leanServer = await serve(lean);
});
after(async () => {
  await browser?.close();
  await server?.stop();
  await leanServer?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Column, its product, the owner, a promise with its value and whether it is kept, who approves access, and the product in the agreement. */
const WANTED = [
  ["amount_eur", "Orders", "Order Platform", /Freshness\s[^]*?15 min[^]*?11 min/, "sales-data-steward", "orders"],
  ["minutes_late", "Late deliveries", "Last Mile", /Freshness\s[^]*?1 h[^]*?94 min/, "delivery-data-steward", "late-deliveries"],
  ["bank_iban", "Suppliers", "Inbound", /Frequency\s[^]*?1 day[^]*?23 h/, "supply-data-steward", "suppliers"],
];

/** A page that is left does not wait for what it still reads: its search, or the script of the search itself. */
const isTrouble = (line) => !(/\/(search\/|assets\/search\.js)/.test(line) && line.endsWith("net::ERR_ABORTED"));

const sites = [["the site", () => server.base], ["the lean site", () => leanServer.base], ["from disk", () => onDisk(site)]];

for (const [name, base] of sites) {
  test(`${name}: from home to the product of a column in three clicks`, async () => {
    const visit = await visitor(browser, {});
    const { page } = visit;
    for (const [column, product, owner, promise, approver, id] of WANTED) {
      let clicks = 0;
      const click = async (target) => { clicks += 1; await target.click(); };
      await page.goto(`${base()}index.html`);
      await page.getByRole("searchbox").fill(column);
      await click(page.getByRole("button", { name: "Search" }));
      await click(page.locator(".hit").first().getByRole("link", { name: column }).first());
      await page.waitForURL((url) => !url.pathname.endsWith("search.html"));
      const row = page.locator(`:target`);
      assert.match(await row.innerText(), new RegExp(column), `${column}: the link leads to the column`);
      assert.ok(await row.isVisible(), `${column}: its row is seen`);
      const text = await page.locator("main").innerText();
      assert.ok(text.includes(`Owned by ${owner}`), `${column}: the owner`);
      assert.match(text, promise, `${column}: its promises, and what was observed`);
      await click(page.getByRole("link", { name: "Request access" }).first());
      await page.waitForURL(/#access$/);
      assert.ok((await page.locator("h1").innerText()).includes(product), `${column}: the product`);
      const access = page.locator("#access");
      assert.ok(await access.getByText("Ask for access").isVisible(), `${column}: how to ask`);
      await page.waitForFunction(() => document.getElementById("access").getBoundingClientRect().top < innerHeight);
      const said = await page.locator("main").innerText();
      assert.ok(said.includes("Who approves access?") && said.includes(`Approver\n${approver}`), `${column}: who approves`);
      assert.match(said, promise, `${column}: its promises stand with the product as well`);
      assert.ok((await access.locator("pre").first().innerText()).includes(`dataProductId: ${id}\n`), `${column}: the lines to complete name it`);
      assert.ok(clicks <= 3, `${column}: ${clicks} clicks`);
    }
    assert.deepEqual(visit.take().filter(isTrouble), []);
    await visit.close();
  });

  test(`${name}: the same with keys alone`, async () => {
    const visit = await visitor(browser, {});
    const { page } = visit;
    await page.goto(`${base()}teams/index.html`);
    await page.keyboard.press("/");
    await page.keyboard.type("amount_eur");
    await page.locator(".quick li:first-child a", { hasText: "amount_eur" }).waitFor();
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.evaluate(() => document.activeElement.closest(".quick") !== null), true, "the first result has the focus");
    await page.keyboard.press("Escape");
    assert.equal(await page.evaluate(() => document.activeElement.name), "q", "Esc leads back to the box");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.waitForURL(/c-orders\.amount_eur$/);
    assert.match(await page.locator(":target").innerText(), /amount_eur/);
    await page.goto(`${base()}search.html?q=order&kind=product`);
    await page.locator(".hit a[data-hit]").first().waitFor();
    await page.locator("#q").focus();
    await page.keyboard.press("ArrowDown");
    const first = await page.evaluate(() => document.activeElement.href);
    await page.keyboard.press("ArrowDown");
    assert.notEqual(await page.evaluate(() => document.activeElement.href), first, "arrows move the focus");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await page.waitForURL(first);
    assert.deepEqual(visit.take().filter(isTrouble), []);
    await visit.close();
  });
}

test("the pages of products of the lean site are as good as any", async () => {
  const bySize = files(lean, ".html").filter((path) => /^products\/[^/]+\.html$/.test(path) && !path.endsWith("index.html") && !leadsOn(lean, path))
    .map((path) => ({ path, size: readFileSync(join(lean, path)).length })).sort((a, b) => a.size - b.size);
  const paths = [bySize.at(-1).path, bySize.at(-2).path, bySize[0].path, ...files(lean, ".html").filter((path) => path.startsWith("contracts/") && !leadsOn(lean, path))];
  const found = [];
  for (const scheme of ["light", "dark"]) {
    for (const width of [1280, 320]) {
      const visit = await visitor(browser, { scheme, width, bypassCSP: true });
      for (const path of paths) {
        await visit.page.goto(leanServer.base + path, { waitUntil: "load" });
        found.push(...visit.take().map((line) => `${path}: ${line}`));
        const over = await sideways(visit.page);
        if (over > 0) found.push(`${path}: ${over} px wider than the window of ${width}`);
        found.push(...(await axe(visit.page)).map((line) => `${path}: axe: ${line}`));
      }
      await visit.close();
    }
  }
  assert.deepEqual(found, []);
});
