/**
 * A browser for tests: Chrome, Chromium or Edge where one is installed, else Debian's Chromium by
 * apt, else an error that says how to get one. Never a test that is passed over.
 */
import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const run = promisify(execFile)

const names = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
  'msedge',
]
const elsewhere = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Microsoft\\Edge\\Application\\msedge.exe',
]

const flags = [
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** A headless browser with a profile of its own. */
export async function launchBrowser(): Promise<Browser> {
  const executablePath = await findOrInstall()
  // Chromium runs as root, as in containers, only without its sandbox.
  const isRoot = process.getuid?.() === 0
  return chromium.launch({ executablePath, args: isRoot ? [...flags, '--no-sandbox'] : flags })
}

async function findOrInstall(): Promise<string> {
  const { SLUICE_BROWSER: chosen } = process.env
  if (chosen) return chosen
  const found = await find()
  if (found) return found
  const failed = await install()
  const installed = await find()
  if (installed) return installed
  throw new Error(
    `These tests need Chrome, Chromium or Edge, and there is none; installing Debian's failed: ${failed}. Install one of them (apt-get install chromium), or name it in SLUICE_BROWSER.`,
  )
}

async function find(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? '').split(delimiter)
  const places = [...names.flatMap((name) => folders.map((one) => join(one, name))), ...elsewhere]
  for (const place of places) {
    if (await isThere(place)) return place
  }
  return undefined
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}

/** Gives what went wrong; '' where nothing did. */
async function install(): Promise<string> {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  const apt = async (...args: readonly string[]) => {
    await run('apt-get', ['-y', '-q', ...args], { env: environment, maxBuffer: 2 ** 26 })
  }
  try {
    await apt('update')
    await apt('install', '--no-install-recommends', 'chromium')
    return ''
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
  }
}
