/** The studio, built and served for browser tests. */
import type { Browser, BrowserContextOptions, Page } from 'playwright-core'
import { type StudioServer, serveStudio } from '../../src/cli/studio-server.ts'
import { launchBrowser } from './browser.ts'
import { builtStudio } from './built.ts'

export interface Studio {
  readonly browser: Browser
  readonly server: StudioServer
  /** A page of a new profile on the studio, and all that goes wrong in it. */
  open(options?: BrowserContextOptions & { readonly path?: string }): Promise<OpenPage>
  stop(): Promise<void>
}

export interface OpenPage {
  readonly page: Page
  /** Errors on the console, exceptions, and requests to other origins. */
  readonly complaints: readonly string[]
}

/** Serves the studio, as its source builds, to a browser. */
export async function startStudio(): Promise<Studio> {
  const folder = await builtStudio()
  const server = await serveStudio({ folder, port: 0 })
  const browser = await launchBrowser()
  return {
    browser,
    server,
    open: (options) => openPage(browser, server, options),
    stop: async () => {
      await browser.close()
      await server.close()
    },
  }
}

export async function openPage(
  browser: Browser,
  server: StudioServer,
  { path = '', ...options }: BrowserContextOptions & { readonly path?: string } = {},
): Promise<OpenPage> {
  const viewport = { width: 1440, height: 900 }
  const context = await browser.newContext({ viewport, colorScheme: 'light', ...options })
  const page = await context.newPage()
  const complaints: string[] = []
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  page.on('pageerror', (error) => complaints.push(String(error)))
  page.on('request', (request) => {
    const url = request.url()
    if (!url.startsWith(server.url) && !url.startsWith('blob:')) complaints.push(`asked ${url}`)
  })
  await page.goto(`${server.url}${path}`)
  return { page, complaints }
}
