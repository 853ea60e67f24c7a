// Checks what `check --format sarif` prints against the schema of OASIS, which the package
// `@microsoft/jest-sarif` carries; development only, like everything here.
// node sarif.mjs BINARY [FOLDER ...]: a registry full of mistakes of its own, and those in the folders.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const Ajv = require("ajv");
const home = dirname(require.resolve("@microsoft/jest-sarif/package.json"));
const schema = JSON.parse(readFileSync(join(home, "lib/schemas/sarif-2.1.0-rtm.5.json"), "utf8"));
const ajv = new Ajv({ allErrors: true, unknownFormats: "ignore", schemaId: "auto" });
ajv.addMetaSchema(require("ajv/lib/refs/json-schema-draft-04.json"));
const validate = ajv.compile(schema);

// Errors, warnings, infos and a waiver; names with blanks, accents, marks of URIs and of Markdown; CRLF and wide
// characters before a place; a file that cannot be read at all.
const FILES = {
  "registry/a b/ü#1%.odps.yaml": "apiVersion: v1.1.0\r\nkind: DataProduct\r\nid: a\r\nname: \"漢字 \u{1f600}\"\r\nstaus: active\r\nteam: {name: nobody}\r\n",
  "registry/broken.odcs.yaml": "kind: DataContract\nid: b\nname: a: b\n",
  "registry/old.odcs.yaml":
    "apiVersion: v3.1.0\nkind: DataContract\nid: old\nversion: 1.0\nstatus: activ\ndataProduct: x\nschema:\n  - name: a\n    columns: []\n",
  "registry/bytes.yaml": Buffer.from([0xff, 0xfe, 0x6b, 0x00]),
  "registry/other.yaml": "apiVersion: v1\nkind: ConfigMap\n",
  "registry/note.md": "[nowhere](missing.md) <script>\n",
  "registry/team.yaml": "apiVersion: meshfolio/v1\nkind: Team\nid: t\nname: T\n",
  "registry/waiver.yaml":
    "apiVersion: meshfolio/v1\nkind: Waiver\nid: w\ntarget: product:a\nrule: unknown-team\nreason: soon\napprovedBy: t\nexpires: 2026-12-31\n",
  "meshfolio.yaml": "check: {levels: {SCH001: warning}}\n",
};

function check(binary, folder) {
  let text;
  try {
    text = execFileSync(binary, ["-C", folder, "check", "--today", "2026-11-21", "--format", "sarif"], {
      encoding: "utf8",
      maxBuffer: 1 << 28,
      stdio: ["ignore", "pipe", "ignore"],
    });
  } catch (error) {
    assert.equal(error.status, 1, `check failed in ${folder}`);
    text = error.stdout;
  }
  const log = JSON.parse(text);
  assert.ok(validate(log), JSON.stringify(validate.errors?.slice(0, 5), null, 2));
  return log.runs[0].results.length;
}

const [binary, ...folders] = process.argv.slice(2);
const folder = mkdtempSync(join(tmpdir(), "sarif-"));
try {
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const n = check(binary, folder);
  assert.ok(n >= 8, `only ${n} findings in the registry of mistakes`);
  const others = folders.map((other) => check(binary, other));
  assert.equal(validate({ version: "2.1.0" }), false, "the schema refuses a log without runs");
  console.log(`sarif: ${[n, ...others].join(" + ")} results follow the schema of OASIS`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
