/** Builds the bytes of one WebAssembly module. */
import { internalError } from '../../errors.ts'
import { ByteWriter, signedBytes, unsignedBytes } from './byte-writer.ts'
import {
  constant,
  type Expression,
  Global,
  instruction,
  type Operand,
  opcodeBytes,
  opcodes,
  vectorConstant,
} from './expression.ts'
import { FunctionBuilder, type Local } from './function-builder.ts'
import { type ResultType, typeCodes, type ValueType } from './types.ts'

/** At most one value is given; 'nothing' where none is. */
export interface Signature<
  Takes extends readonly ValueType[] = readonly ValueType[],
  Gives extends ResultType = ResultType,
> {
  readonly takes: Takes
  readonly gives: Gives
}

type Values<Takes extends readonly ValueType[]> = {
  [I in keyof Takes]: Operand<Takes[I]>
}
type Locals<Takes extends readonly ValueType[]> = {
  [I in keyof Takes]: Local<Takes[I]>
}

/** A function of the module, its own or imported. */
export interface WasmFunction<
  Takes extends readonly ValueType[] = readonly ValueType[],
  Gives extends ResultType = ResultType,
> extends Signature<Takes, Gives> {
  readonly name: string
  readonly index: number
  call(...operands: Values<Takes>): Expression<Gives>
}

/** An imported memory, in pages of 64 KiB. */
export interface MemoryImport {
  readonly module: string
  readonly name: string
  readonly minimumPages: number
  readonly maximumPages?: number
  /** Between threads; needs a maximum. */
  readonly isShared?: boolean
}

export class ModuleBuilder {
  readonly #types: Uint8Array[] = []
  readonly #typeIndices = new Map<string, number>()
  readonly #imports: Uint8Array[] = []
  readonly #functions: { name: string; type: number }[] = []
  readonly #bodies = new Map<number, Uint8Array>()
  readonly #globals: Uint8Array[] = []
  readonly #exports = new Map<string, Uint8Array>()
  readonly #data: Uint8Array[] = []
  #importedFunctions = 0
  #hasMemory = false

  importMemory(memory: MemoryImport): void {
    const { minimumPages, maximumPages, isShared = false } = memory
    if (this.#hasMemory) throw internalError('a module has one memory')
    if (isShared && maximumPages === undefined) throw internalError('a shared memory has a maximum')
    this.#hasMemory = true
    const pages = maximumPages === undefined ? [minimumPages] : [minimumPages, maximumPages]
    if (
      pages.some((count) => !(count >= 0 && count <= 65536)) ||
      minimumPages > (pages.at(-1) ?? 0)
    ) {
      throw internalError('memory: 0 ≤ minimum ≤ maximum ≤ 65536 pages', pages.join(' to '))
    }
    const flags = (isShared ? 2 : 0) | (maximumPages === undefined ? 0 : 1)
    this.#import(memory.module, memory.name, [2, flags, ...pages.flatMap(unsignedBytes)])
  }

  /** Functions are imported before any is declared: their indices come first. */
  importFunction<const Takes extends readonly ValueType[], Gives extends ResultType>(
    module: string,
    name: string,
    signature: Signature<Takes, Gives>,
  ): WasmFunction<Takes, Gives> {
    if (this.#functions.length > this.#importedFunctions) {
      throw internalError(`${name}: imported after a function was declared`)
    }
    this.#importedFunctions++
    this.#import(module, name, [0, ...unsignedBytes(this.#typeOf(signature))])
    return this.#add(name, signature)
  }

  /** A function that may be called before it is defined. */
  declare<const Takes extends readonly ValueType[], Gives extends ResultType>(
    name: string,
    signature: Signature<Takes, Gives>,
  ): WasmFunction<Takes, Gives> {
    return this.#add(name, signature)
  }

  /** Gives a declared function its body. */
  define<Takes extends readonly ValueType[], Gives extends ResultType>(
    target: WasmFunction<Takes, Gives>,
    body: (f: FunctionBuilder, ...parameters: Locals<Takes>) => void,
  ): void {
    const { name, index, takes, gives } = target
    if (index < this.#importedFunctions) throw internalError(`${name}: is imported`)
    if (this.#bodies.has(index)) throw internalError(`${name}: is defined already`)
    const f = new FunctionBuilder(name, takes, gives === 'nothing' ? undefined : gives)
    body(f, ...(f.parameters as Locals<Takes>)) // made from `takes`, one by one
    this.#bodies.set(index, f.finish())
  }

  /** Declares and defines a function. */
  function<const Takes extends readonly ValueType[], Gives extends ResultType>(
    name: string,
    signature: Signature<Takes, Gives>,
    body: (f: FunctionBuilder, ...parameters: Locals<Takes>) => void,
  ): WasmFunction<Takes, Gives> {
    const target = this.declare(name, signature)
    this.define(target, body)
    return target
  }

  /** A mutable global variable with its first value. */
  global<T extends ValueType>(type: T, initial: number | bigint = 0): Global<T> {
    const value = type === 'v128' ? vectorConstant(new Uint8Array(16)) : constant(type, initial)
    const writer = new ByteWriter()
    writer.append([typeCodes[type], 1])
    writer.append(opcodeBytes(value.opcode))
    writer.append(value.immediates)
    writer.byte(opcodes.end)
    this.#globals.push(writer.bytes)
    return new Global(type, this.#globals.length - 1)
  }

  export(name: string, { index }: WasmFunction): void {
    if (this.#exports.has(name)) throw internalError(`${name}: is exported already`)
    const writer = new ByteWriter()
    writer.text(name)
    writer.byte(0)
    writer.unsigned(index)
    this.#exports.set(name, writer.bytes)
  }

  /** Bytes that are copied into the memory when the module is instantiated. */
  data(offset: number, bytes: Uint8Array): void {
    if (!this.#hasMemory) throw internalError('data needs a memory: import one first')
    const writer = new ByteWriter()
    writer.byte(0)
    writer.append([opcodes.i32Constant, ...signedBytes(offset | 0), opcodes.end])
    writer.sized(bytes)
    this.#data.push(writer.bytes)
  }

  /** The whole module. Throws INTERNAL where a declared function has no body. */
  toBytes(): Uint8Array<ArrayBuffer> {
    const own = this.#functions.slice(this.#importedFunctions)
    const bodies = own.map(({ name }, position) => {
      const body = this.#bodies.get(position + this.#importedFunctions)
      if (body === undefined) throw internalError(`${name}: is declared but never defined`)
      return body
    })
    const writer = new ByteWriter()
    writer.append([0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) // "\0asm", version 1
    section(writer, 1, this.#types)
    section(writer, 2, this.#imports)
    const types = own.map(({ type }) => unsignedBytes(type))
    section(writer, 3, types)
    section(writer, 6, this.#globals)
    section(writer, 7, [...this.#exports.values()])
    section(writer, 10, bodies.map(sized))
    section(writer, 11, this.#data)
    const name = new ByteWriter()
    name.text('name')
    // Of the custom section's parts only the functions' names: they stand in stacks and profiles.
    section(name, 1, this.#functions.map(nameEntry))
    writer.byte(0)
    writer.sized(name.bytes)
    return writer.bytes
  }

  #add<const Takes extends readonly ValueType[], Gives extends ResultType>(
    name: string,
    { takes, gives }: Signature<Takes, Gives>,
  ): WasmFunction<Takes, Gives> {
    const index = this.#functions.length
    this.#functions.push({ name, type: this.#typeOf({ takes, gives }) })
    const call = (...operands: readonly (Expression | number)[]) =>
      instruction(name, { opcode: opcodes.call, takes, gives }, operands, unsignedBytes(index))
    return { name, index, takes, gives, call }
  }

  #import(module: string, name: string, description: readonly number[]): void {
    const writer = new ByteWriter()
    writer.text(module)
    writer.text(name)
    writer.append(description)
    this.#imports.push(writer.bytes)
  }

  /** The index of the signature's type, which functions of the same signature share. */
  #typeOf({ takes, gives }: Signature): number {
    const results = gives === 'nothing' ? [] : [typeCodes[gives]]
    const parameters = takes.map((type) => typeCodes[type])
    const bytes = [
      0x60,
      ...unsignedBytes(parameters.length),
      ...parameters,
      results.length,
      ...results,
    ]
    const key = bytes.join()
    const known = this.#typeIndices.get(key)
    if (known !== undefined) return known
    this.#types.push(Uint8Array.from(bytes))
    this.#typeIndices.set(key, this.#types.length - 1)
    return this.#types.length - 1
  }
}

type Bytes = Uint8Array | readonly number[]

/** A section: its number, its size, how many items, the items. An empty one is left out. */
function section(writer: ByteWriter, number: number, items: readonly Bytes[]): void {
  if (items.length === 0) return
  const content = new ByteWriter()
  content.unsigned(items.length)
  for (const item of items) content.append(item)
  writer.byte(number)
  writer.sized(content.bytes)
}

function sized(bytes: Bytes): Bytes {
  const writer = new ByteWriter()
  writer.sized(bytes)
  return writer.bytes
}

function nameEntry({ name }: { readonly name: string }, index: number): Bytes {
  const writer = new ByteWriter()
  writer.unsigned(index)
  writer.text(name)
  return writer.bytes
}
