// What all browser tests share: the browser, a server below a sub-path, the kinds of pages of a site, and what
// must hold on any page.
import { createReadStream, existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, extname, join, normalize } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));
const axeSource = readFileSync(join(here, "node_modules/axe-core/axe.min.js"), "utf8");

/** The folder of the demo catalog, built by `run`. */
export const site = process.env.MESHFOLIO_SITE ?? fail("MESHFOLIO_SITE names no site; use tests/browser/run");
/** The binary that builds other sites. */
export const meshfolio = process.env.MESHFOLIO_BIN ?? fail("MESHFOLIO_BIN names no binary; use tests/browser/run");

function fail(message) {
  throw new Error(message);
}

const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync"];

/** Starts Chromium, as the distribution installs it or as CHROMIUM names it. */
export async function launch() {
  const names = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const executablePath = names.find((name) => name && existsSync(name)) ?? fail("there is no Chromium");
  return chromium.launch({ executablePath, args: FLAGS });
}

const TYPES = { ".html": "text/html; charset=utf-8", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml",
  ".json": "application/json", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8", ".md": "text/markdown; charset=utf-8" };

/** Serves a folder below a path, as a static host does; returns its address and a way to stop. */
export async function serve(folder, below = "/mesh/") {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const relative = normalize(path.startsWith(below) ? path.slice(below.length) : "") || "index.html";
    const file = join(folder, relative.endsWith("/") ? `${relative}index.html` : relative);
    if (!path.startsWith(below) || relative.startsWith("..") || !existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end("not found");
      return;
    }
    response.writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  const stop = () => new Promise((done) => { server.closeAllConnections(); server.close(done); });
  return { base: `http://127.0.0.1:${server.address().port}${below}`, stop };
}

/** The address of a folder on disk. */
export function onDisk(folder) {
  return `${pathToFileURL(folder).href}/`;
}

/** All files of a folder with an ending, relative, sorted. */
export function files(folder, ending) {
  return readdirSync(folder, { recursive: true }).map(String).filter((path) => path.endsWith(ending)).sort();
}

/** Says whether a page only leads from an old address to the new one. */
export function leadsOn(folder, path) {
  return readFileSync(join(folder, path), "utf8").includes('http-equiv="refresh"');
}

/** Of each kind of page the largest and the smallest: kinds are told by the shape of their address. */
export function kinds(folder) {
  const known = new Set(["index", "lineage", "consumers", "columns"]);
  const shape = (path) => {
    const parts = path.replace(/\.html$/, "").split("/");
    if (parts.length === 1) return path;
    return parts.map((part, position) => (position === 0 || known.has(part) ? part : part.replace(/^page-\d+$/, "page-n").replace(/^(?!page-n$).*/, "*"))).join("/");
  };
  const byShape = new Map();
  for (const path of files(folder, ".html").filter((path) => !leadsOn(folder, path))) {
    const size = statSync(join(folder, path)).size;
    const found = byShape.get(shape(path)) ?? [];
    found.push({ path, size });
    byShape.set(shape(path), found);
  }
  const chosen = [...byShape].map(([name, found]) => {
    found.sort((a, b) => a.size - b.size || (a.path < b.path ? -1 : 1));
    return { name, pages: [...new Set([found.at(-1).path, found[0].path])] };
  });
  return chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Opens pages in one context and notes what goes wrong in them. */
export async function visitor(browser, options) {
  const context = await browser.newContext({ bypassCSP: options.bypassCSP ?? false, colorScheme: options.scheme ?? "light",
    javaScriptEnabled: options.script ?? true, viewport: { width: options.width ?? 1280, height: 900 } });
  const page = await context.newPage();
  const troubles = [];
  page.on("console", (message) => { if (["error", "warning"].includes(message.type())) troubles.push(`console: ${message.text()}`); });
  page.on("pageerror", (error) => troubles.push(`script: ${error.message}`));
  // The browser stops asking for what a page wants that is left; what a policy forbids has another word.
  const isLeft = (request) => request.failure()?.errorText === "net::ERR_ABORTED";
  page.on("requestfailed", (request) => isLeft(request) || troubles.push(`request: ${request.url()} ${request.failure()?.errorText}`));
  page.on("response", (response) => { if (response.status() >= 400) troubles.push(`${response.status()}: ${response.url()}`); });
  page.on("dialog", (dialog) => { troubles.push(`dialog: ${dialog.message()}`); dialog.dismiss(); });
  const take = () => troubles.splice(0);
  return { page, take, close: () => context.close() };
}

/** How many pixels the page can be moved sideways; it should be none. */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** What axe finds on a page, a line each. The context must bypass the CSP, which forbids injected scripts. */
export async function axe(page) {
  await page.evaluate(axeSource);
  const violations = await page.evaluate((values) => axe.run(document, { runOnly: { type: "tag", values }, preload: false })
    .then((found) => found.violations.map((v) => `${v.id}: ${v.help}: ${v.nodes.slice(0, 3).map((n) => n.target.join(" ")).join("; ")}`)), TAGS);
  return violations;
}
