// Builds static/dist from packages and static/src: app.js, charts.js (loaded only where a chart is), display.js (a station's screen), style.css, icons.svg.
// Icons are collected from the templates and Python files that name them, so the sprite holds what is used.
import { context, build } from "esbuild";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const root = new URL("..", import.meta.url).pathname;
const dist = join(root, "static/dist");
const options = {
  absWorkingDir: root,
  entryPoints: { app: "static/src/app.js", charts: "static/src/charts.js", display: "static/src/display.js", style: "static/src/app.css" },
  outdir: dist,
  bundle: true,
  minify: true,
  sourcemap: false,
  target: ["es2020"],
  format: "esm",
  loader: { ".svg": "dataurl", ".woff2": "dataurl" },
  legalComments: "none",
};

const source = (name) => join(root, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);

async function* files(folder) {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* files(path);
    else if (/\.(html|py|js)$/.test(entry.name)) yield path;
  }
}

async function icons() {
  const names = new Set();
  for (const folder of ["templates", "portal", "chains", "enterprises", "services", "static/src"]) {
    for await (const path of files(join(root, folder))) {
      const text = await readFile(path, "utf8");
      for (const [, name] of text.matchAll(/\bicon["']?(?:\s+|\s*[:=]\s*)["']([a-z0-9-]+)["']/g)) names.add(name);
      for (const [call] of text.matchAll(/NavItem\([\s\S]{0,300}/g)) {
        for (const [, name] of call.matchAll(/["']([a-z0-9-]+)["']/g)) if (existsSync(source(name))) names.add(name);
      }
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

await mkdir(dist, { recursive: true });
await icons();
await copyFile(join(root, "static/src/favicon.svg"), join(dist, "favicon.svg"));
if (process.argv.includes("--watch")) {
  const watcher = await context(options);
  await watcher.watch();
} else {
  await build(options);
}
