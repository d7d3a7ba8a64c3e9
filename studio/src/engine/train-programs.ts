/** The programs of a training, all over one store and so over the same weights. */
import { type BuilderProgram, compile, gradients, type Store, type Value } from 'sluice'
import { buildNetwork, criteria, predictionOf } from 'sluice/nn'
import { buildOptimizer } from 'sluice/train'
import type { TrainingData } from './train-data.ts'
import type { ParameterFacts, TrainingSettings } from './train-protocol.ts'

export interface TrainingPrograms {
  readonly step: BuilderProgram<{ readonly J: Value }>
  readonly scorer: BuilderProgram<{ readonly prediction: Value; readonly loss: Value }>
  readonly predictor: BuilderProgram<{ readonly prediction: Value }>
  /** Of each parameter its gradient (`gradient 0.weight`) and its contents after (`next 0.weight`). */
  readonly probe: BuilderProgram<Readonly<Record<string, Value>>>
  readonly parameters: readonly ParameterFacts[]
}

export async function compileTraining(
  settings: TrainingSettings,
  widths: readonly number[],
  { data, store }: { readonly data: TrainingData; readonly store: Store },
): Promise<TrainingPrograms> {
  const layer = buildNetwork({ layers: widths, activation: settings.activation })
  const optimizer = buildOptimizer({ ...settings, name: settings.optimizer })
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
    parameters: Object.entries(layer.parameters).map(([key, { name = key, shape }]) => {
      return { key, symbol: name, shape }
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
