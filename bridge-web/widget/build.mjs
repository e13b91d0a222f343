// Builds the widget into dist/, prints what a customer downloads, and fails over budget.
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const LOADER_BUDGET = 3_072;
const PAGE_BUDGET = 20_480;
const LOCALES = ['en', 'ko'];

const common = { bundle: true, minify: true, target: 'es2021', charset: 'utf8', legalComments: 'none', logLevel: 'warning' };

// The loader carries its style sheet inside itself, as a string.
const cssAsText = {
  name: 'css-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
await Promise.all([
  build({ ...common, entryPoints: { widget: 'src/loader/main.ts' }, outdir: 'dist', format: 'iife', plugins: [cssAsText] }),
  build({ ...common, entryPoints: { page: 'src/page/main.tsx' }, outdir: 'dist', format: 'esm', jsx: 'automatic', jsxImportSource: '#view' }),
  build({ ...common, entryPoints: { page: 'src/page/page.css' }, outdir: 'dist' }),
  ...LOCALES.map((locale) =>
    build({ ...common, entryPoints: { [locale]: `src/texts/${locale}.ts` }, outdir: 'dist', format: 'esm' }),
  ),
  copyFile('src/page/page.html', 'dist/page.html'),
]);

const weigh = async (name) => gzipSync(await readFile(`dist/${name}`), { level: 9 }).length;
const sizes = {};
for (const name of ['widget.js', 'page.html', 'page.js', 'page.css', ...LOCALES.map((locale) => `${locale}.js`)]) {
  sizes[name] = await weigh(name);
  console.log(`${name.padEnd(10)} ${String(sizes[name]).padStart(6)} bytes gz`);
}

const texts = Math.max(...LOCALES.map((locale) => sizes[`${locale}.js`]));
const page = sizes['page.js'] + sizes['page.css'] + texts;
console.log(`\nloader ${sizes['widget.js']} of ${LOADER_BUDGET}, page with one language ${page} of ${PAGE_BUDGET}`);
if (sizes['widget.js'] > LOADER_BUDGET || page > PAGE_BUDGET) {
  console.error('over budget: find what grew before raising a number in build.mjs');
  process.exit(1);
}
