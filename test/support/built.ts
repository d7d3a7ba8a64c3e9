/**
 * What the sources build to, made once for all test files of a run: processes start from it in a
 * third of the time that they need from TypeScript, and browsers get one and the same studio.
 */
import { execFile } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { build } from 'vite'

const root = fileURLToPath(new URL('../../', import.meta.url))
const patienceMs = 120_000

/** The executable of the package, compiled. */
export async function builtExecutable(): Promise<string> {
  const folder = await once('package', async (place) => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const argv = [tsc, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(place, 'dist')]
    await promisify(execFile)(process.execPath, argv)
    for (const name of ['data', 'package.json']) await symlink(join(root, name), join(place, name))
  })
  return join(folder, 'dist/cli/main.js')
}

/** The folder of the studio. */
export function builtStudio(): Promise<string> {
  return once('studio', async (outDir) => {
    const configFile = join(root, 'studio/vite.config.ts')
    await build({ configFile, logLevel: 'error', build: { outDir, emptyOutDir: true } })
  })
}

/** A program of test/support with all that it imports in one file, which a process starts at once. */
export async function builtProgram(name: string): Promise<string> {
  const file = `${name}.mjs`
  const folder = await once(name, async (outDir) => {
    const output = { entryFileNames: file, codeSplitting: false }
    const source = join(root, `test/support/${name}.ts`)
    await build({
      ...{ configFile: false, root, logLevel: 'error', publicDir: false },
      build: { ssr: source, outDir, emptyOutDir: true, rolldownOptions: { output } },
    })
  })
  return join(folder, file)
}

/** The first who asks makes it; the others, in other processes too, wait for that. */
async function once(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const place = join(await runFolder(), name)
  const [done, failed] = [`${place}.done`, `${place}.failed`]
  const isFirst = await mkdir(place).then(
    () => true,
    () => false,
  )
  if (isFirst) {
    try {
      await make(place)
    } catch (error) {
      await writeFile(failed, '')
      throw error
    }
    await writeFile(done, '')
    return place
  }
  for (const since = performance.now(); !existsSync(done); await wait(50)) {
    if (existsSync(failed)) throw new Error(`another test file could not build the ${name}`)
    if (performance.now() - since > patienceMs) throw new Error(`no ${name} after two minutes`)
  }
  return place
}

/** Below node_modules, where what is built finds its libraries. A run of tests names and removes it. */
async function runFolder(): Promise<string> {
  const own = join(root, `node_modules/.cache/sluice/run-${process.pid}`)
  const folder = process.env.SLUICE_BUILT ?? own
  if (folder === own) process.once('exit', () => rmSync(own, { recursive: true, force: true }))
  await mkdir(folder, { recursive: true })
  return folder
}
