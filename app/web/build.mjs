// Builds the page into TARGET/classes/web-root: index.html, assets/ with the hash of the content in each
// name, and manifest.json. Does nothing when no input changed since the last build.
// Usage: node build.mjs TARGET-FOLDER
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.resolve(process.argv[2] ?? path.join(here, "..", "target"));
const out = path.join(target, "classes", "web-root");
const stampFile = path.join(target, "web-build.json");

const MEDIA_TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
};

const sha256 = (bytes) => createHash("sha256").update(bytes).digest("hex");

function filesUnder(folder) {
  return fs
    .readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

/** One hash over everything that the result depends on. */
function inputHash() {
  const single = ["build.mjs", "tsconfig.json", "package-lock.json"].map((name) => path.join(here, name));
  const all = [...single, ...filesUnder(path.join(here, "src")), ...filesUnder(path.join(here, "test"))];
  const lines = all.map((file) => `${path.relative(here, file)} ${sha256(fs.readFileSync(file))}`);
  return sha256([process.version, ...lines].join("\n"));
}

/** Whether what the last build wrote is all still there, byte for byte. */
function isUpToDate(inputs) {
  try {
    const stamp = JSON.parse(fs.readFileSync(stampFile, "utf8"));
    const intact = (file) => sha256(fs.readFileSync(path.join(out, file))) === stamp.outputs[file];
    return stamp.inputs === inputs && Object.keys(stamp.outputs).every(intact);
  } catch {
    return false;
  }
}

function checkTypes() {
  const tsc = path.join(here, "node_modules", "typescript", "bin", "tsc");
  const run = spawnSync(process.execPath, [tsc, "--noEmit", "--strict", "-p", here], { stdio: "inherit" });
  if (run.status !== 0) {
    process.exit(1);
  }
}

async function bundle(entry, options) {
  const result = await build({
    entryPoints: [path.join(here, "src", entry)],
    absWorkingDir: here,
    bundle: true,
    write: false,
    minify: true,
    metafile: true,
    charset: "utf8",
    legalComments: "none",
    target: ["chrome111", "firefox115", "safari16.4"],
    logLevel: "warning",
    outdir: path.join(here, "out"),
    ...options,
  });
  return { bytes: result.outputFiles[0].contents, inputs: Object.keys(result.metafile.inputs) };
}

/** The licence texts of the packages whose code is in the bundle. */
function licences(inputs) {
  const packages = new Set(
    inputs.map((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter((name) => name !== undefined),
  );
  return [...packages].sort().map((name) => {
    const folder = path.join(here, "node_modules", name);
    const about = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
    const file = fs.readdirSync(folder).find((entry) => /^licen[cs]e/i.test(entry));
    const text = file === undefined ? `Licence: ${about.license}` : fs.readFileSync(path.join(folder, file), "utf8");
    return `${name} ${about.version}\n\n${text.trim()}\n`;
  });
}

class Site {
  outputs = {};
  entries = {};

  /** Writes one file; an asset gets the hash of its content into its name. Returns the path in the site. */
  add(name, bytes) {
    const extension = path.extname(name);
    const hash = sha256(bytes).slice(0, 12);
    const file = extension === ".html" ? name : `assets/${path.basename(name, extension)}-${hash}${extension}`;
    fs.mkdirSync(path.dirname(path.join(out, file)), { recursive: true });
    fs.writeFileSync(path.join(out, file), bytes);
    this.outputs[file] = sha256(bytes);
    this.entries[file] = { type: MEDIA_TYPES[extension], bytes: Buffer.byteLength(bytes) };
    return file;
  }

  finish(inputs) {
    const manifest = JSON.stringify({ index: "index.html", files: this.entries }, null, 2) + "\n";
    fs.writeFileSync(path.join(out, "manifest.json"), manifest);
    this.outputs["manifest.json"] = sha256(manifest);
    fs.writeFileSync(stampFile, JSON.stringify({ inputs, outputs: this.outputs }));
  }
}

async function main() {
  const inputs = inputHash();
  if (isUpToDate(inputs)) {
    return;
  }
  checkTypes();
  fs.rmSync(out, { recursive: true, force: true });
  const site = new Site();
  const app = await bundle("main.ts", { format: "esm" });
  const theme = await bundle("theme.ts", { format: "iife" });
  const styles = await bundle("styles/main.css", {});
  const names = {
    app: site.add("app.js", app.bytes),
    theme: site.add("theme.js", theme.bytes),
    styles: site.add("app.css", styles.bytes),
    icon: site.add("icon.svg", fs.readFileSync(path.join(here, "src", "icon.svg"))),
    licences: site.add("licences.txt", licences(app.inputs).join("\n----\n\n")),
  };
  const page = fs.readFileSync(path.join(here, "src", "index.html"), "utf8");
  site.add("index.html", page.replace(/\{\{(\w+)\}\}/g, (_, key) => names[key]));
  site.finish(inputs);
  const total = Object.values(site.entries).reduce((sum, entry) => sum + entry.bytes, 0);
  console.log(`chat page: ${Object.keys(site.entries).length} files, ${total} bytes, in ${out}`);
}

await main();
