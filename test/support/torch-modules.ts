/** Holds modules against PyTorch's: their parameters become inputs, under torch's names and layouts. */
import { graph, type Value } from 'sluice'
import type { Module } from 'sluice/nn'
import { substitute } from '../../src/ir/substitute.ts'
import { there } from './recorded.ts'

/**
 * What `call` gives, with every parameter of the module replaced by what `given` has under torch's
 * name for it, laid out as the module keeps it.
 */
export function withTorchState<M extends Module>(
  module: M,
  given: (name: string) => Value,
  call: (module: M) => readonly Value[],
): readonly Value[] {
  const outputs = call(module)
  const whole = graph(Object.fromEntries(outputs.map((value, index) => [`y${index}`, value])))
  const replacements = new Map(
    Object.entries(module.parameters).map(([key, parameter]) => {
      const { name, axes } = there(module.torch[key])
      const own = given(name)
      return [parameter.application, [axes ? own.transpose([...axes]) : own]] as const
    }),
  )
  return outputs.map(substitute(whole, replacements))
}
