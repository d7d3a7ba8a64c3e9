/** The operations of a pickle by their codes. Each takes operands from the bytes and the stack. */

import type { PickleMachine, PickleValue } from './pickle-machine.ts'
import { broken, charge, kindOf } from './pickle-machine.ts'
import { advance, readBytes, readCount, readInteger, readText } from './pickle-operands.ts'

type Operation = (machine: PickleMachine) => void

/** What a container takes, and each of its entries. */
const memoryOf = { container: 200, item: 16, entry: 48 } as const

export const operations: Readonly<Record<number, Operation>> = {
  128: (machine) => advance(machine, 1), // PROTO, checked where the pickle begins
  149: (machine) => advance(machine, 8), // FRAME: how much follows, for those who read ahead
  46: (machine) => {
    machine.isAtEnd = true // STOP
  },
  ...constants(),
  ...numbersAndTexts(),
  ...containers(),
  ...stackAndMemo(),
  ...objects(),
}

function constants(): Readonly<Record<number, Operation>> {
  return { 78: put(() => null), 136: put(() => true), 137: put(() => false) } // N, NEWTRUE, NEWFALSE
}

function numbersAndTexts(): Readonly<Record<number, Operation>> {
  return {
    74: put((machine) => machine.view.getInt32(advance(machine, 4), true)), // BININT
    75: put((machine) => readCount(machine, 1)), // BININT1
    77: put((machine) => readCount(machine, 2)), // BININT2
    138: put((machine) => readInteger(machine, readCount(machine, 1))), // LONG1
    139: put((machine) => readInteger(machine, readCount(machine, 4))), // LONG4
    71: put((machine) => machine.view.getFloat64(advance(machine, 8), false)), // BINFLOAT
    140: put((machine) => readText(machine, readCount(machine, 1))), // SHORT_BINUNICODE
    88: put((machine) => readText(machine, readCount(machine, 4))), // BINUNICODE
    141: put((machine) => readText(machine, readCount(machine, 8))), // BINUNICODE8
    // Texts of Python 2, in which torch once wrote its names.
    85: put((machine) => readText(machine, readCount(machine, 1))), // SHORT_BINSTRING
    84: put((machine) => readText(machine, readCount(machine, 4))), // BINSTRING
    67: put((machine) => readBytes(machine, readCount(machine, 1))), // SHORT_BINBYTES
    66: put((machine) => readBytes(machine, readCount(machine, 4))), // BINBYTES
    142: put((machine) => readBytes(machine, readCount(machine, 8))), // BINBYTES8
    150: put((machine) => readBytes(machine, readCount(machine, 8))), // BYTEARRAY8
  }
}

function containers(): Readonly<Record<number, Operation>> {
  return {
    93: put((machine) => makeItems(machine, 'list', [])), // EMPTY_LIST
    41: put((machine) => makeItems(machine, 'tuple', [])), // EMPTY_TUPLE
    143: put((machine) => makeItems(machine, 'set', [])), // EMPTY_SET
    125: put((machine) => makeDict(machine, [])), // EMPTY_DICT
    108: put((machine) => makeItems(machine, 'list', toMark(machine))), // LIST
    116: put((machine) => makeItems(machine, 'tuple', toMark(machine))), // TUPLE
    145: put((machine) => makeItems(machine, 'set', toMark(machine))), // FROZENSET
    100: put((machine) => makeDict(machine, toMark(machine))), // DICT
    133: put((machine) => makeItems(machine, 'tuple', takeMany(machine, 1))), // TUPLE1
    134: put((machine) => makeItems(machine, 'tuple', takeMany(machine, 2))), // TUPLE2
    135: put((machine) => makeItems(machine, 'tuple', takeMany(machine, 3))), // TUPLE3
    97: (machine) => append(machine, takeMany(machine, 1)), // APPEND
    101: (machine) => append(machine, toMark(machine)), // APPENDS
    144: (machine) => append(machine, toMark(machine)), // ADDITEMS
    115: (machine) => setEntries(machine, takeMany(machine, 2)), // SETITEM
    117: (machine) => setEntries(machine, toMark(machine)), // SETITEMS
  }
}

function stackAndMemo(): Readonly<Record<number, Operation>> {
  return {
    // MARK
    40: (machine) => {
      machine.below.push(machine.stack)
      machine.stack = []
      charge(machine, memoryOf.container)
    },
    48: take, // POP
    49: toMark, // POP_MARK
    50: put(top), // DUP
    104: put((machine) => remembered(machine, readCount(machine, 1))), // BINGET
    106: put((machine) => remembered(machine, readCount(machine, 4))), // LONG_BINGET
    113: (machine) => remember(machine, readCount(machine, 1)), // BINPUT
    114: (machine) => remember(machine, readCount(machine, 4)), // LONG_BINPUT
    148: (machine) => remember(machine, machine.memo.size), // MEMOIZE
  }
}

function objects(): Readonly<Record<number, Operation>> {
  return {
    99: put((machine) => makeGlobal(machine, `${readLine(machine)}.${readLine(machine)}`)), // GLOBAL
    // STACK_GLOBAL
    147: put((machine) => {
      const [module, word] = takeMany(machine, 2)
      if (typeof module === 'string' && typeof word === 'string')
        return makeGlobal(machine, `${module}.${word}`)
      throw broken(machine, 'the module and the name of a global', kindOf(word))
    }),
    82: put(call), // REDUCE
    129: put(call), // NEWOBJ
    81: put((machine) => machine.rules.persistent(take(machine))), // BINPERSID
    // BUILD: attributes of an object. A state_dict keeps versions of its layers so, which say nothing
    // that is needed here; whatever else has attributes has not come past the rules.
    98: (machine) => {
      const [object] = takeMany(machine, 2)
      if (typeof object !== 'object' || object === null || !('kind' in object)) {
        throw broken(machine, 'an object to give attributes to', kindOf(object))
      }
      machine.stack.push(object)
    },
  }
}

function put(make: (machine: PickleMachine) => PickleValue): Operation {
  return (machine) => {
    const value = make(machine)
    machine.stack.push(value)
  }
}

function take(machine: PickleMachine): PickleValue {
  const value = machine.stack.pop()
  if (value !== undefined) return value
  throw broken(machine, 'a value on the stack', 'an empty stack')
}

function takeMany(machine: PickleMachine, count: number): PickleValue[] {
  if (machine.stack.length >= count) return machine.stack.splice(machine.stack.length - count)
  throw broken(machine, `${count} values on the stack`, `${machine.stack.length}`)
}

function top(machine: PickleMachine): PickleValue {
  const value = machine.stack.at(-1)
  if (value !== undefined) return value
  throw broken(machine, 'a value on the stack', 'an empty stack')
}

/** The values above the last mark, which goes. */
function toMark(machine: PickleMachine): PickleValue[] {
  const before = machine.below.pop()
  if (!before) throw broken(machine, 'a mark on the stack', 'none')
  const values = machine.stack
  machine.stack = before
  return values
}

function makeItems(
  machine: PickleMachine,
  kind: 'list' | 'tuple' | 'set',
  items: PickleValue[],
): PickleValue {
  charge(machine, memoryOf.container + memoryOf.item * items.length)
  return { kind, items }
}

function makeDict(machine: PickleMachine, pairs: readonly PickleValue[]): PickleValue {
  charge(machine, memoryOf.container)
  const dict = { kind: 'dict', entries: new Map<PickleValue, PickleValue>() } as const
  addEntries(machine, dict.entries, pairs)
  return dict
}

function append(machine: PickleMachine, items: readonly PickleValue[]): void {
  const target = top(machine)
  if (typeof target !== 'object' || target === null || !('items' in target)) {
    throw broken(machine, 'a list to append to', kindOf(target))
  }
  charge(machine, memoryOf.item * items.length)
  for (const item of items) target.items.push(item)
}

function setEntries(machine: PickleMachine, pairs: readonly PickleValue[]): void {
  const target = top(machine)
  if (typeof target !== 'object' || target === null || !('entries' in target)) {
    throw broken(machine, 'a dict to put entries into', kindOf(target))
  }
  addEntries(machine, target.entries as Map<PickleValue, PickleValue>, pairs) // a dict's alone
}

function addEntries(
  machine: PickleMachine,
  entries: Map<PickleValue, PickleValue>,
  pairs: readonly PickleValue[],
): void {
  if (pairs.length % 2 !== 0) throw broken(machine, 'keys with values', `${pairs.length} values`)
  charge(machine, (memoryOf.entry * pairs.length) / 2)
  for (let index = 0; index < pairs.length; index += 2) {
    entries.set(pairs[index] ?? null, pairs[index + 1] ?? null)
  }
}

function remembered(machine: PickleMachine, index: number): PickleValue {
  const value = machine.memo.get(index)
  if (value !== undefined) return value
  throw broken(machine, 'a value that was kept', `nothing under ${index}`)
}

function remember(machine: PickleMachine, index: number): void {
  charge(machine, memoryOf.entry)
  machine.memo.set(index, top(machine))
}

function readLine(machine: PickleMachine): string {
  const end = machine.bytes.indexOf(10, machine.at)
  if (end < 0 || end - machine.at > 1000) throw broken(machine, 'a name and a new line', 'none')
  const line = readText(machine, end - machine.at)
  machine.at++
  return line
}

function makeGlobal(machine: PickleMachine, name: string): PickleValue {
  machine.rules.check(name)
  charge(machine, memoryOf.container)
  return { kind: 'global', name }
}

/** A call of a global, with a tuple of operands. */
function call(machine: PickleMachine): PickleValue {
  const [callee, operands] = takeMany(machine, 2)
  if (typeof callee !== 'object' || callee === null || !('name' in callee)) {
    throw broken(machine, 'a function or class to call', kindOf(callee))
  }
  if (typeof operands !== 'object' || operands === null || !('items' in operands)) {
    throw broken(machine, 'a tuple of operands', kindOf(operands))
  }
  charge(machine, memoryOf.container)
  for (const operand of operands.items) charge(machine, memoryOf.entry * sizeOf(operand))
  return machine.rules.call(callee.name, operands.items)
}

/** How many entries a value has. */
function sizeOf(value: PickleValue): number {
  if (typeof value !== 'object' || value === null) return 0
  if ('items' in value) return value.items.length
  return 'kind' in value && value.kind === 'dict' ? value.entries.size : 0
}
