// Payloads in every text of a registry, and in its Markdown, opened in a real browser: none runs, none asks another host.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { files, launch, meshfolio, onDisk, serve, visitor } from "./support.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const corpora = join(process.env.MESHFOLIO_SHARED ?? join(here, "../../../shared"), "corpora");

/** Payloads of our own, for a clone without the corpora. */
const OWN = ["<script>window.ran=1</script>", "\"><img src=x onerror=alert(1)>", "'-alert(1)-'", "javascript:alert(1)",
  "</title><svg onload=alert(1)>", "{{7*7}}{% include 'x' %}", "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
  "\u202Eevil\u2028line", "]]><script>alert(1)</script>", "<!--><img src=x onerror=alert(1)>-->", "&lt;img src=x onerror=alert(1)&gt;",
  "[x](javascript:alert(1)) ![x](vbscript:alert(1)) <javascript:alert(1)>", "</script><script>alert(1)</script>"];

function rows(name, field) {
  const path = join(corpora, name);
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line)[field]);
}

const payloads = [...new Set([...OWN, ...rows("xss-payloads.jsonl", "payload"), ...rows("xss-owasp.jsonl", "payload"),
  ...rows("dompurify-fixtures.jsonl", "payload"), ...rows("naughty-strings.jsonl", "s"), ...rows("naughty-unicode-control.jsonl", "s")])]
  .filter((text) => typeof text === "string" && text.trim() !== "");
const markdown = [...OWN, ...rows("markdown-xss.jsonl", "markdown"), ...rows("xss-payloads.jsonl", "payload"),
  ...rows("dompurify-fixtures.jsonl", "payload"), ...rows("commonmark-0.31.2.jsonl", "markdown")];

/** JSON is YAML: every payload is written as it is, with what YAML forbids in the open escaped. */
const quoted = (text) => JSON.stringify(text).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

let folder;
let browser;
let server;

function write(path, text) {
  const full = join(folder, path);
  mkdirSync(dirname(full), { recursive: true });
  writeFileSync(full, text);
}

/** A product with its contract in which every text is a payload. */
function plant(number, take) {
  const t = () => quoted(take());
  const base = `registry/domains/d/p${number}`;
  write(`${base}/product.odps.yaml`, `apiVersion: v1.0.0
kind: DataProduct
id: p${number}
name: ${t()}
version: 1.0.0
status: active
domain: d
description: {purpose: ${t()}, limitations: ${t()}, usage: ${t()}}
tags: [${t()}, ${t()}]
team: {name: t, description: ${t()}, members: [{username: ${t()}, role: ${t()}}]}
support: [{channel: ${t()}, url: ${t()}, description: ${t()}}]
customProperties: [{property: ${t()}, value: ${t()}}]
authoritativeDefinitions: [{type: ${t()}, url: ${t()}}]
outputPorts: [{name: ${t()}, version: 1.0.0, contractId: c${number}, description: ${t()}, type: ${t()}}]
inputPorts: [{name: ${t()}, version: 1.0.0, contractId: c${Math.max(0, number - 1)}}]
`);
  write(`${base}/c.odcs.yaml`, `apiVersion: v3.1.0
kind: DataContract
id: c${number}
name: ${t()}
version: 1.0.0
status: active
description: {purpose: ${t()}, limitations: ${t()}, usage: ${t()}}
tags: [${t()}]
servers: [{server: ${t()}, type: postgres, host: ${t()}, port: 5432, database: ${t()}, schema: ${t()}, description: ${t()}}]
schema:
  - name: ${t()}
    physicalName: ${t()}
    description: ${t()}
    properties:
      - {name: ${t()}, logicalType: string, physicalType: ${t()}, description: ${t()}, classification: ${t()}, examples: [${t()}], quality: [{type: sql, query: ${t()}, name: ${t()}, description: ${t()}}]}
      - {name: ${t()}, logicalType: string, businessName: ${t()}, tags: [${t()}], transformSourceObjects: [${t()}]}
slaProperties: [{property: ${t()}, value: ${t()}, unit: ${t()}}]
roles: [{role: ${t()}, description: ${t()}, firstLevelApprovers: ${t()}}]
support: [{channel: ${t()}, url: ${t()}}]
price: {priceAmount: 1, priceCurrency: ${t()}, priceUnit: ${t()}}
`);
}

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "meshfolio-hostile-"));
  write("meshfolio.yaml", `mesh: {id: hostile, name: ${quoted(OWN[0])}, description: ${quoted(OWN[1])}}\n`);
  write("registry/domains/d/domain.yaml", `apiVersion: meshfolio/v1\nkind: Domain\nid: d\nname: ${quoted(OWN[4])}\nowner: t\n`);
  write("registry/teams/t.yaml", `apiVersion: meshfolio/v1\nkind: Team\nid: t\nname: ${quoted(OWN[1])}\ndescription: {purpose: ${quoted(OWN[2])}}\nsupport: [{channel: ${quoted(OWN[3])}, url: "javascript:alert(1)"}]\n`);
  let next = 0;
  const take = () => payloads[next++ % payloads.length];
  let number = 0;
  while (next < payloads.length || number < 20) plant(number++, take);
  for (let position = 0; position < markdown.length; position += 40) {
    const text = markdown.slice(position, position + 40).join("\n\n");
    write(`registry/domains/d/p${(position / 40) % number}/${position / 40 < number ? "README.md" : `docs/n${position}.md`}`, text);
  }
  execFileSync(meshfolio, ["-C", folder, "--no-cache", "-q", "build", "--allow-errors", "--out", join(folder, "site")], { stdio: "ignore" });
  browser = await launch();
  server = await serve(join(folder, "site"));
});
after(async () => {
  await browser?.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

// The console may say that the policy of the page refused something: then something got past the escaping, so that is
// a finding as well. Requests that fail are none of the site's own.
for (const [name, base, bypassCSP] of [["served, with", () => server.base, false],
  ["from disk, without", () => onDisk(join(folder, "site")), true]]) {
  test(`no payload runs: ${name} the policy of the page`, async () => {
    const visit = await visitor(browser, { bypassCSP });
    const found = [];
    visit.page.on("request", (request) => {
      if (!request.url().startsWith(base()) && !request.url().startsWith("data:")) found.push(`asks for ${request.url()}`);
    });
    const all = files(join(folder, "site"), ".html");
    assert.ok(all.length > 60, `the payloads made only ${all.length} pages`);
    for (const path of all) {
      await visit.page.goto(base() + path, { waitUntil: "load" });
      found.push(...visit.take().map((line) => `${path}: ${line}`));
      const odd = await visit.page.evaluate(() => {
        const own = new Set(["site.js", "search.js", "live.js"]);
        const scripts = [...document.scripts].filter((s) => s.type !== "application/ld+json" && !own.has((s.getAttribute("src") ?? "").split("/").pop()));
        const handlers = [...document.querySelectorAll("*")].filter((e) => [...e.attributes].some((a) => /^on|^style$|^srcdoc$/.test(a.name)));
        const links = [...document.querySelectorAll("[href],[src],[action],[formaction]")].filter((e) =>
          ["href", "src", "action", "formaction"].some((a) => e.hasAttribute(a) && !/^(https?:|mailto:|file:|data:image)/.test(new URL(e.getAttribute(a), location.href).href)));
        const frames = document.querySelectorAll("iframe,object,embed,base,form[action]:not([role=search])");
        return [window.ran ? "a script ran" : "", ...[...scripts, ...handlers, ...links, ...frames].map((e) => e.outerHTML.slice(0, 200))].filter(Boolean);
      });
      found.push(...odd.map((line) => `${path}: ${line}`));
    }
    await visit.close();
    assert.deepEqual(found.slice(0, 20), []);
  });
}
