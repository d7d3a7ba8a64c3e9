/** The graph that is explored, and what has been found out about it. */
import { type Outline, outline } from 'sluice/draw'
import { culpritIn } from './explore-culprit.ts'
import { compareOutlines } from './explore-difference.ts'
import { factsOf, parametersOf } from './explore-facts.ts'
import { kernelTable, timesOf } from './explore-kernels.ts'
import { flopsOfGates, gradientNorms, type Ran, run } from './explore-numbers.ts'
import type {
  Comparison,
  Culprit,
  ExploredModel,
  ExploreReplies,
  ExploreRequest,
  FoldedPicture,
  FoldWish,
  KernelTable,
  Measure,
  Measures,
} from './explore-protocol.ts'
import type { PosedModel } from './pose-model.ts'
import type { ModelSource } from './protocol.ts'

type Pose = (source: ModelSource) => Promise<PosedModel>

/** What is made when it is first asked for. */
interface Subject {
  readonly model: PosedModel
  readonly outline: Outline
  ran: Promise<Ran> | undefined
  kernels: Promise<KernelTable> | undefined
}

export interface ExploreDesk {
  answer(request: ExploreRequest): Promise<ExploreReplies[ExploreRequest['kind']]>
}

export function createExploreDesk(pose: Pose): ExploreDesk {
  let subject: Subject | undefined
  return {
    async answer(request) {
      if (request.kind === 'explore') {
        const model = await pose(request.source)
        subject = { model, outline: outline(model.J), ran: undefined, kernels: undefined }
        return exploredOf(subject)
      }
      if (!subject) throw new Error('no graph is open')
      const own = subject
      switch (request.kind) {
        case 'fold':
          return folded(own.outline, request.wish)
        case 'facts':
          return factsOf(own.outline, request.gate)
        case 'measure':
          return measured(own, request.of)
        case 'kernels':
          return kernelsOf(own)
        case 'culprit':
          return culpritOf(own)
        case 'compare':
          return compared(own.outline, await pose(request.source))
      }
    },
  }
}

function exploredOf({ model, outline: { groups, gates }, outline: whole }: Subject): ExploredModel {
  const { id, title, about } = model
  return {
    ...{ id, title, about, groups },
    gates: gates.map(({ id: own, gate, label, parent, names, states, from }) => {
      return { id: own, gate, label, parent, names, states, from }
    }),
    picture: folded(whole, { open: [] }),
  }
}

function folded(whole: Outline, { open, only, from }: FoldWish): FoldedPicture {
  const ids = only && new Set(only.flatMap((position) => whole.gates[position]?.id ?? []))
  return whole.fold({ open, ...(ids && { only: ids }), ...(from && { from }) })
}

async function measured(own: Subject, of: Measure): Promise<Measures> {
  const { gates } = own.outline
  switch (of) {
    case 'parameters':
      return { of, numbers: parametersOf(own.outline) }
    case 'flops':
      return { of, numbers: flopsOfGates(gates) }
    case 'time':
      return { of, numbers: timesOf(await kernelsOf(own), gates) }
    case 'gradient':
      return { of, numbers: gradientNorms(gates, await ranOf(own)) }
  }
}

async function culpritOf(own: Subject): Promise<Culprit> {
  return culpritIn(own.outline.gates, await ranOf(own))
}

function ranOf(own: Subject): Promise<Ran> {
  own.ran ??= run(own.model)
  return own.ran
}

function kernelsOf(own: Subject): Promise<KernelTable> {
  own.kernels ??= kernelTable(own.model, own.outline.gates)
  return own.kernels
}

function compared(own: Outline, other: PosedModel): Comparison {
  return { title: other.title, ...compareOutlines(own.gates, outline(other.J).gates) }
}
