/** What a pickle is read with: its bytes, a stack, a memo, and how much memory it may still take. */
import type { SluiceError } from '../errors.ts'
import { damaged } from './damaged.ts'
import type { StorageType } from './torch-types.ts'

/** What a pickle makes. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleItems<'list'>
  | PickleItems<'tuple'>
  | PickleItems<'set'>
  | PickleDict
  | PickleGlobal
  | TorchStorage
  | TorchTensor

export interface PickleItems<Kind> {
  readonly kind: Kind
  readonly items: PickleValue[]
}

export interface PickleDict {
  readonly kind: 'dict'
  readonly entries: Map<PickleValue, PickleValue>
}

/** A function or class by its name, `collections.OrderedDict`. */
export interface PickleGlobal {
  readonly kind: 'global'
  readonly name: string
}

/** Elements that lie beside the pickle, under a key. */
export interface TorchStorage {
  readonly kind: 'storage'
  readonly key: string
  readonly type: StorageType
  readonly sizeBytes: number
}

/** A tensor as it lies in its storage; offset and strides count elements. */
export interface TorchTensor {
  readonly kind: 'tensor'
  readonly storage: TorchStorage
  readonly type: StorageType
  readonly offset: number
  readonly shape: readonly number[]
  readonly strides: readonly number[]
}

/** What the machine asks of its caller, who knows what globals and persistent ids stand for. */
export interface PickleRules {
  /** What errors call the file. */
  readonly name: string
  /** Throws for a global that may not stand there. */
  readonly check: (global: string) => void
  /** What a call of a global gives. */
  readonly call: (global: string, operands: readonly PickleValue[]) => PickleValue
  /** What a persistent id stands for. */
  readonly persistent: (id: PickleValue) => PickleValue
}

export interface PickleMachine {
  readonly bytes: Uint8Array
  readonly view: DataView
  readonly rules: PickleRules
  at: number
  stack: PickleValue[]
  /** The stacks below those of open marks. */
  readonly below: PickleValue[][]
  readonly memo: Map<number, PickleValue>
  /** About how many bytes of memory what is still to be read may take. */
  memory: number
  isAtEnd: boolean
}

/** What all values of a pickle may take: some 40,000 tensors. */
export const memoryLimit: number = 48 * 2 ** 20

/** Counts what a value takes. Throws FILE where a pickle makes more than any real one. */
export function charge(machine: PickleMachine, bytes: number): void {
  machine.memory -= bytes
  if (machine.memory >= 0) return
  throw damaged(`${machine.rules.name}: its pickle makes too much`, {
    where: `byte ${machine.at} of the pickle`,
    expected: `values that take up to ${memoryLimit} bytes, beside the elements of tensors`,
    got: 'more',
    fix: 'save the tensors alone: torch.save(model.state_dict(), path)',
  })
}

/** The error about an operation that cannot be where it stands. */
export function broken({ rules, at }: PickleMachine, expected: string, got: string): SluiceError {
  return damaged(`${rules.name}: its pickle cannot be`, {
    where: `byte ${at} of the pickle`,
    expected,
    got,
    fix: 'copy it again, or save it anew: torch.save(model.state_dict(), path)',
  })
}

/** What a value is, in a word or two. */
export function kindOf(value: PickleValue | undefined): string {
  if (value === undefined || value === null) return 'nothing'
  if (value instanceof Uint8Array) return 'bytes'
  if (typeof value !== 'object') return typeof value === 'string' ? 'a text' : `a ${typeof value}`
  return value.kind === 'global' ? value.name : `a ${value.kind}`
}
