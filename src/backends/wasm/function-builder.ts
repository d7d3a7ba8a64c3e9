/** Writes the body of one function: statements that take expressions, and typed locals. */
import { internalError } from '../../errors.ts'
import { ByteWriter, unsignedBytes } from './byte-writer.ts'
import {
  Expression,
  type Global,
  noOperands,
  type Operand,
  opcodes,
  operandOf,
} from './expression.ts'
import { i32 } from './instructions.ts'
import { type ResultType, typeCodes, type ValueType } from './types.ts'

/** A local variable or parameter: an expression that any number of statements may take. */
export class Local<T extends ValueType = ValueType> extends Expression<T> {
  readonly index: number
  readonly owner: FunctionBuilder

  constructor(type: T, index: number, owner: FunctionBuilder) {
    super(type, opcodes.localGet, noOperands, unsignedBytes(index), true)
    this.index = index
    this.owner = owner
  }
}

/** Where a branch goes: the end of a block, the start of a loop. */
export class Label {
  /** How many blocks are open inside the function where this one opens; none once it is closed. */
  depth: number | undefined

  constructor(depth: number) {
    this.depth = depth
  }
}

export interface Range {
  readonly from: Operand<'i32'>
  /** Exclusive. Constants and locals are read again at every turn. */
  readonly to: Operand<'i32'>
  readonly step?: number
}

type Body = () => void

export class FunctionBuilder {
  readonly name: string
  readonly gives: ValueType | undefined
  readonly parameters: readonly Local[]
  readonly #code = new ByteWriter(4096)
  readonly #localTypes: ValueType[] = []
  #depth = 0
  #hasReturned = false
  #isFinished = false

  constructor(name: string, takes: readonly ValueType[], gives: ValueType | undefined) {
    this.name = name
    this.gives = gives
    this.parameters = takes.map((type, index) => new Local(type, index, this))
  }

  /** A local variable; 0 until it is set. */
  local<T extends ValueType>(type: T): Local<T> {
    this.#localTypes.push(type)
    return new Local(type, this.parameters.length + this.#localTypes.length - 1, this)
  }

  /** Computes the value now, into a local of its own. */
  let<T extends ValueType>(value: Expression<T>): Local<T> {
    const local = this.local(value.type)
    this.#store(local, value)
    return local
  }

  set<T extends ValueType>(local: Local<T>, value: Operand<NoInfer<T>> | Expression<T>): void {
    this.#store(local, value)
  }

  /** The value, which is also kept in the local. */
  tee<T extends ValueType>(local: Local<T>, value: Operand<NoInfer<T>>): Expression<T> {
    const operand = operandOf(value, local.type, 'tee')
    return new Expression(local.type, opcodes.localTee, [operand], this.#own(local).immediates)
  }

  /**
   * Puts a value on the stack, for `apply`: long lines of code are written instruction by
   * instruction, without an expression for each. The engine alone checks the types of those.
   */
  push(value: Expression | number): void {
    if (typeof value !== 'number') this.#write(value)
    else this.#write(value === 0 ? zero : i32.constant(value))
  }

  /** The same of a local by its index. */
  pushLocal(index: number): void {
    this.#statement(opcodes.localGet)
    this.#code.unsigned(index)
  }

  /** Applies an instruction of one byte to what lies on the stack. */
  apply(opcode: number): void {
    this.#statement(opcode)
  }

  /** The same of one that takes an address; its alignment is a power of two. */
  applyAt(opcode: number, alignment: number, offset: number): void {
    this.#statement(opcode)
    this.#code.unsigned(alignment)
    this.#code.unsigned(offset)
  }

  /** Takes what lies on the stack into a local of its own; gives its index. */
  pop(type: ValueType): number {
    this.#localTypes.push(type)
    const index = this.parameters.length + this.#localTypes.length - 1
    this.#statement(opcodes.localSet)
    this.#code.unsigned(index)
    return index
  }

  /** The local of an index that `pop` gave. */
  localAt<T extends ValueType>(index: number, type: T): Local<T> {
    return new Local(type, index, this)
  }

  setGlobal<T extends ValueType>(global: Global<T>, value: Operand<NoInfer<T>>): void {
    this.#write(operandOf(value, global.type, 'global'))
    this.#statement(opcodes.globalSet)
    this.#code.append(global.immediates)
  }

  /** Runs an expression for what it does, such as a store or a call; its value is dropped. */
  do(expression: Expression): void {
    this.#write(expression)
    if (expression.type !== 'nothing') this.#statement(opcodes.drop)
  }

  /** A block; a branch to its label leaves it. */
  block(body: (exit: Label) => void): void {
    this.#nest(opcodes.block, body)
  }

  /** A block whose label starts it again; without a branch to it, it runs once. */
  loop(body: (again: Label) => void): void {
    this.#nest(opcodes.loop, body)
  }

  if(condition: Operand<'i32'>, then: Body, otherwise?: Body): void {
    this.#write(operandOf(condition, 'i32', 'if'))
    this.#nest(opcodes.if, () => {
      then()
      if (otherwise === undefined) return
      this.#statement(opcodes.else)
      otherwise()
    })
  }

  /** Runs the body for i = from, from + step, … while i < to, both signed. */
  for({ from, to, step = 1 }: Range, body: (i: Local<'i32'>) => void): void {
    const i = this.local('i32')
    this.set(i, from)
    this.if(i32.ltS(i, to), () => {
      this.loop((again) => {
        body(i)
        this.branch(again, i32.ltS(this.tee(i, i32.add(i, step)), to))
      })
    })
  }

  /** Goes to the label: always, or where the condition is not 0. */
  branch(label: Label, condition?: Operand<'i32'>): void {
    if (condition !== undefined) this.#write(operandOf(condition, 'i32', 'branch'))
    this.#statement(condition === undefined ? opcodes.branch : opcodes.branchIf)
    this.#code.unsigned(this.#distance(label))
  }

  /** Goes to the label of that index, or to the last one where there is none. */
  branchTable(index: Operand<'i32'>, labels: readonly Label[]): void {
    if (labels.length === 0) throw internalError(`${this.name}: a branch table without labels`)
    this.#write(operandOf(index, 'i32', 'branchTable'))
    this.#statement(opcodes.branchTable)
    this.#code.unsigned(labels.length - 1)
    for (const label of labels) this.#code.unsigned(this.#distance(label))
  }

  /** Leaves the function, with its value where it gives one. */
  return(value?: Expression | number): void {
    const { gives, name } = this
    if ((value === undefined) !== (gives === undefined)) {
      throw internalError(`${name}: return takes ${gives ?? 'no value'}`, typeof value)
    }
    if (gives !== undefined) this.#write(operandOf(value, gives, `${name}: return`))
    this.#statement(opcodes.return)
    this.#hasReturned = this.#depth === 0
  }

  /** Traps. */
  unreachable(): void {
    this.#statement(opcodes.unreachable)
    this.#hasReturned = this.#depth === 0
  }

  /** The encoded body: locals, then code. Nothing can be written after it. */
  finish(): Uint8Array {
    const { name } = this
    if (this.#depth !== 0) throw internalError(`${name}: ${this.#depth} blocks are still open`)
    if (this.gives !== undefined && !this.#hasReturned) {
      throw internalError(`${name}: gives ${this.gives} but does not end with a return`)
    }
    // A return in tail position leaves the stack open to any type, so `end` is valid after it.
    this.#statement(opcodes.end)
    this.#isFinished = true
    const body = new ByteWriter()
    const runs = runsOf(this.#localTypes)
    body.unsigned(runs.length)
    for (const { type, count } of runs) {
      body.unsigned(count)
      body.byte(typeCodes[type])
    }
    body.append(this.#code.bytes)
    return body.bytes
  }

  #store(local: Local, value: Expression | number): void {
    this.#write(operandOf(value, local.type, `${this.name}: set`))
    this.#statement(opcodes.localSet)
    this.#code.append(this.#own(local).immediates)
  }

  #nest(opcode: number, body: (label: Label) => void): void {
    this.#statement(opcode)
    this.#code.byte(0x40) // no value
    const label = new Label(this.#depth++)
    body(label)
    label.depth = undefined
    this.#depth--
    this.#statement(opcodes.end)
  }

  #distance(label: Label): number {
    if (label.depth === undefined || label.depth >= this.#depth) {
      throw internalError(`${this.name}: a branch to a block that is not open`)
    }
    return this.#depth - 1 - label.depth
  }

  #statement(opcode: number): void {
    if (this.#isFinished) throw internalError(`${this.name}: a statement after its end`)
    this.#hasReturned = false
    this.#code.byte(opcode)
  }

  #own(local: Local): Local {
    if (local.owner === this) return local
    throw internalError(`${this.name}: takes a local of another function`, local.owner.name)
  }

  /** Plain loops and comparisons: graphs of a million gates pass through here, mostly once. */
  #write(expression: Expression<ResultType>): void {
    const { opcode, operands, immediates } = expression
    const code = this.#code
    if (opcode === opcodes.localGet)
      this.#own(expression as Local) // only locals have it
    else if (!expression.isReusable) {
      if (expression.isSpent) {
        throw internalError(`${this.name}: an expression is used twice: keep it in a local`)
      }
      expression.isSpent = true
      for (let i = 0; i < operands.length; i++) this.#write(operands[i] as Expression) // i is below
    }
    if (opcode < 0x100) code.byte(opcode)
    else {
      code.byte(opcode >>> 16)
      code.unsigned(opcode & 0xffff)
    }
    if (immediates.length > 0) code.append(immediates)
  }
}

/** The pointer of what lies at a fixed address. */
const zero = i32.constant(0)

interface Run {
  readonly type: ValueType
  count: number
}

/** Neighbours of one type, counted: the form in which a body declares its locals. */
function runsOf(types: readonly ValueType[]): readonly Run[] {
  const runs: Run[] = []
  let last: Run | undefined
  for (const type of types) {
    if (last?.type === type) last.count++
    else {
      last = { type, count: 1 }
      runs.push(last)
    }
  }
  return runs
}
