// Builds the widget into dist/, prints what a customer downloads, and fails over budget.
import { copyFile, mkdir, readFile, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build, transform } from 'esbuild';

const LOADER_BUDGET = 3_072;
const PAGE_BUDGET = 20_480;
const TALK_BUDGET = 14_336;
const LOCALES = ['en', 'ko'];

const common = { bundle: true, minify: true, target: 'es2021', charset: 'utf8', legalComments: 'none', logLevel: 'warning' };
const drawing = { ...common, outdir: 'dist', format: 'esm', jsx: 'automatic', jsxImportSource: '#view' };

// The loader and the chat's part carry their style sheets inside themselves, as strings.
const cssAsText = {
  name: 'css-as-text',
  setup({ onLoad }) {
    onLoad({ filter: /\.css$/ }, async ({ path }) => {
      const { code } = await transform(await readFile(path, 'utf8'), { loader: 'css', minify: true });
      return { contents: code.trim(), loader: 'text' };
    });
  },
};

// One renderer draws both, so the chat's part borrows it from the page that loaded it.
const borrowFromPage = {
  name: 'borrow-from-page',
  setup({ onResolve }) {
    onResolve({ filter: /^#view\/jsx-runtime$|\/page\/shared$/ }, () => ({ path: './page.js', external: true }));
  },
};

await rm('dist', { recursive: true, force: true });
await mkdir('dist');
const talk = await build({
  ...drawing,
  entryPoints: { talk: 'src/talk/main.tsx' },
  entryNames: '[name]-[hash]',
  plugins: [cssAsText, borrowFromPage],
  metafile: true,
});
const TALK = basename(Object.keys(talk.metafile.outputs)[0]);
await Promise.all([
  build({ ...common, entryPoints: { widget: 'src/loader/main.ts' }, outdir: 'dist', format: 'iife', plugins: [cssAsText] }),
  build({ ...drawing, entryPoints: { page: 'src/page/main.tsx' }, define: { TALK: JSON.stringify(TALK) } }),
  build({ ...common, entryPoints: { page: 'src/page/page.css' }, outdir: 'dist' }),
  ...LOCALES.map((locale) =>
    build({ ...common, entryPoints: { [locale]: `src/texts/${locale}.ts` }, outdir: 'dist', format: 'esm' }),
  ),
  copyFile('src/page/page.html', 'dist/page.html'),
]);

const weigh = async (name) => gzipSync(await readFile(`dist/${name}`), { level: 9 }).length;
const sizes = {};
for (const name of ['widget.js', 'page.html', 'page.js', 'page.css', ...LOCALES.map((locale) => `${locale}.js`), TALK]) {
  sizes[name] = await weigh(name);
  console.log(`${name.padEnd(18)} ${String(sizes[name]).padStart(6)} bytes gz`);
}

const texts = Math.max(...LOCALES.map((locale) => sizes[`${locale}.js`]));
const budgets = [
  ['loader', sizes['widget.js'], LOADER_BUDGET],
  ['page with one language', sizes['page.js'] + sizes['page.css'] + texts, PAGE_BUDGET],
  ['chat', sizes[TALK], TALK_BUDGET],
];
console.log(`\n${budgets.map(([what, size, budget]) => `${what} ${size} of ${budget}`).join(', ')}`);
if (budgets.some(([, size, budget]) => size > budget)) {
  console.error('over budget: find what grew before raising a number in build.mjs');
  process.exit(1);
}
