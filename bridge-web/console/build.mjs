// Builds the console into dist/ and prints what an agent's browser downloads.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

// A page that a person keeps open all day may weigh more than the widget, but not without anybody noticing.
const BUDGET = 61_440;

const common = { bundle: true, minify: true, target: 'es2022', charset: 'utf8', legalComments: 'none', logLevel: 'warning', outdir: 'dist', metafile: true };

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
const [page] = await Promise.all([
  build({
    ...common,
    entryPoints: { console: 'src/main.tsx' },
    format: 'esm',
    splitting: true,
    chunkNames: 'console-[name]-[hash]',
    jsx: 'automatic',
    jsxImportSource: 'preact',
  }),
  build({ ...common, entryPoints: { console: 'src/styles/console.css' } }),
]);

const name = (path) => path.replace(/^dist\//, '');
const outputs = Object.entries(page.metafile.outputs);
const [, entry] = outputs.find(([path]) => name(path) === 'console.js');
const first = entry.imports.filter(({ kind }) => kind === 'import-statement').map(({ path }) => name(path));
const preload = first.map((file) => `<link rel="modulepreload" href="ASSETS/${file}" />`).join('\n    ');
const html = (await readFile('src/console.html', 'utf8')).replace('<!-- preload -->', preload);
// Two addresses of different depth; links are relative, so that a path prefix works.
await writeFile('dist/console.html', html.replaceAll('ASSETS', 'assets'));
await writeFile('dist/console-widget.html', html.replaceAll('ASSETS', '../assets'));

const weigh = async (file) => gzipSync(await readFile(`dist/${file}`), { level: 9 }).length;
const files = ['console.html', 'console.css', ...outputs.map(([path]) => name(path))];
const sizes = new Map(await Promise.all(files.map(async (file) => [file, await weigh(file)])));
for (const [file, size] of sizes) console.log(`${file.padEnd(32)} ${String(size).padStart(6)} bytes gz`);
const atOnce = ['console.html', 'console.css', 'console.js', ...first].reduce((sum, file) => sum + sizes.get(file), 0);
console.log(`\nconsole ${atOnce} of ${BUDGET}`);
if (atOnce > BUDGET) {
  console.error('over budget: find what grew before raising a number in build.mjs');
  process.exit(1);
}
