// Builds static/dist from packages and static/src: app.js, charts.js (loaded only where a chart is), style.css, icons.svg,
// and screen.js (the big screen). Each also compressed, for the server sends what lies beside a file when a browser takes it.
// Icons are collected from the templates and Python files that name them, so the sprite holds what is used.
import { context, build } from "esbuild";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { purged, vocabulary } from "./purge.mjs";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "static/dist");
const options = {
  absWorkingDir: root,
  entryPoints: { app: "static/src/app.js", charts: "static/src/charts.js", display: "static/src/display.js", screen: "static/src/screen.js", style: "static/src/app.css" },
  outdir: dist,
  bundle: true,
  minify: true,
  sourcemap: false,
  target: ["es2020"],
  format: "esm",
  loader: { ".svg": "dataurl", ".woff2": "dataurl" },
  legalComments: "none",
  plugins: [{ name: "tabler", setup: (builder) => builder.onLoad({ filter: /tabler\.min\.css$/ }, tabler) }],
};

const source = (name) => join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);

async function* files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (/\.(html|py|js)$/.test(entry.name)) yield path;
  }
}

const FOLDERS = ["templates", "portal", "chains", "enterprises", "services", "static/src"];

async function* sources() {
  for (const folder of FOLDERS) for await (const path of files(join(root, folder))) yield readFile(path, "utf8");
}

// Of Tabler only what our pages can use: without that its style sheet is two thirds of what a first visit loads.
async function tabler({ path }) {
  const texts = [];
  for await (const text of sources()) texts.push(text);
  const css = (await readFile(path, "utf8")).replace(/\/\*[\s\S]*?\*\//g, "");
  return { contents: purged(css, vocabulary(texts)), loader: "css" };
}

async function icons() {
  const names = new Set();
  for await (const text of sources()) {
    for (const [, name] of text.matchAll(/\bicon["']?(?:\s+|\s*[:=]\s*)["']([a-z0-9-]+)["']/g)) names.add(name);
    for (const [call] of text.matchAll(/NavItem\([\s\S]{0,300}/g)) {
      for (const [, name] of call.matchAll(/["']([a-z0-9-]+)["']/g)) if (existsSync(source(name))) names.add(name);
    }
  }
  const symbols = [];
  for (const name of [...names].sort()) {
    const svg = await readFile(source(name), "utf8").catch(() => {
      throw new Error(`No icon named ${name} in @tabler/icons`);
    });
    const inner = svg.replace(/<!--[\s\S]*?-->/g, "").replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "");
    symbols.push(`<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "")}</symbol>`);
  }
  await writeFile(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

async function* built() {
  for (const name of await readdir(dist)) if (/\.(js|css|svg)$/.test(name)) yield join(dist, name);
}

// While watching nothing lies compressed beside a file that changes.
async function compress() {
  for await (const path of built()) {
    const content = await readFile(path);
    await writeFile(`${path}.br`, brotliCompressSync(content));
    await writeFile(`${path}.gz`, gzipSync(content, { level: 9 }));
  }
}

await mkdir(dist, { recursive: true });
for await (const path of built()) for (const kind of ["br", "gz"]) await rm(`${path}.${kind}`, { force: true });
await icons();
await copyFile(join(root, "static/src/favicon.svg"), join(dist, "favicon.svg"));
if (process.argv.includes("--watch")) {
  const watcher = await context(options);
  await watcher.watch();
} else {
  await build(options);
  await compress();
}
