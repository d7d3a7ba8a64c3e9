import { fileURLToPath } from 'node:url'
import { defineConfig, type Plugin } from 'vite'

const source = fileURLToPath(new URL('../src', import.meta.url))

/** Every browser that runs WebAssembly with SIMD reads woff2; KaTeX brings older forms as well. */
const woff2Only: Plugin = {
  name: 'fonts as woff2 only',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('katex.min.css')
      ? { code: code.replace(/,url\([^)]*\.(?:woff|ttf)\) format\("[^"]*"\)/g, ''), map: null }
      : undefined,
}

/** A static site that may be hosted anywhere, even in a folder of a larger one. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  plugins: [woff2Only],
  resolve: {
    alias: [
      { find: /^sluice$/, replacement: `${source}/index.ts` },
      { find: /^sluice\/([a-z]+)$/, replacement: `${source}/$1/index.ts` },
    ],
  },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact', development: false } },
  build: {
    outDir: fileURLToPath(new URL('../dist/studio', import.meta.url)),
    emptyOutDir: true,
    target: 'es2022',
    // The content security policy allows no `data:` beside images and fonts of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  worker: { format: 'es' },
})
