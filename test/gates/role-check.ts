/** Each part in the backward pass as a property, checked on random data: see `Role` in ir/gate.ts. */
import { differentiate } from '../../src/autodiff/difference.ts'
import type { GateDefinition, Role } from '../../src/ir/gate.ts'
import { Graph } from '../../src/ir/graph.ts'
import { type Tensor, toNumbers } from '../../src/ir/tensor.ts'
import { applied, evaluator, floatingAt, type GateCase, itemAt } from './cases.ts'
import { type Draw, drawsOf } from './draws.ts'
import { type Derived, derivedFrom, drawTensors } from './gradient-check.ts'
import {
  areNear,
  columnsOf,
  hasFullRows,
  hasOneEntry,
  hasOneSharePerOperand,
  hasOnlyZerosAndOnes,
  isSame,
  isTransposed,
  type LocalGradient,
  localGradient,
  supportOf,
} from './local-gradient.ts'
import { areFinite, atSomePoint } from './points.ts'

/** What it computes does change with its operand: that no gradient passes is what it is for. */
const stopsOnPurpose: readonly string[] = ['stopGradient']

/** Criteria that compare their operands with each other. */
const withoutTarget: readonly string[] = ['tripletMargin']

type RoleCheck = (definition: GateDefinition, cases: readonly GateCase[]) => readonly string[]

/** What a gate of the role must show; what it does not show comes back as failures. */
export function roleFailures(
  definition: GateDefinition,
  cases: readonly GateCase[],
): readonly string[] {
  return roleChecks[definition.role](definition, cases)
}

const roleChecks: Readonly<Record<Role, RoleCheck>> = {
  distributor: onLocalGradients((here, there) => [
    ...failIf(!isSame(here, there), 'its shares depend on the operands'),
    ...failIf(!columnsOf(here).every(hasOneEntry), 'an element gets a share of several outputs'),
    ...failIf(!hasOneSharePerOperand(here), 'elements of one operand get different shares'),
  ]),
  router: onLocalGradients((here) =>
    here.rows.flatMap((row, i) => {
      const winners = here.operands.flatMap((x, j) => (x === here.outputs[i] ? [j] : []))
      if (winners.length > 1) return ['a tie was drawn']
      const isRouted = row.every((share, j) => share === (winners.includes(j) ? 1 : 0))
      return failIf(!isRouted, `output ${i} does not go to the operand element that it is`)
    }),
  ),
  adder: onLocalGradients(
    (here, there) => [
      ...failIf(!isSame(here, there), 'its local gradient depends on the operands'),
      ...failIf(!hasOnlyZerosAndOnes(here), 'its local gradient is not of zeros and ones'),
      ...failIf(!here.rows.every(hasOneEntry), 'a copy is not of one element'),
    ],
    (here) => columnsOf(here).some((column) => column.filter((share) => share !== 0).length > 1),
  ),
  mover: onLocalGradients(
    (here, there) => [
      ...failIf(!isSame(here, there), 'its local gradient depends on the operands'),
      ...failIf(!hasOnlyZerosAndOnes(here), 'its local gradient is not of zeros and ones'),
      ...failIf(!isTransposed(here, there), 'moving back is not the transpose of moving'),
    ],
    (here) => here.rows.some((row) => row.some((share) => share !== 0)),
  ),
  mixer: onLocalGradients(
    (here) => failIf(!hasFullRows(here), 'an element of a row does not answer for every other'),
    (here, there) => !isSame(here, there) && here.rows.some((row) => supportOf(row).length > 1),
  ),
  scaler: (definition, cases) =>
    overDerived(definition, cases, (derived, point, _, draw) => {
      const backward = evaluator([...derived.inputs, ...derived.seeds], presentIn(derived))
      const upstream = drawTensors(derived.reached, draw)
      const [factor = []] = upstream.map(toNumbers)
      const ones = upstream.map((one) => ({
        ...one,
        data: new Float64Array(one.data.length).fill(1),
      }))
      const [scaled, own] = [upstream, ones].map((given) => backward([...point, ...given]))
      if (!scaled || !own || !areFinite([...scaled, ...own])) return undefined
      return own.flatMap((one, k) => {
        const expected = toNumbers(one).map((slope, i) => slope * (factor[i] ?? Number.NaN))
        const isScaled = areNear(toNumbers(itemAt(scaled, k)), expected)
        return failIf(!isScaled, 'backward(u) is not u times backward(1), element by element')
      })
    }),
  switch: (definition, cases) => overDerived(definition, cases, bilinearFailures),
  criterion: criterionFailures,
  stop: stopFailures,
  source: ({ operands }) => failIf(operands.length > 0, 'a source has operands'),
  loop: (_, cases) =>
    cases.flatMap(({ attributes }) =>
      failIf(!Object.values(attributes).some((one) => one instanceof Graph), 'it has no body'),
    ),
}

/** A property of the local gradient at two points; `telling` must hold of some case. */
function onLocalGradients(
  property: (here: LocalGradient, there: LocalGradient) => readonly string[],
  telling?: (here: LocalGradient, there: LocalGradient) => boolean,
): RoleCheck {
  return (definition, cases) => {
    let isTold = telling === undefined
    const failures = overDerived(definition, cases, (derived, point, another) => {
      const gradientAt = localGradient(derived)
      const [here, there] = [gradientAt(point), gradientAt(another())]
      if (!here || !there) return undefined
      isTold ||= telling?.(here, there) === true
      return property(here, there)
    })
    return isTold ? failures : [...failures, 'no sample shows the role']
  }
}

function overDerived(
  definition: GateDefinition,
  cases: readonly GateCase[],
  check: (
    derived: Derived,
    point: readonly Tensor[],
    another: () => readonly Tensor[],
    draw: Draw,
  ) => readonly string[] | undefined,
): readonly string[] {
  let checkedCount = 0
  const failures = cases.flatMap((gateCase) => {
    const [derived] = derivedFrom(definition, gateCase)
    if (!derived) return []
    checkedCount++
    const draw = drawsOf(`${definition.name} ${gateCase.label} role`)
    const found = atSomePoint(gateCase.operands, draw, (point, another) =>
      check(derived, point, another, draw),
    )
    const sentences = found ?? ['no point with finite gradients was found']
    return sentences.map((failure) => `${gateCase.label}: ${failure}`)
  })
  return checkedCount > 0 ? failures : ['no sample has a gradient, so its role was not checked']
}

/** An operand's gradient does not change with it, and is linear in each other operand. */
function bilinearFailures(
  derived: Derived,
  point: readonly Tensor[],
  another: () => readonly Tensor[],
  draw: Draw,
): readonly string[] | undefined {
  const { inputs, seeds, reached, wrt, gradients } = derived
  if (wrt.length < 2) return ['a switch has two operands that it differentiates']
  const upstream = drawTensors(reached, draw)
  const other = another()
  return wrt.flatMap((own, k) => {
    const gradient = gradients[k]
    if (!gradient) return [`${inputs[own]?.name} gets no gradient`]
    const backward = evaluator([...inputs, ...seeds], [gradient])
    const at = (operands: readonly Tensor[]) =>
      backward([...operands, ...upstream]).flatMap(toNumbers)
    const here = at(point)
    const isItsOwn = !areNear(at(point.with(own, itemAt(other, own))), here)
    const rest = wrt.filter((index) => index !== own)
    const bent = rest.flatMap((index) => {
      const [first, second] = [itemAt(point, index), itemAt(other, index)]
      const sum = toNumbers(first).map((x, i) => x + Number(second.data[i]))
      const both = { ...first, data: Float64Array.from(sum) }
      const there = at(point.with(index, second))
      const expected = here.map((g, i) => g + (there[i] ?? 0))
      const isLinear = areNear(at(point.with(index, both)), expected)
      const sentence = `the gradient of ${inputs[own]?.name} is not linear in ${inputs[index]?.name}`
      return failIf(!isLinear, sentence)
    })
    return [...failIf(isItsOwn, `the gradient of ${inputs[own]?.name} changes with it`), ...bent]
  })
}

/** A target that is named, and reductions that agree: the mean is the sum over n. */
function criterionFailures(
  definition: GateDefinition,
  cases: readonly GateCase[],
): readonly string[] {
  const isNamed =
    (definition.targets.length > 0 || withoutTarget.includes(definition.name)) &&
    definition.targets.every((target) => definition.operands.includes(target))
  const failures = cases.flatMap((gateCase) => {
    const [none, sum, mean] = ['none', 'sum', 'mean'].map((reduction) => {
      const attributes = { ...gateCase.attributes, reduction }
      const { inputs, outputs } = applied(definition, { ...gateCase, attributes })
      return evaluator(inputs, outputs)(gateCase.operands).flatMap(toNumbers)
    })
    if (!none || !sum || !mean) return []
    const total = none.reduce((all, one) => all + one, 0)
    const isEven = !countsUnevenly(definition, gateCase)
    const isMean = !isEven || areNear(mean, [total / none.length])
    const isConsistent = areNear(sum, [total]) && isMean
    return failIf(!isConsistent, `${gateCase.label}: sum ${sum} and mean ${mean} of ${none}`)
  })
  return [...failIf(!isNamed, 'no operand is named as its target'), ...failures]
}

/** Whether the mean divides by something else than how many errors there are. */
function countsUnevenly(
  { name }: GateDefinition,
  { attributes: { weight, ignoreIndex } }: GateCase,
): boolean {
  if (name === 'ctc') return true // each by the length of its target
  const isWeighted = weight !== undefined || ignoreIndex !== undefined
  return isWeighted && (name === 'crossEntropy' || name === 'nll')
}

/** It hands nothing back, and does well to: its outputs do not change as its operands move. */
function stopFailures(definition: GateDefinition, cases: readonly GateCase[]): readonly string[] {
  const hasRule = failIf(definition.hasBackward, 'it has a backward rule')
  if (stopsOnPurpose.includes(definition.name)) return hasRule
  const moving = cases.flatMap((gateCase) => {
    const { inputs, outputs } = applied(definition, gateCase)
    const floating = floatingAt(outputs).flatMap((index) => outputs[index] ?? [])
    const forward = evaluator(inputs, floating)
    const draw = drawsOf(`${definition.name} ${gateCase.label} role`)
    const slope = atSomePoint(gateCase.operands, draw, (point) => {
      const weights = drawTensors(floating, draw).map(toNumbers)
      const along = drawTensors(inputs, draw).map(toNumbers)
      const { derivative, isKink } = differentiate((t) =>
        forward(movedBy(point, along, t)).reduce((sum, output, k) => {
          const weigh = (total: number, y: number, i: number) => total + y * (weights[k]?.[i] ?? 0)
          return toNumbers(output).reduce(weigh, sum)
        }, 0),
      )
      return isKink ? undefined : derivative
    })
    return failIf(slope !== 0, `${gateCase.label}: its outputs change by ${slope}, not 0`)
  })
  return [...hasRule, ...moving]
}

function movedBy(point: readonly Tensor[], along: readonly number[][], t: number): Tensor[] {
  return point.map((tensor, k) => {
    if (tensor.dtype !== 'f64') return tensor
    const data = Float64Array.from(toNumbers(tensor), (x, i) => x + t * (along[k]?.[i] ?? 0))
    return { ...tensor, data }
  })
}

function presentIn({ gradients }: Derived) {
  return gradients.filter((gradient) => gradient !== undefined)
}

function failIf(isWrong: boolean, sentence: string): readonly string[] {
  return isWrong ? [sentence] : []
}
