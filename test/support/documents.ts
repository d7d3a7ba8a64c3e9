/**
 * The programs that stand in documents, as their readers would run them: typed against the compiled
 * package, then run, all in one process. A block of `ts` is a program of its own; after the comment
 * `<!-- continued -->` it goes on with the block before it. Lines stay where the document has them, so
 * that an error names the document's own line.
 */
import { execFile } from 'node:child_process'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { builtExecutable } from './built.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

export interface DocumentProgram {
  /** The file's name, and the line where its first block begins: `README-27`. */
  readonly name: string
  readonly document: string
  readonly source: string
  /** What comments `// → …` say that it prints, line by line. */
  readonly telling: readonly string[]
}

/** The programs of a document in Markdown. */
export function programsOf(document: string, text: string): readonly DocumentProgram[] {
  const lines = text.split('\n')
  const programs: { start: number; lines: string[] }[] = []
  let fence: string | undefined
  let isOurs = false
  for (const [index, line] of lines.entries()) {
    const [, indent = '', language = ''] = /^(\s*)```(\w*)/.exec(line) ?? []
    const isFence = /^\s*```/.test(line)
    if (isFence && fence !== undefined) fence = undefined
    else if (isFence) {
      fence = indent
      isOurs = language === 'ts'
      const goesOn = lines[index - 1]?.trim() === '<!-- continued -->'
      if (isOurs && !(goesOn && programs.length)) {
        programs.push({ start: index + 2, lines: lines.map(() => '') })
      }
    } else if (fence !== undefined && isOurs) {
      const program = programs.at(-1)
      if (program) program.lines[index] = line.slice(fence.length)
    }
  }
  return programs.map((program) => ({
    name: `${document.replace(/\.md$/, '').replaceAll('/', '-')}-${program.start}`,
    document,
    source: program.lines.join('\n'),
    telling: program.lines.flatMap((line) => /\/\/ → (.*)$/.exec(line)?.[1]?.trimEnd() ?? []),
  }))
}

/** What is wrong with the programs, by document and line: typed, then run in a folder with the data. */
export async function complaintsAbout(
  programs: readonly DocumentProgram[],
  folder: string,
): Promise<readonly string[]> {
  const place = join(dirname(await builtExecutable()), '../..', folder)
  await mkdir(join(place, 'run'), { recursive: true })
  for (const name of ['data', 'test']) await symlink(join(root, name), join(place, 'run', name))
  for (const { name, source } of programs) {
    await writeFile(join(place, `${name}.ts`), `${source}\nexport {}\n`)
  }
  const typed = await typing(programs, place)
  if (typed.length) return typed
  return running(programs, place)
}

async function typing(
  programs: readonly DocumentProgram[],
  place: string,
): Promise<readonly string[]> {
  const compilerOptions = {
    ...{ target: 'es2023', lib: ['es2023', 'dom'], types: ['node'], module: 'nodenext' },
    ...{ strict: true, skipLibCheck: true, rootDir: '.', outDir: 'out' },
  }
  const files = programs.map(({ name }) => `${name}.ts`)
  await writeFile(join(place, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }))
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const said = await promisify(execFile)(process.execPath, [tsc, '-p', '.', '--pretty', 'false'], {
    cwd: place,
  }).then(
    () => '',
    ({ stdout }: { readonly stdout: string }) => stdout,
  )
  return said.split('\n').flatMap((line) => {
    const [, file, at, wrong] = /^(.*)\.ts\((\d+),\d+\): error (.*)$/.exec(line) ?? []
    const program = programs.find(({ name }) => name === file)
    if (program) return `${program.document}:${at} ${wrong}`
    return line.includes('error') ? line : []
  })
}

interface Run {
  readonly name: string
  readonly printed: string
  readonly error?: string
}

async function running(
  programs: readonly DocumentProgram[],
  place: string,
): Promise<readonly string[]> {
  const runner = join(place, 'run-all.mjs')
  await writeFile(runner, await readFile(new URL('run-documents.js', import.meta.url)))
  const names = programs.map(({ name }) => name)
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--enable-source-maps', runner, ...names],
    { cwd: join(place, 'run'), maxBuffer: 2 ** 26 },
  )
  const runs = new Map<string, Run>()
  for (const line of stdout.split('\n')) {
    if (!line.startsWith('{"name":')) continue
    const run: Run = JSON.parse(line) // what run-documents.js prints
    runs.set(run.name, run)
  }
  return programs.flatMap(({ name, document, telling }) => {
    const run = runs.get(name)
    if (!run) return `${document}: ${name} did not end`
    if (run.error) return `${document}: ${name} throws ${run.error}`
    const printed = run.printed.split('\n').map((line) => line.trimEnd())
    let from = 0
    for (const line of telling) {
      const at = printed.indexOf(line, from)
      if (at < 0) return `${document}: ${name} does not print "${line}" but\n${run.printed}`
      from = at + 1
    }
    return []
  })
}
