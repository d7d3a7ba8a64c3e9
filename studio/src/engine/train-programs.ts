/** The programs of a training, all over one store and so over the same weights. */
import { type BuilderProgram, compile, gradients, input, type Store, type Value } from 'sluice'
import { buildNetwork, criteria, predictionOf } from 'sluice/nn'
import { buildOptimizer, type OptimizerSpec } from 'sluice/train'
import type { TrainingData } from './train-data.ts'
import type { ParameterFacts, TrainingSettings, UnitFacts } from './train-protocol.ts'
import { steepestSlopes, unitLayersOf } from './train-units.ts'

export interface TrainingPrograms {
  readonly step: BuilderProgram<{ readonly J: Value }>
  readonly scorer: BuilderProgram<{ readonly prediction: Value; readonly loss: Value }>
  readonly predictor: BuilderProgram<{ readonly prediction: Value }>
  /** Of each parameter its gradient (`gradient 0.weight`) and its contents after (`next 0.weight`). */
  readonly probe: BuilderProgram<Readonly<Record<string, Value>>>
  /** Of each layer of units the steepest slopes (`a2`); nothing where there is none. */
  readonly units?: BuilderProgram<Readonly<Record<string, Value>>>
  readonly unitLayers: readonly UnitFacts[]
  readonly parameters: readonly ParameterFacts[]
}

export async function compileTraining(
  settings: TrainingSettings,
  widths: readonly number[],
  { data, store }: { readonly data: TrainingData; readonly store: Store },
): Promise<TrainingPrograms> {
  const layer = buildNetwork({ layers: widths, activation: settings.activation })
  const optimizer = buildOptimizer(optimizerOf(settings))
  const criterion = criteria[settings.criterion]
  const outputsOf = (x: Value) => layer(x).named('ŷ')
  const errorOf = (outputs: Value, y: Value) => {
    if (!criterion) throw new Error(`there is no criterion "${settings.criterion}"`)
    return criterion(outputs, y).named('J')
  }
  const { inputs, targets } = data.train
  const x = { shape: [null, ...inputs.shape.slice(1)] }
  const y = { shape: [null, ...targets.shape.slice(1)], dtype: targets.dtype }
  // A page has no workers of its own to share a step with: no script of another address may run.
  const options = { inputs: { x, y }, store, threads: 1 } as const
  const unitLayers = unitLayersOf(layer(input('x', [1, ...inputs.shape.slice(1)])))
  const slopesOf = (given: { readonly x: Value }) =>
    Object.fromEntries(unitLayersOf(layer(given.x)).map((one) => [one.symbol, steepestSlopes(one)]))
  return {
    step: await compile((given) => {
      const J = errorOf(outputsOf(given.x), given.y)
      return { outputs: { J }, updates: optimizer(J) }
    }, options),
    scorer: await compile((given) => {
      const outputs = outputsOf(given.x)
      return { prediction: predictionOf(settings, outputs), loss: errorOf(outputs, given.y) }
    }, options),
    predictor: await compile(
      (given) => ({ prediction: predictionOf(settings, outputsOf(given.x)) }),
      { ...options, inputs: { x } },
    ),
    probe: await compile(
      (given) => probesOf(errorOf(outputsOf(given.x), given.y), layer.parameters, optimizer),
      options,
    ),
    ...(unitLayers.length > 0 && {
      units: await compile(slopesOf, { ...options, inputs: { x } }),
    }),
    unitLayers: unitLayers.map(({ value: _, ...facts }) => facts),
    parameters: Object.entries(layer.parameters).map(([key, { name = key, shape }]) => {
      return { key, symbol: name, shape }
    }),
  }
}

/** With what the optimizer takes of what may be set. */
function optimizerOf(settings: TrainingSettings): OptimizerSpec {
  const { optimizer: name, learningRate, momentum, weightDecay, clipGradNorm } = settings
  const { beta1, beta2 } = settings
  return {
    ...{ name, learningRate },
    ...(momentum !== undefined && { momentum }),
    ...(weightDecay !== undefined && { weightDecay }),
    ...(clipGradNorm !== undefined && { clipGradNorm }),
    ...((beta1 !== undefined || beta2 !== undefined) && {
      betas: [beta1 ?? 0.9, beta2 ?? 0.999] as const,
    }),
  }
}

function probesOf(
  J: Value,
  parameters: Readonly<Record<string, Value>>,
  optimizer: ReturnType<typeof buildOptimizer>,
): Readonly<Record<string, Value>> {
  const found = gradients(J, Object.values(parameters))
  const updates = optimizer(J)
  const pairs = Object.entries(parameters).flatMap(([key, parameter], index) => {
    const next = updates.find(({ state }) => state.application === parameter.application)
    const gradient = found[index]
    if (!next || !gradient) return []
    return [[`gradient ${key}`, gradient] as const, [`next ${key}`, next.value] as const]
  })
  return Object.fromEntries(pairs)
}
