/** A page with `<sluice-graph>` and nothing of the studio, under the studio's strict policy. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContextOptions } from 'playwright-core'
import { build } from 'vite'
import { serveStudio } from '../../src/cli/studio-server.ts'
import { launchBrowser } from './browser.ts'
import { type OpenPage, openPage } from './studio.ts'

export interface ElementSite {
  readonly browser: Browser
  open(options?: BrowserContextOptions & { readonly path?: string }): Promise<OpenPage>
  stop(): Promise<void>
}

const entry = fileURLToPath(new URL('../../src/element/index.ts', import.meta.url))

const styles = `
body { margin: 0; font: 16px sans-serif; }
#small { height: 300px; width: 600px; }
#large { height: 100vh; }
`

/** Serves the element as one script, files of JSON by name, and a page that holds `body`. */
export async function startElementSite(
  body: string,
  drawings: Readonly<Record<string, unknown>>,
): Promise<ElementSite> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-element-'))
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      ...{ outDir: folder, emptyOutDir: true, target: 'es2022' },
      lib: { entry, formats: ['es'], fileName: () => 'element.js' },
    },
  })
  const head = `<meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>A page</title><link rel="stylesheet" href="page.css"><link rel="icon" href="icon.svg">
<script type="module" src="element.js"></script>`
  const page = `<!doctype html><html lang="en"><head>${head}</head><body>${body}</body></html>`
  const icon = '<svg xmlns="http://www.w3.org/2000/svg"/>'
  const files = { 'index.html': page, 'page.css': styles, 'icon.svg': icon }
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  for (const [name, drawing] of Object.entries(drawings)) {
    await writeFile(join(folder, name), JSON.stringify(drawing))
  }
  const server = await serveStudio({ folder, port: 0 })
  const browser = await launchBrowser()
  return {
    browser,
    open: (options) => openPage(browser, server, options),
    stop: async () => {
      await browser.close()
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
