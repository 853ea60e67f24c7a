// What the search page shows: results, and what helps where nothing is found; and how to look things up without scripts.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { axe, launch, onDisk, serve, sideways, site, visitor } from "./support.mjs";

let browser;
let server;
before(async () => { browser = await launch(); server = await serve(site); });
after(async () => { await browser?.close(); await server?.stop(); });

/** Opens the search page and waits for its answer. */
async function ask(page, query, base = server.base) {
  await page.goto(`${base}search.html?${query}`);
  await page.locator("main .facts strong", { hasText: /result|Nothing found/ }).waitFor();
}

const count = (page) => page.locator("main .facts strong").first().innerText();

for (const scheme of ["light", "dark"]) {
  for (const width of [1280, 320]) {
    test(`answers are whole, ${scheme}, ${width} px`, async () => {
      const visit = await visitor(browser, { scheme, width, bypassCSP: true });
      const found = [];
      for (const query of ["q=order", "q=custmer", "q=zzzyx+custodian", "q=orders&kind=policy&domain=sales", "domain=sails", "q=a"]) {
        await ask(visit.page, query);
        found.push(...visit.take().map((line) => `${query}: ${line}`));
        const over = await sideways(visit.page);
        if (over > 0) found.push(`${query}: ${over} px wider than the window`);
        found.push(...(await axe(visit.page)).map((line) => `${query}: axe: ${line}`));
      }
      await visit.close();
      assert.deepEqual(found, []);
    });
  }
}

for (const [name, base] of [["served", () => server.base], ["from disk", () => onDisk(site)]]) {
  test(`${name}: where nothing is found, one click leads on`, async () => {
    const visit = await visitor(browser, {});
    const { page } = visit;
    const doors = page.locator("main .doors");
    const follow = async (query, door, button) => {
      await ask(page, query, base());
      assert.equal(await count(page), "Nothing found", query);
      await doors.locator("li", { hasText: door }).getByRole("button", { name: button }).first().click();
      await page.locator(".hit").first().waitFor();
      assert.equal(await page.evaluate(() => document.activeElement.name), "q", `${query}: the box has the focus`);
      return page.locator("#q").inputValue();
    };
    assert.equal(await follow("q=vooches", "Another word?", "voucher"), "voucher");
    assert.equal(await follow("q=custodian", "Another word?", /^custo/), "custo");
    assert.equal(await follow("q=orders&kind=policy&domain=sales", "Fewer filters?", /^Any kind \(\d+\)$/), "orders");
    assert.match(page.url(), /domain=sales$/, "the other filter stays");
    assert.equal(await follow("q=orders&kind=policy&domain=sales", "Fewer filters?", /^Without filters/), "orders");
    assert.equal(await follow("domain=sails", "Another value?", "Sales"), "");
    assert.match(page.url(), /\?domain=sales$/);
    await ask(page, "q=zzzyx", base());
    const wanted = await doors.getByRole("link", { name: "Ask for “zzzyx”" }).getAttribute("href");
    assert.ok(wanted.endsWith(encodeURIComponent("Data wanted: zzzyx")), wanted);
    assert.ok(await page.getByRole("heading", { name: "From A to Z" }).isVisible());
    assert.deepEqual(visit.take(), []);
    await visit.close();
  });
}

test("counts are exact or say that they are not", async () => {
  const visit = await visitor(browser, {});
  const { page } = visit;
  for (const query of ["q=order", "q=item+sheet", "kind=product", "q=warehouse", "q=a"]) {
    await ask(page, query);
    const number = Number((await count(page)).match(/^(\d[\d,]*) results?$/)?.[1].replace(",", ""));
    assert.ok(number > 0, `${query}: ${await count(page)}`);
    assert.match(await page.locator("main .facts").first().innerText(), /^[\d,]+ results?(, \d+ retired)?(\n|$)/);
    const kinds = page.locator("fieldset.facet", { hasText: "Kind" }).first().locator("label span:last-child");
    await kinds.first().waitFor();
    const texts = await kinds.allInnerTexts();
    // Only the best of what begins with `a` are known.
    const form = query === "q=a" ? /^about [1-9]\d*$/ : /^[1-9]\d*$/;
    assert.deepEqual(texts.filter((text) => !form.test(text)), [], query);
    const sum = texts.reduce((sum, text) => sum + Number(text.replace("about ", "")), 0);
    if (query === "q=a") assert.ok(sum > number * 0.8 && sum < number * 1.2, `${sum} is about ${number}`);
    else if (!query.startsWith("kind")) assert.equal(sum, number, `${query}: the kinds add up`);
  }
  await visit.close();
});

for (const [name, base] of [["served", () => server.base], ["from disk", () => onDisk(site)]]) {
  test(`${name}: going back takes a filter off and leaves what was typed`, async () => {
    const visit = await visitor(browser, {});
    const { page } = visit;
    await ask(page, "q=order", base());
    const all = await count(page);
    const chips = page.locator("main .chips button");
    await page.locator('input[data-key="kind:contract"]').check();
    await chips.first().waitFor();
    assert.match(page.url(), /kind=contract$/);
    await page.locator('input[data-key="domain:sales"]').check();
    await chips.nth(1).waitFor();
    await page.locator("#q").fill("orders");
    await page.waitForURL(/q=orders&/);
    const counted = (n) => page.waitForFunction((n) => document.querySelectorAll("main .chips button").length === n, n);
    await page.goBack();
    await counted(1);
    assert.match(page.url(), /q=order&kind=contract$/);
    await page.goBack();
    await counted(0);
    assert.equal(await page.locator("#q").inputValue(), "order");
    await page.waitForFunction((all) => document.querySelector("main .facts strong").innerText === all, all);
    await page.goForward();
    await counted(1);
    await page.locator('input[data-key="kind:contract"]:checked').waitFor();
    assert.deepEqual(visit.take(), []);
    await visit.close();
  });
}

test("coming back to a search shows as many results as before", async () => {
  const visit = await visitor(browser, {});
  const { page } = visit;
  await ask(page, "q=order");
  const hits = page.locator("main .hits > li");
  await page.getByRole("button", { name: /^Show \d+ more$/ }).click();
  await hits.nth(19).waitFor();
  await hits.nth(15).locator("a").first().click();
  await page.waitForURL((url) => !url.pathname.endsWith("search.html"));
  await page.goBack();
  await hits.nth(19).waitFor();
  await page.locator("#q").fill("orders");
  await page.waitForURL(/q=orders/);
  await page.waitForFunction(() => document.querySelectorAll("main .hits > li").length === 10);
  assert.deepEqual(visit.take(), []);
  await visit.close();
});

test("ticking what was left out takes it in", async () => {
  const visit = await visitor(browser, {});
  const { page } = visit;
  await ask(page, "q=price&status=-active");
  const chips = page.locator("main .chips button");
  assert.match(await chips.first().innerText(), /^Status: not Active/);
  const box = page.locator('input[data-key="status:active"]');
  await box.check();
  await page.waitForURL(/status=active$/);
  // The address changes at once, the chips with the answer.
  await chips.filter({ hasText: /^Status: Active/ }).waitFor();
  assert.equal(await chips.count(), 1);
  assert.ok(await page.locator(".hit").count() > 0 && await box.isChecked());
  await box.uncheck();
  await page.waitForURL(/q=price$/);
  assert.deepEqual(visit.take(), []);
  await visit.close();
});

test("what is told is told in parts, and not of more words than were looked for", async () => {
  const visit = await visitor(browser, {});
  const { page } = visit;
  const said = page.locator('main p[role="status"]').first();
  await ask(page, "q=zzzyx+item");
  await page.waitForFunction(() => document.querySelector('main p[role="status"]').textContent);
  assert.match(await said.textContent(), /results?, \d+ retired\. nothing with all of these words, others with some$/);
  await ask(page, "q=orders+b+c+d+e+f+g+h+j+k+l+m+o+p+q");
  const head = await page.locator("main .facts").first().innerText();
  assert.match(head, /looked for the first 12 words only/);
  assert.doesNotMatch(head, /all of these words/);
  await ask(page, "q=orders+-customer");
  assert.equal(await page.locator(".hit h3", { hasText: /^Orders$/ }).count(), 0, "it speaks of customers");
  assert.deepEqual(visit.take(), []);
  await visit.close();
});

test("the code of a rule leads to what the site says of it", async () => {
  const visit = await visitor(browser, {});
  const { page } = visit;
  await page.goto(`${server.base}search.html?q=gov030`);
  await page.getByRole("link", { name: "What the rule GOV030 finds" }).click();
  await page.waitForURL(/rules\/gov\.html#GOV030$/);
  assert.match(await page.locator(":target h2").innerText(), /Personal data in other class/);
  await visit.close();
});

test("without script, things are looked up by letter", async () => {
  const visit = await visitor(browser, { script: false });
  const { page } = visit;
  await page.goto(`${server.base}index.html`);
  assert.equal(await page.getByRole("searchbox").count(), 0, "no box swallows words");
  await page.getByRole("link", { name: /^Look it up/ }).click();
  await page.waitForURL(/search\.html$/);
  assert.ok(await page.locator("noscript p", { hasText: "scripts are off" }).isVisible());
  assert.equal(await page.getByText("More exactly").isVisible(), false, "no help for what does not work");
  const columns = page.locator("dt", { hasText: "Tables and columns" }).locator("+ dd");
  await columns.getByRole("link", { name: "A", exact: true }).click();
  const row = page.locator("main li", { hasText: /^amount_eur\b/ });
  await row.getByRole("link", { name: "Orders in the warehouse" }).click();
  assert.match(await page.locator(":target").innerText(), /amount_eur/, "the link leads to the column");
  await page.goto(`${server.base}teams/index.html`);
  await page.getByRole("link", { name: "Look up" }).click();
  const names = page.locator("dt", { hasText: "Names" }).locator("+ dd");
  await names.getByRole("link", { name: "O", exact: true }).click();
  await page.locator("main li", { hasText: "product, Sales" }).getByRole("link", { name: "Orders", exact: true }).click();
  await page.waitForURL(/products\/orders\.html$/);
  assert.deepEqual(visit.take(), []);
  await visit.close();
});
