/**
 * The linter keeps the layers: Biome runs, with this project's own biome.json, over small offending
 * files in a temporary folder. The table is the design's "who may import whom", written out again,
 * so that a change to biome.json alone cannot open a door.
 */
import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome')

/** What each layer may import beside itself and errors. */
const layers: Readonly<Record<string, readonly string[]>> = {
  ir: [],
  gates: ['ir'],
  functional: ['gates', 'ir'],
  interpret: ['gates', 'ir'],
  kernel: ['gates', 'ir'],
  autodiff: ['gates', 'interpret', 'ir'],
  passes: ['kernel', 'interpret', 'gates', 'ir'],
  runtime: ['ir'],
  backends: ['kernel', 'gates', 'ir', 'runtime'],
  nn: ['functional', 'gates', 'ir'],
  optim: ['gates', 'autodiff', 'ir'],
  explain: ['gates', 'autodiff', 'ir'],
  draw: ['explain', 'gates', 'autodiff', 'ir'],
  element: [],
  formats: ['nn', 'functional', 'gates', 'runtime', 'ir'],
  onnx: ['formats', 'nn', 'functional', 'gates', 'interpret', 'ir'],
  data: ['ir'],
  train: ['compile', 'data', 'optim', 'nn', 'onnx', 'formats', 'runtime', 'ir'],
}
const everyTarget = [...Object.keys(layers), 'cli', 'compile', 'read', 'print', 'methods', 'index']
const withoutNodeOrPackages = Object.keys(layers).filter(
  (layer) => !['draw', 'formats', 'onnx', 'data', 'train'].includes(layer),
)

/** One file of the temporary project: what it imports, and the complaint that must come, if any. */
interface Case {
  readonly sentence: string
  readonly file: string
  readonly source: string
  readonly complaint?: string
}

const cases: readonly Case[] = [
  {
    sentence: 'a type-only import is held to the same rule',
    file: 'src/gates/type-only.ts',
    source: "import type { a } from '../passes/fuse.ts'",
    complaint: 'gates may import only ir and errors',
  },
  {
    sentence: 'a type spelled import(…) is refused, since no layer rule sees it',
    file: 'src/gates/inline-type.ts',
    source: "export type A = import('../passes/fuse.ts').A",
    complaint: 'spell a type import as `import type',
  },
  {
    sentence: 'a re-export is held to the same rule',
    file: 'src/ir/re-export.ts',
    source: "export { a } from '../gates/add.ts'",
    complaint: 'ir may import only errors',
  },
  {
    sentence: 'an import() is held to the same rule',
    file: 'src/runtime/dynamic.ts',
    source: "export const a = await import('../gates/add.ts')",
    complaint: 'runtime may import only ir and errors',
  },
  {
    sentence: 'a detour through another folder is refused',
    file: 'src/gates/detour.ts',
    source: "import { a } from '../ir/../passes/fuse.ts'",
    complaint: 'gates may import only ir and errors',
  },
  {
    sentence: 'a detour through the own folder is refused',
    file: 'src/gates/own-detour.ts',
    source: "import { a } from './../passes/fuse.ts'",
    complaint: 'gates may import only ir and errors',
  },
  {
    sentence: 'a layer may import its own files',
    file: 'src/gates/own.ts',
    source: "import { a } from './add.ts'",
  },
  {
    sentence: 'a test may import anything',
    file: 'src/ir/exempt.test.ts',
    source: "import { a } from '../gates/add.ts'\nimport { b } from 'node:fs'",
  },
  {
    sentence: 'a type test may import anything',
    file: 'src/ir/exempt.test-d.ts',
    source: "import { a } from '../gates/add.ts'",
  },
  {
    sentence: 'a folder that biome.json does not know is refused',
    file: 'src/novelty/start.ts',
    source: "import { a } from '../ir/value.ts'",
    complaint: 'no layer of biome.json',
  },
  {
    sentence: 'a folder inside a layer may import its layer',
    file: 'src/passes/fusing/own.ts',
    source: "import { a } from '../index.ts'\nimport { b } from '../../errors.ts'",
  },
  {
    sentence: 'a folder inside a layer may import no other layer before biome.json says so',
    file: 'src/passes/fusing/start.ts',
    source: "import { a } from '../../ir/value.ts'",
    complaint: 'in a folder of a layer: only the layer and errors',
  },
  {
    sentence: 'a backend may import kernels, gates, ir, the runtime and what all backends share',
    file: 'src/backends/wasm/allowed.ts',
    source: ['kernel', 'gates', 'ir', 'runtime']
      .map((layer, index) => `import { a${index} } from '../../${layer}/index.ts'`)
      .concat("import { b } from '../define.ts'", "import { c } from '../../errors.ts'")
      .join('\n'),
  },
  {
    sentence: 'a backend may not import another backend',
    file: 'src/backends/wasm/other.ts',
    source: "import { a } from '../webgpu/shader.ts'",
    complaint: 'never a backend',
  },
  {
    sentence: 'a backend may not import the passes',
    file: 'src/backends/wasm/passes.ts',
    source: "import { a } from '../../passes/fuse.ts'",
    complaint: 'a backend may import only kernel, gates, ir, runtime and errors',
  },
  {
    sentence: 'a backend may not take a detour to the passes',
    file: 'src/backends/wasm/detour.ts',
    source: "import { a } from '../../ir/../passes/fuse.ts'",
    complaint: 'a backend may import only kernel, gates, ir, runtime and errors',
  },
  {
    sentence: 'the backend xla may import formats/stablehlo',
    file: 'src/backends/xla/allowed.ts',
    source: "import { a } from '../../formats/stablehlo/write.ts'",
  },
  {
    sentence: 'the backend xla may import no other format',
    file: 'src/backends/xla/formats.ts',
    source: "import { a } from '../../formats/npy.ts'",
    complaint: 'xla may import',
  },
  {
    sentence: 'compile may import passes, autodiff, backends, runtime, interpret, gates and ir',
    file: 'src/compile.ts',
    source: ['passes', 'autodiff', 'backends', 'runtime', 'interpret', 'gates', 'ir']
      .map((layer, index) => `import { a${index} } from './${layer}/index.ts'`)
      .join('\n'),
  },
  {
    sentence: 'reading a value knows no pass',
    file: 'src/read.ts',
    source: "import { a } from './passes/fuse.ts'",
    complaint: 'read may import only ir, autodiff, interpret, runtime, compile and errors',
  },
  {
    sentence: 'checking an equation interprets nothing by itself',
    file: 'src/check-equation.ts',
    source: "import { a } from './interpret/interpret.ts'",
    complaint: 'check-equation may import only ir, autodiff, explain, runtime, compile and errors',
  },
  {
    sentence: 'operators of ONNX may import what their values are made with',
    file: 'src/onnx/operators/allowed.ts',
    source: [
      "import { a } from '../node.ts'",
      "import { b } from '../../functional/index.ts'",
      "import { c } from '../../ir/shape.ts'",
    ].join('\n'),
  },
  {
    sentence: 'operators of ONNX evaluate nothing themselves',
    file: 'src/onnx/operators/interpret.ts',
    source: "import { a } from '../../interpret/interpret.ts'",
    complaint: 'operators may import only onnx, functional, gates, ir and errors',
  },
  {
    sentence: 'streams of data may import data and what tensors are',
    file: 'src/data/stream/allowed.ts',
    source: [
      "import { a } from '../batches.ts'",
      "import { b } from '../../ir/shape.ts'",
      "import { c } from '../../errors.ts'",
    ].join('\n'),
  },
  {
    sentence: 'streams of data may not train',
    file: 'src/data/stream/train.ts',
    source: "import { a } from '../../train/index.ts'",
    complaint: 'data/stream may import only data, ir and errors of src',
  },
  {
    sentence: 'writers of ONNX may import passes, and what evaluates first contents',
    file: 'src/onnx/writers/allowed.ts',
    source: [
      "import { a } from '../codec.ts'",
      "import { b } from '../../passes/index.ts'",
      "import { c } from '../../interpret/interpret.ts'",
      "import { d } from '../../functional/index.ts'",
    ].join('\n'),
  },
  {
    sentence: 'writers of ONNX compile nothing',
    file: 'src/onnx/writers/compile.ts',
    source: "import { a } from '../../compile.ts'",
    complaint: 'writers may import only onnx, functional, gates, interpret, passes, ir and errors',
  },
  {
    sentence: 'the element may import scenes and their look',
    file: 'src/element/allowed.ts',
    source: ['scene', 'drawing', 'to-json', 'theme', 'font', 'svg', 'node-text']
      .map((name, index) => `import { a${index} } from '../draw/${name}.ts'`)
      .join('\n'),
  },
  {
    sentence: 'the element may not import what lays a graph out',
    file: 'src/element/layout.ts',
    source: "import { a } from '../draw/draw.ts'",
    complaint: 'element may import only errors and, of draw, scenes and their look',
  },
  {
    sentence: 'a file of src that biome.json does not know is refused',
    file: 'src/novelty.ts',
    source: "import { a } from './ir/value.ts'",
    complaint: 'no entry in biome.json',
  },
  {
    sentence: 'the command line may import everything',
    file: 'src/cli/allowed.ts',
    source: everyTarget
      .map((target, index) => `import { a${index} } from '${specifier(target)}'`)
      .concat("import { b } from 'node:fs'", "import { Command } from 'commander'")
      .join('\n'),
  },
  {
    sentence: 'no source file imports the package by its own name',
    file: 'src/cli/own-name.ts',
    source: "import { a } from 'sluice'",
    complaint: 'inside src, import by relative path',
  },
  {
    sentence: 'the index may not import what only the command line needs',
    file: 'src/index.ts',
    source: "export { a } from './cli/train.ts'",
    complaint: 'index may import only what sluice offers',
  },
  {
    sentence: 'an import circle is refused',
    file: 'src/ir/circle-a.ts',
    source: "import { b } from './circle-b.ts'\nexport const a = () => b",
    complaint: 'part of a cycle',
  },
  {
    sentence: 'an import circle is refused at its other end too',
    file: 'src/ir/circle-b.ts',
    source: "import { a } from './circle-a.ts'\nexport const b = () => a",
    complaint: 'part of a cycle',
  },
  {
    sentence: 'a circle that only types close is allowed: gates/define.ts knows the gates by type',
    file: 'src/gates/define.ts',
    source:
      "import type * as gates from './index.ts'\nexport const defineGate = (): typeof gates | undefined => undefined",
  },
  {
    sentence: 'the other side of that circle is allowed as well',
    file: 'src/gates/index.ts',
    source: "export { defineGate } from './define.ts'",
  },
]

let project = ''
let complaints: ReadonlyMap<string, readonly string[]> = new Map()

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'sluice-layers-'))
  await Promise.all(
    ['biome.json', '.biome', '.gitignore', 'package.json'].map((name) =>
      cp(join(root, name), join(project, name), { recursive: true }),
    ),
  )
  for (const { file, source } of cases) await write(file, source)
  for (const layer of Object.keys(layers)) {
    for (const target of [...everyTarget, 'errors'])
      await write(importer(layer, target), `import { a } from '${specifier(target)}'`)
    await write(importer(layer, 'node'), "import { a } from 'node:fs'")
    await write(importer(layer, 'package'), "import { a } from 'commander'")
    await write(importer(layer, 'itself'), "import { a } from 'sluice/nn'")
  }
  complaints = await lint()
}, 30_000)

afterAll(() => rm(project, { recursive: true, force: true }))

describe('who may import whom', () => {
  test.each(Object.entries(layers))(
    '%s may import %j and nothing else of src',
    (layer, allowed) => {
      const others = everyTarget.filter((target) => target !== layer)
      const refused = others.filter((target) => complaints.has(importer(layer, target)))
      expect(refused).toEqual(others.filter((target) => !allowed.includes(target)))
    },
  )

  test.each(Object.keys(layers))(
    '%s may import errors, and not the package by its name',
    (layer) => {
      expect(complaints.get(importer(layer, 'errors'))).toBeUndefined()
      expect(complaints.get(importer(layer, 'itself'))).toBeDefined()
    },
  )

  test('only draw, formats, onnx, data and train may import a package or node:', () => {
    for (const kind of ['package', 'node'])
      expect(
        Object.keys(layers).filter((layer) => complaints.has(importer(layer, kind))),
        kind,
      ).toEqual(withoutNodeOrPackages)
  })

  for (const { sentence, file, complaint } of cases)
    test(sentence, () => {
      if (complaint === undefined) expect(complaints.get(file)).toBeUndefined()
      else expect(complaints.get(file)?.join('\n')).toContain(complaint)
    })
})

function importer(layer: string, target: string): string {
  return `src/${layer}/imports-${target}.ts`
}

function specifier(target: string): string {
  return ['compile', 'errors', 'read', 'print', 'methods', 'index'].includes(target)
    ? `../${target}.ts`
    : `../${target}/some-file.ts`
}

async function write(file: string, source: string): Promise<void> {
  await mkdir(dirname(join(project, file)), { recursive: true })
  await writeFile(join(project, file), `${source}\n`)
}

/** Biome's complaints about imports, by file. */
function lint(): Promise<ReadonlyMap<string, readonly string[]>> {
  const watched = ['lint/style/noRestrictedImports', 'lint/suspicious/noImportCycles', 'plugin']
  const flags = ['--reporter=github', '--max-diagnostics=none']
  return new Promise((resolve, reject) => {
    const options = { cwd: project, maxBuffer: 2 ** 26 }
    execFile(process.execPath, [biome, 'lint', ...flags, '.'], options, (error, stdout, stderr) => {
      if (error === null) return reject(new Error('Biome found nothing to complain about'))
      const found = new Map<string, string[]>()
      for (const [, rule = '', file = '', message = ''] of stdout.matchAll(
        /^::error title=([^,]+),file=([^,]+),[^:]*::(.*)$/gm,
      )) {
        if (!watched.includes(rule)) continue
        const path = file.slice(file.lastIndexOf('src/'))
        found.set(path, [...(found.get(path) ?? []), message])
      }
      if (found.size === 0) return reject(new Error(`Biome did not lint: ${stderr}`))
      resolve(found)
    })
  })
}
