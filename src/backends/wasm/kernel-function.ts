/** The function that a kernel becomes, or several that are alike. */
import type { FunctionBuilder, Local } from './function-builder.ts'
import type { Given, KernelContext, KernelFunction } from './kernel-context.ts'

/** Where the code of a kernel is written. */
export interface KernelSite {
  readonly f: FunctionBuilder
  /** In it buffers lie where the function is told. */
  readonly context: KernelContext
  /** The chunks from … to − 1. */
  readonly from: Local<'i32'>
  readonly to: Local<'i32'>
  readonly thread: Local<'i32'>
  /** Where the function is told: see `Given.hasLength`. */
  readonly length: Local<'i32'> | undefined
}

/** Defines the function of a kernel; `name` is seen in stacks and profiles. */
export function kernelFunction(
  context: KernelContext,
  name: string,
  body: (site: KernelSite) => void,
): KernelFunction {
  const given = context.given ?? nothing
  const count = given.buffers.length + (given.hasLength ? 1 : 0)
  const more = Array.from({ length: count }, () => 'i32' as const)
  const signature = { takes: ['i32', 'i32', 'i32', ...more], gives: 'nothing' } as const
  return context.module.function(name, signature, (f, from, to, thread, ...told) => {
    const length = given.hasLength ? told.at(-1) : undefined
    body({ f, context: within(context, given, told), from, to, thread, length })
  })
}

const nothing: Given = { buffers: [], hasLength: false }

function within(
  context: KernelContext,
  { buffers }: Given,
  told: readonly Local<'i32'>[],
): KernelContext {
  if (buffers.length === 0) return context
  const bases = new Map(buffers.map((buffer, index) => [buffer, told[index]]))
  const placeOf: KernelContext['placeOf'] = (buffer) => {
    const base = bases.get(buffer)
    return { ...context.placeOf(buffer), ...(base && { base }) }
  }
  return { ...context, placeOf }
}
