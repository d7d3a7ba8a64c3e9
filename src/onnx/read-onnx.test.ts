import { describe, expect, test } from 'vitest'
import { emptyTensor, fileOf, graphOf, node, port, weight } from '../../test/support/onnx-model.ts'
import { SluiceError } from '../errors.ts'
import { input } from '../gates/input.ts'
import { evaluate } from '../interpret/interpret.ts'
import { Graph } from '../ir/graph.ts'
import { type NestedArray, tensor, toNested } from '../ir/tensor.ts'
import { type OnnxModel, type ReadOnnxOptions, readOnnx } from './read-onnx.ts'
import type { FunctionMessage, TensorMessage } from './schema.ts'

const x = port('x', 'float', ['batch', 2])
const y = port('y')
const relu = node('Relu', ['x'], ['y'])

function only({ outputs }: ReturnType<OnnxModel['build']>, fed: NestedArray): NestedArray {
  const { y: result } = evaluate(new Graph(outputs), { feeds: { x: tensor(fed) } }).outputs
  return result ? toNested(result) : []
}

/** The facts of the SluiceError that `act` throws. */
function facts(act: () => unknown): Pick<SluiceError, 'code' | 'what' | 'where' | 'got' | 'fix'> {
  try {
    act()
  } catch (error) {
    if (error instanceof SluiceError) {
      const { code, what, where, got, fix } = error
      return { code, what, where, got, fix }
    }
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('a model', () => {
  test('says what it is', () => {
    const model = readOnnx(fileOf({ node: [relu], input: [x], output: [y] }))
    expect(model).toMatchObject({ name: 'test', opset: 17, irVersion: 8, producer: 'test' })
    expect(model.inputs).toEqual([
      { name: 'x', dtype: 'f32', elementType: 'float', axes: ['batch', 2] },
    ])
    expect(model.axes).toEqual(['batch'])
    expect(model.operators).toEqual({ Relu: 1 })
  })

  test('asks for the sizes that its inputs have by name', () => {
    const model = readOnnx(fileOf({ node: [relu], input: [x], output: [y] }))
    expect(facts(() => model.build())).toMatchObject({
      code: 'OPTION',
      what: 'onnx: the size "batch" of input "x" is not given',
      fix: 'model.build({ "batch": 1 })',
    })
    expect(facts(() => model.build({ bacth: 2 })).fix).toBe('did you mean "batch"?')
    expect(model.build({ batch: 3 }).outputs.y?.shape).toEqual([3, 2])
  })

  test('is called with values that fit its inputs', () => {
    const two = [x, port('z', 'float', ['batch'])]
    const add = node('Mul', ['x', 'x'], ['y'])
    const model = readOnnx(fileOf({ node: [add], input: two, output: [y] }))
    const own = input('own', [3, 2])
    expect(model.call({ x: own, z: input('z', [3]) }).y?.shape).toEqual([3, 2])
    expect(facts(() => model.call({ x: own })).what).toBe('onnx: there is no value for input "z"')
    expect(facts(() => model.call({ x: own, z: input('z', [4]) }))).toMatchObject({
      code: 'FEED',
      what: 'onnx: the value for input "z" does not fit',
      got: 'f32[4]',
    })
    expect(() => model.call({ x: input('x', [3, 5]), z: own })).toThrow('does not fit')
  })

  test('makes nothing of nodes that no output needs', () => {
    const unused = node('Nothing', ['x'], ['unused'])
    const model = readOnnx(fileOf({ node: [unused, relu], input: [x], output: [y] }))
    expect(only(model.build({ batch: 1 }), [[-1, 2]])).toEqual([[0, 2]])
    expect(() => model.build({ batch: 1 }, { outputs: ['unused'] })).toThrow('"Nothing"')
  })

  test('finds shapes while it is read', () => {
    const nodes = [
      node('Shape', ['x'], ['shape'], { start: { int: 0 }, end: { int: 1 } }),
      node('Mul', ['shape', 'two'], ['double']),
      node('Concat', ['double', 'rest'], ['all'], { axis: { int: 0 } }),
      node('Reshape', ['x', 'all'], ['y']),
    ]
    const initializer = [weight('two', 'int64', [1], [2]), weight('rest', 'int64', [1], [-1])]
    const { outputs } = readOnnx(
      fileOf({ node: nodes, input: [x], output: [y], initializer }),
    ).build({ batch: 3 })
    expect(outputs.y?.shape).toEqual([6, 1])
    expect([...new Graph(outputs).gates].map(({ name }) => name)).toEqual(['input', 'reshape'])
  })

  test('makes parameters of what trains, and constants of the rest', () => {
    const nodes = [
      node('MatMul', ['x', 'w'], ['a']),
      node('Mul', ['a', 'scale'], ['b']),
      node('Add', ['b', 'offset'], ['y']),
    ]
    const initializer = [
      weight('w', 'float', [2, 1], [1, 2]),
      weight('scale', 'float', [], [3]),
      weight('offset', 'float', [1], [4]),
    ]
    const bytes = fileOf({ node: nodes, input: [x], output: [y], initializer })
    const trained = (options: ReadOnnxOptions) =>
      Object.keys(readOnnx(bytes, options).build({ batch: 1 }).parameters)
    expect(trained({})).toEqual(['w', 'offset'])
    expect(trained({ trainable: (name) => name === 'scale' })).toEqual(['scale'])
    const model = readOnnx(bytes)
    expect(only(model.build({ batch: 1 }), [[1, 1]])).toEqual([[13]])
    const [one, other] = [model.build({ batch: 1 }), model.build({ batch: 2 })]
    expect(one.parameters.w?.application).toBe(other.parameters.w?.application)
  })

  test('gives weights that were alike before training back to their owners', () => {
    const tie = node('Identity', ['b1'], ['b2'])
    const nodes = [tie, node('Add', ['x', 'b1'], ['a']), node('Sub', ['a', 'b2'], ['y'])]
    const parametersFor = (data: readonly number[]) => {
      const initializer = [weight('b1', 'float', [2], data)]
      const model = readOnnx(fileOf({ node: nodes, input: [x], output: [y], initializer }))
      return Object.keys(model.build({ batch: 1 }).parameters)
    }
    expect(parametersFor([0, 0])).toEqual(['b1', 'b2'])
    expect(parametersFor([1, 2])).toEqual(['b1'])
  })

  test('opens the functions of the file, with the attributes of their calls', () => {
    const leaky: FunctionMessage = {
      name: 'Leaky',
      domain: 'own',
      input: ['a'],
      output: ['b'],
      attribute: ['slope'],
      attributeProto: [],
      opsetImport: [{ domain: '', version: 17n }],
      node: [node('LeakyRelu', ['a'], ['b'], { alpha: { ref: 'slope' } })],
    }
    const call = node('Leaky', ['x'], ['y'], { slope: { float: 0.5 } }, { domain: 'own' })
    const bytes = fileOf({ node: [call], input: [x], output: [y], functions: [leaky] })
    expect(only(readOnnx(bytes).build({ batch: 1 }), [[-4, 4]])).toEqual([[-2, 4]])
  })
})

describe('weights in files beside the model', () => {
  const w: TensorMessage = {
    ...emptyTensor,
    name: 'w',
    dataType: 1,
    dims: BigInt64Array.from([2n]),
    dataLocation: 1,
  }
  const file = (location: string, more: readonly { key: string; value: string }[] = []) =>
    fileOf({
      node: [node('Mul', ['x', 'w'], ['y'])],
      input: [x],
      output: [y],
      initializer: [{ ...w, externalData: [{ key: 'location', value: location }, ...more] }],
    })

  test('are asked for by path and range', () => {
    const data = new Uint8Array(Float32Array.from([9, 3, 5]).buffer)
    const asked: unknown[] = []
    const external: NonNullable<ReadOnnxOptions['external']> = (path, { offset, length }) => {
      asked.push([path, offset, length])
      return data.subarray(offset, offset + length)
    }
    const range = [{ key: 'offset', value: '4' }]
    const model = readOnnx(file('weights/a.bin', range), { external })
    expect(asked).toEqual([['weights/a.bin', 4, 8]])
    expect(only(model.build({ batch: 1 }), [[1, 2]])).toEqual([[3, 10]])
  })

  test.each(['../a', 'a/../../b', '/etc/passwd', 'C:\\a', '\\\\host\\a', 'a\0b', '', 'file:///a'])(
    'are never sought at %j',
    (path) => {
      const external = () => {
        throw new Error('it was asked for')
      }
      expect(facts(() => readOnnx(file(path), { external })).what).toBe(
        'the ONNX file keeps weights outside its own folder',
      )
    },
  )

  test('need a function that gives as many bytes as are asked for', () => {
    expect(facts(() => readOnnx(file('a'))).what).toContain('keeps weights in another file')
    const external = () => new Uint8Array(7)
    expect(facts(() => readOnnx(file('a'), { external })).got).toBe('7')
    const range = [{ key: 'length', value: '1e18' }]
    expect(() => readOnnx(file('a', range), { external })).toThrow('does not fit its tensor')
  })
})

describe('a file that cannot be read', () => {
  const build = (parts: Parameters<typeof fileOf>[0]) =>
    facts(() => readOnnx(fileOf({ input: [x], output: [y], ...parts })).build({ batch: 1 }))

  test('names an operator that is not supported, its node, its opset and the nearest', () => {
    expect(build({ node: [node('Reluu', ['x'], ['y'], {}, { name: 'act' })] })).toEqual({
      code: 'FILE',
      what: 'onnx: operator "Reluu" is not supported',
      where: 'node "act" (Reluu), opset 17',
      got: '"Reluu"',
      fix: 'the nearest that is supported is "Relu"; export the model without "Reluu"',
    })
    const domain = 'com.microsoft'
    expect(build({ node: [node('FusedConv', ['x'], ['y'], {}, { domain })] }).what).toBe(
      'onnx: operator "com.microsoft.FusedConv" is not supported',
    )
    expect(build({ node: [node('Gelu', ['x'], ['y'])] }).what).toBe(
      'onnx: operator "Gelu" is not there in opset 17',
    )
  })

  test('says which opsets can', () => {
    expect(build({ opset: 12, node: [relu] }).got).toBe('opset 12')
    expect(build({ opset: 23, node: [relu] }).got).toBe('opset 23')
  })

  test('tells the node of an error about its gates', () => {
    const matmul = node('MatMul', ['x', 'w'], ['y'], {}, { name: 'product' })
    const initializer = [weight('w', 'float', [3, 1], [1, 2, 3])]
    expect(build({ node: [matmul], initializer })).toMatchObject({
      code: 'FILE',
      what: 'onnx: matmul: inner sizes differ, 2 and 3',
      where: 'node "product" (MatMul), opset 17',
    })
  })

  test('has circles, inputs that nothing gives, or names that stand twice', () => {
    const circle = [node('Add', ['x', 'b'], ['a']), node('Relu', ['a'], ['b'])]
    expect(build({ node: [...circle, node('Neg', ['b'], ['y'])] }).what).toBe(
      'onnx: nothing gives "b"',
    )
    expect(build({ node: [node('Relu', ['q'], ['y'])] }).what).toBe('onnx: nothing gives "q"')
    expect(build({ node: [relu, relu] }).what).toBe('onnx: "y" is given twice')
    expect(build({ node: [relu], input: [x, x] }).what).toContain('has no name of its own')
    const w = weight('w', 'float', [1], [1])
    expect(build({ node: [relu], initializer: [w, w] }).what).toContain('a weight stands twice')
  })

  test('declares sizes that it does not have', () => {
    const declared = (dims: readonly bigint[], more: Partial<TensorMessage> = {}) =>
      build({
        node: [relu],
        initializer: [
          { ...emptyTensor, name: 'w', dataType: 1, dims: BigInt64Array.from(dims), ...more },
        ],
      })
    expect(declared([2n ** 60n]).what).toContain('a size is no count')
    expect(declared([2n ** 50n]).what).toContain('declares more than there is room for')
    expect(declared([2n ** 40n, 2n ** 40n]).what).toContain('declares more than there is room for')
    expect(declared([2n ** 62n, 0n]).what).toContain('a size is no count')
    expect(declared([-1n]).what).toContain('a size is no count')
    expect(declared([1000n]).what).toContain('a tensor and its shape differ in size')
    expect(declared([3n], { rawData: new Uint8Array(11) }).what).toContain('differ in size')
    expect(declared([1n], { dataType: 9, rawData: Uint8Array.from([2]) }).what).toContain(
      'neither 0',
    )
    expect(declared([1n], { dataType: 3, int32Data: Int32Array.from([200]) }).what).toContain(
      'does not fit its type',
    )
    expect(declared([1n], { dataType: 17 }).got).toBe('float8e4m3fn')
    expect(declared([1n], { dataType: 7, int64Data: BigInt64Array.from([2n ** 40n]) }).what).toBe(
      'onnx: a number of weight "w" does not fit 32 bits',
    )
  })

  test('makes more weights than maxBytes', () => {
    const w = (name: string) =>
      weight(
        name,
        'float',
        [10],
        Array.from({ length: 10 }, () => 1),
      )
    const bytes = fileOf({ node: [relu], input: [x], output: [y], initializer: [w('a'), w('b')] })
    expect(() => readOnnx(bytes, { maxBytes: bytes.length })).not.toThrow()
    expect(() => readOnnx(bytes, { maxBytes: 60 })).toThrow('too large')
  })

  test('has functions that call themselves, or each other ever more often', () => {
    const recursive = (name: string, called: string, times: number): FunctionMessage => ({
      name,
      domain: 'own',
      input: ['a'],
      output: [`a${times}`],
      attribute: [],
      attributeProto: [],
      opsetImport: [],
      node: Array.from({ length: times }, (_, at) =>
        node(called, [at === 0 ? 'a' : `a${at}`], [`a${at + 1}`], {}, { domain: 'own' }),
      ),
    })
    const call = node('F0', ['x'], ['y'], {}, { domain: 'own' })
    expect(build({ node: [call], functions: [recursive('F0', 'F0', 1)] }).what).toContain(
      'calls itself',
    )
    const tower = Array.from({ length: 30 }, (_, at) => recursive(`F${at}`, `F${at + 1}`, 10))
    expect(build({ node: [call], functions: tower }).code).toBe('FILE')
  })

  test('needs to know what is fed', () => {
    const nodes = [
      node('Cast', ['x'], ['sizes'], { to: { int: 7 } }),
      node('Reshape', ['x', 'sizes'], ['y']),
    ]
    expect(build({ node: nodes })).toMatchObject({
      what: 'onnx: Reshape: input 1 ("sizes") is not known before it runs',
      got: 'i32[1, 2]',
    })
  })

  test('asks for a loop without end, or a shape that no memory holds', () => {
    const body = graphOf({
      input: [port('n'), port('c'), port('h')],
      node: [
        node('Identity', ['c'], ['c2']),
        node('Concat', ['h', 'h'], ['h2'], { axis: { int: 0 } }),
      ],
      output: [port('c2'), port('h2')],
    })
    const loop = node('Loop', ['', '', 'x'], ['y'], { body: { graph: body } })
    expect(build({ node: [loop] }).code).toBe('FILE')
    const initializer = [weight('shape', 'int64', [3], [2 ** 30, 2 ** 30, 1])]
    const nodes = [
      node('ConstantOfShape', ['shape'], ['zeros']),
      node('ReduceSum', ['zeros'], ['sum']),
      node('Reshape', ['x', 'sum'], ['y']),
    ]
    expect(build({ node: nodes, initializer }).what).toContain('is not known before it runs')
  })
})
