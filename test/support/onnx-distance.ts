/** How far the outputs of two runs lie apart. */
import { numberAt, type Tensor } from '../../src/ir/tensor.ts'
import { type Named, there } from './recorded.ts'

/** Where an element is another by more than `tolerance`, relative to numbers above 1; a line each. */
export function differences(
  own: Named<Tensor>,
  wanted: Named<Tensor>,
  tolerance: number,
): readonly string[] {
  return Object.entries(wanted).flatMap(([name, one]) => {
    const other = there(own[name])
    if (`${other.shape}` !== `${one.shape}`)
      return [`${name}: [${other.shape}], not [${one.shape}]`]
    const at = Array.from({ length: one.data.length }, (_, index) => index).find((index) => {
      const [got, expected] = [numberAt(other, index), numberAt(one, index)]
      const isSame = got === expected || (Number.isNaN(got) && Number.isNaN(expected))
      const isNear = Math.abs(got - expected) <= tolerance * Math.max(1, Math.abs(expected))
      return !(isSame || isNear)
    })
    return at === undefined
      ? []
      : [`${name}[${at}]: ${numberAt(other, at)}, not ${numberAt(one, at)}`]
  })
}

/** Tensors that are compared in their order, whatever they are called. */
export function numbered(tensors: readonly Tensor[]): Named<Tensor> {
  return Object.fromEntries(tensors.map((one, at) => [`output ${at}`, one]))
}
