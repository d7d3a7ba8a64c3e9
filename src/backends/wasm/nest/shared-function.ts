/** Functions of a module that many kernels call, each defined where it is first asked for. */
import type { FunctionBuilder, Local } from '../function-builder.ts'
import type { ModuleBuilder, WasmFunction } from '../module-builder.ts'
import type { ValueType } from '../types.ts'

type Locals<Takes extends readonly ValueType[]> = { [I in keyof Takes]: Local<Takes[I]> }

/** What defines a function; equal definitions are the same object. */
export interface SharedFunction<Takes extends readonly ValueType[], Gives extends ValueType> {
  readonly name: string
  readonly takes: Takes
  readonly gives: Gives
  readonly body: (f: FunctionBuilder, ...parameters: Locals<Takes>) => void
}

// A module keeps what is made for it; the table goes when the module does.
const made = new WeakMap<ModuleBuilder, Map<object, WasmFunction>>()

/** The function in that module. */
export function sharedFunction<const Takes extends readonly ValueType[], Gives extends ValueType>(
  module: ModuleBuilder,
  shared: SharedFunction<Takes, Gives>,
): WasmFunction<Takes, Gives> {
  const functions = made.get(module) ?? new Map<object, WasmFunction>()
  made.set(module, functions)
  const known = functions.get(shared)
  if (known !== undefined) return known as WasmFunction<Takes, Gives> // made from `shared`, below
  const { name, takes, gives, body } = shared
  const defined = module.function(name, { takes, gives }, body)
  functions.set(shared, defined as unknown as WasmFunction) // the one above
  return defined
}
