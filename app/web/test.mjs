// Runs the unit tests of the page with Node's own test runner and writes a JUnit report for the totals.
// Usage: node test.mjs TARGET-FOLDER
import { build } from "esbuild";
import * as fs from "node:fs";
import * as path from "node:path";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(process.argv[2] ?? path.join(here, "..", "target"));
const bundles = path.join(target, "web-test");
const report = path.join(target, "surefire-reports", "TEST-web.xml");

async function bundleTests() {
  const names = fs.readdirSync(path.join(here, "test")).filter((name) => name.endsWith(".test.ts"));
  fs.rmSync(bundles, { recursive: true, force: true });
  await build({
    entryPoints: names.map((name) => path.join(here, "test", name)),
    outdir: bundles,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
    logLevel: "warning",
  });
  return names.map((name) => path.join(bundles, name.replace(/\.ts$/, ".mjs")));
}

const escape = (text) =>
  String(text)
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, "?")
    .replace(/[&<>"]/g, (sign) => `&#${sign.codePointAt(0)};`);

function caseXml(test) {
  const open = `<testcase classname="web.${escape(test.file)}" name="${escape(test.name)}" time="${test.seconds}"`;
  if (test.skipped) {
    return `  ${open}><skipped/></testcase>`;
  }
  return test.failure === undefined
    ? `  ${open}/>`
    : `  ${open}><failure message="failed">${escape(test.failure)}</failure></testcase>`;
}

function writeReport(tests) {
  const failures = tests.filter((test) => test.failure !== undefined).length;
  const skipped = tests.filter((test) => test.skipped).length;
  const seconds = tests.reduce((sum, test) => sum + Number(test.seconds), 0).toFixed(3);
  const counts = `tests="${tests.length}" failures="${failures}" errors="0" skipped="${skipped}" time="${seconds}"`;
  const lines = ['<?xml version="1.0" encoding="UTF-8"?>', `<testsuite name="web" ${counts}>`];
  fs.mkdirSync(path.dirname(report), { recursive: true });
  fs.writeFileSync(report, [...lines, ...tests.map(caseXml), "</testsuite>", ""].join("\n"));
  return failures;
}

function outcome(data, failed) {
  return {
    name: data.name,
    file: path.basename(data.file ?? "unknown", ".test.mjs"),
    seconds: (data.details.duration_ms / 1000).toFixed(3),
    skipped: data.skip !== undefined && data.skip !== false,
    failure: failed ? (data.details.error?.cause?.stack ?? String(data.details.error)) : undefined,
  };
}

process.env["PARLEY_WEB"] = here;
const tests = [];
const stream = run({ files: await bundleTests(), concurrency: true });
// A suite, or a file that could be loaded, is no test; a file that could not be loaded is a failed one.
stream.on("test:pass", (data) => {
  if (data.details.type !== "suite" && data.file !== data.name) {
    tests.push(outcome(data, false));
  }
});
stream.on("test:fail", (data) => {
  if (data.details.type !== "suite") {
    tests.push(outcome(data, true));
  }
});
const told = stream.compose(new spec()).toArray();
const details = (await told).join("");
const failures = writeReport(tests);
if (failures > 0 || tests.length === 0) {
  process.stderr.write(details);
  process.exitCode = 1;
}
console.log(`chat page: ${tests.length} unit tests, ${failures} failed`);
