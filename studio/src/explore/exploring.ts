/** What Explore knows, as signals: the graph, which part of it is seen, and what is told of it. */
import { batch, computed, effect, type ReadonlySignal, signal } from '@preact/signals'
import type { Scene } from 'sluice/draw'
import type { Mark } from 'sluice/element'
import { EngineError } from '../engine/client.ts'
import type {
  Comparison,
  Culprit,
  ExploredModel,
  FoldedPicture,
  GateFacts,
  KernelTable,
  Measure,
  Measures,
} from '../engine/explore-protocol.ts'
import type { Failure, ModelSource } from '../engine/protocol.ts'
import { createLayouter, type Layouter } from '../layout/layouter.ts'
import { route } from '../route.ts'
import { engine, sourceOf } from '../session.ts'
import {
  type Direction,
  type GraphIndex,
  gatesOf,
  groupsAround,
  indexOf,
  pathBetween,
  reachedFrom,
} from './graph-index.ts'
import { marksOf } from './marks.ts'
import { gatesText, type Overlay, overlayOf } from './measures.ts'

/** What is on the screen: a picture, and where everything of it stands. */
export interface Shown {
  readonly picture: FoldedPicture
  readonly scene: Scene
  /** What keeps its place where this picture comes after another. */
  readonly anchor: string | undefined
}

/** Some gates alone, and why. */
export interface Isolation {
  readonly text: string
  readonly gates: readonly number[]
}

/** How long a layout may take before one is asked whether to go on. */
const layoutDeadlineMs = 3000

const openedModel = signal<ExploredModel | undefined>(undefined)
const shownPicture = signal<Shown | undefined>(undefined)
const wentWrong = signal<Failure | undefined>(undefined)
const isPlacingNow = signal(false)
const isLateNow = signal(false)
const chosen = signal<string | undefined>(undefined)
const alone = signal<Isolation | undefined>(undefined)
const said = signal('')
const wayFrom = signal<string | undefined>(undefined)
const measured = signal<Measures | undefined>(undefined)
const wantedMeasure = signal<Measure | undefined>(undefined)
const comparedWith = signal<Comparison | undefined>(undefined)
const kernelTable = signal<KernelTable | undefined>(undefined)
const chosenKernel = signal<number | undefined>(undefined)
const foundCulprit = signal<Culprit | undefined>(undefined)
const toldFacts = signal<GateFacts | undefined>(undefined)
const waitsFor = signal('')

export const model: ReadonlySignal<ExploredModel | undefined> = openedModel
export const shown: ReadonlySignal<Shown | undefined> = shownPicture
export const failure: ReadonlySignal<Failure | undefined> = wentWrong
/** Whether a layout is under way, and whether it takes long. */
export const isPlacing: ReadonlySignal<boolean> = isPlacingNow
export const isLate: ReadonlySignal<boolean> = isLateNow
export const selected: ReadonlySignal<string | undefined> = chosen
export const isolation: ReadonlySignal<Isolation | undefined> = alone
/** What has just happened, for those who cannot see it, and below the canvas for all. */
export const message: ReadonlySignal<string> = said
/** The node that a way is looked for from, while the other end is to be chosen. */
export const pathStart: ReadonlySignal<string | undefined> = wayFrom
export const measure: ReadonlySignal<Measure | undefined> = wantedMeasure
export const measures: ReadonlySignal<Measures | undefined> = measured
export const comparison: ReadonlySignal<Comparison | undefined> = comparedWith
export const kernels: ReadonlySignal<KernelTable | undefined> = kernelTable
export const kernel: ReadonlySignal<number | undefined> = chosenKernel
export const culprit: ReadonlySignal<Culprit | undefined> = foundCulprit
export const facts: ReadonlySignal<GateFacts | undefined> = toldFacts
/** What the engine works at that takes its time; '' where nothing. */
export const waiting: ReadonlySignal<string> = waitsFor

export const index: ReadonlySignal<GraphIndex | undefined> = computed(
  () => openedModel.value && indexOf(openedModel.value),
)

export const overlay: ReadonlySignal<Overlay | undefined> = computed(() => {
  const [own, at, numbers] = [index.value, shownPicture.value, measured.value]
  const isWanted = numbers !== undefined && numbers.of === wantedMeasure.value
  return own && at && isWanted ? overlayOf(own, at.picture, numbers) : undefined
})

export const marks: ReadonlySignal<ReadonlyMap<string, Mark> | undefined> = computed(() => {
  const [own, at] = [index.value, shownPicture.value]
  const row = kernelTable.value?.rows.find((one) => one.kernel === chosenKernel.value)
  return own && at ? marksOf(own, at.picture, { comparison: comparedWith.value, row }) : undefined
})

let layouter: Layouter | undefined
let asked = ''
let wishes = 0
let from: Readonly<Record<string, number>> = {}

/** Asks for the graph of an address. */
async function openModel(source: ModelSource, key: string): Promise<void> {
  layouter ??= createLayouter()
  layouter.cancel()
  try {
    const reply = await engine.request({ kind: 'explore', source })
    if (key !== asked) return // another one was chosen meanwhile
    from = {}
    batch(() => {
      wentWrong.value = undefined
      openedModel.value = reply
      shownPicture.value = undefined
      for (const one of [chosen, alone, wayFrom, measured, wantedMeasure, comparedWith]) {
        one.value = undefined
      }
      for (const one of [kernelTable, chosenKernel, foundCulprit, toldFacts]) one.value = undefined
    })
    await show(reply.picture, undefined)
  } catch (error) {
    if (key === asked) wentWrong.value = failureOf(error)
  }
}

function failureOf(error: unknown): Failure {
  return error instanceof EngineError ? error.failure : { title: String(error), details: [] }
}

/** Lays a picture out and shows it; gives whether it came to that. */
async function show(picture: FoldedPicture, anchor: string | undefined): Promise<boolean> {
  if (!layouter) return false
  batch(() => {
    isPlacingNow.value = true
    isLateNow.value = false
  })
  const onLate = () => {
    isLateNow.value = true
  }
  const placed = await layouter.place(picture.diagram, { deadlineMs: layoutDeadlineMs, onLate })
  batch(() => {
    if (placed.kind === 'cancelled') return // what follows it is under way
    isLateNow.value = false
    isPlacingNow.value = false
    if (placed.kind === 'placed') shownPicture.value = { picture, scene: placed.scene, anchor }
    if (placed.kind === 'failed') said.value = placed.error
  })
  return placed.kind === 'placed'
}

/** What is to be seen otherwise than now. */
interface Change {
  readonly open?: readonly string[]
  readonly from?: Readonly<Record<string, number>>
  readonly anchor?: string | undefined
  readonly isolation?: Isolation | undefined
}

/** Folds anew and says what has come of it; gives whether it is shown. */
async function refold(change: Change, text: string): Promise<boolean> {
  const before = shownPicture.value
  if (!before) return false
  wishes++
  const own = wishes
  const only = 'isolation' in change ? change.isolation : alone.value
  const wish = {
    open: change.open ?? before.picture.open,
    from: change.from ?? from,
    ...(only && { only: only.gates }),
  }
  const picture = await attempt('', () => engine.request({ kind: 'fold', wish }))
  if (!picture || own !== wishes) return false
  const isShown = await show(picture, change.anchor)
  if (!isShown || own !== wishes) return false
  from = wish.from
  alone.value = only
  const closed = wish.open.filter((id) => !picture.open.includes(id)).map(nameOf)
  const more = closed.length > 3 ? ` and ${closed.length - 3} more` : ''
  const note = `${closed.slice(0, 3).join(', ')}${more} closed, so that the picture can be read.`
  said.value = closed.length > 0 ? `${text} ${note}` : text
  return true
}

/** Says what went wrong; `what` is shown while it takes its time. */
async function attempt<T>(what: string, act: () => Promise<T>): Promise<T | undefined> {
  if (what !== '') waitsFor.value = what
  try {
    return await act()
  } catch (error) {
    const { title, details } = failureOf(error)
    said.value = [title, ...details.map(([, text]) => text)].join(': ')
    return undefined
  } finally {
    if (what !== '') waitsFor.value = ''
  }
}

/** Calls a layout off: what is seen stays. */
export function cancelLayout(): void {
  wishes++
  layouter?.cancel()
  batch(() => {
    isPlacingNow.value = false
    isLateNow.value = false
    said.value = 'The groups stay closed.'
  })
}

/** Waits on, where a layout takes long. */
export function waitOn(): void {
  isLateNow.value = false
}

/** Opens a group that is closed, closes one that is open, moves on in one of many members. */
export async function toggle(id: string): Promise<void> {
  const [own, at] = [index.value, shownPicture.value]
  if (!own || !at) return
  const rest = at.picture.rests[id]
  if (rest) {
    const text = `${rest.count} members were not shown; here are some of them.`
    await refold({ from: { ...from, [rest.of]: rest.from }, anchor: id }, text)
    return
  }
  const group = own.groups.get(id)
  if (!group) return
  const { open } = at.picture
  const isOpen = open.includes(id)
  const inside = (one: string) => one === id || groupsAround(own, one).includes(id)
  const wanted = isOpen ? open.filter((one) => !inside(one)) : [...open, id]
  const text = `${isOpen ? 'Closed' : 'Opened'} ${group.label}: ${gatesText(group.size)}.`
  await refold({ open: wanted, anchor: id }, text)
}

/** Opens the groups around a gate or a group, and chooses it; gives whether it can be seen. */
export async function reveal(id: string): Promise<boolean> {
  const [own, at] = [index.value, shownPicture.value]
  if (!own || !at) return false
  const around = groupsAround(own, id)
  const isHidden =
    alone.value && !gatesOf(own, id).some((gate) => alone.value?.gates.includes(gate))
  const open = [...at.picture.open.filter((one) => !around.includes(one)), ...around]
  const path = [...around, id]
  const windows = Object.fromEntries(
    path.map((child, level) => {
      const parent = path[level - 1] ?? ''
      const place = own.children.get(parent)?.indexOf(child) ?? 0
      return [parent, Math.max(0, place - 4)]
    }),
  )
  const isThere = at.picture.diagram.nodes.some((node) => node.id === id)
  const isDone =
    (isThere && !isHidden) ||
    (await refold(
      {
        ...{ open, from: { ...from, ...windows } },
        ...(isHidden && { isolation: undefined }),
      },
      nameOf(id),
    ))
  if (isDone) select(id)
  return isDone
}

/** Chooses a node, or the other end of a way that is looked for. */
export function select(id: string | undefined): void {
  const start = wayFrom.value
  if (start !== undefined && id !== undefined && id !== start) {
    wayFrom.value = undefined
    showPath(start, id)
    return
  }
  chosen.value = id
  toldFacts.value = undefined
  const position = id === undefined ? undefined : index.value?.positions.get(id)
  const gate = position === undefined ? undefined : index.value?.gates[position]?.id
  if (gate === undefined) return
  attempt('', () => engine.request({ kind: 'facts', gate })).then((told) => {
    if (chosen.value === id) toldFacts.value = told
  })
}

export function startPath(): void {
  wayFrom.value = chosen.value
  said.value = 'Choose where the path leads to.'
}

export function stopPath(): void {
  wayFrom.value = undefined
}

function positionsOf(id: string): readonly number[] {
  const [own, at] = [index.value, shownPicture.value]
  return own && at ? gatesOf(own, id, at.picture.rests) : []
}

async function showPath(start: string, end: string): Promise<void> {
  const own = index.value
  if (!own) return
  const gates = pathBetween(own, positionsOf(start), positionsOf(end))
  if (gates.length === 0) {
    said.value = `No value flows between ${nameOf(start)} and ${nameOf(end)}.`
    return
  }
  const text = `On the way between ${nameOf(start)} and ${nameOf(end)}: ${gatesText(gates.length)}.`
  await isolate({ text, gates }, start)
}

export async function isolateFrom(id: string, direction: Direction): Promise<void> {
  const own = index.value
  if (!own) return
  const gates = reachedFrom(own, positionsOf(id), direction)
  const what = direction === 'before' ? 'What it depends on' : 'What depends on it'
  await isolate({ text: `${what}: ${nameOf(id)}, ${gatesText(gates.length)} in all.`, gates }, id)
}

async function isolate(isolation: Isolation, anchor: string): Promise<void> {
  await refold({ isolation, anchor }, isolation.text)
}

export async function showAll(): Promise<void> {
  await refold({ isolation: undefined, anchor: chosen.value }, 'All gates.')
}

/** `F3 matmul`, `linear 0`, `W1`. */
export function nameOf(id: string): string {
  const own = index.value
  const gate = own?.gates[own.positions.get(id) ?? -1]
  if (gate) return `${gate.id} ${gate.gate}`
  return own?.groups.get(id)?.label ?? id.replace(/^(?:given|end) /, '')
}

const measureWork: Readonly<Record<Measure, string>> = {
  parameters: '',
  flops: '',
  time: 'Compiling the step and timing its kernels',
  gradient: 'Running one iteration',
}

export async function chooseMeasure(of: Measure | undefined): Promise<void> {
  wantedMeasure.value = of
  if (of === undefined || measured.value?.of === of) return
  const key = asked
  const reply = await attempt(measureWork[of], () => engine.request({ kind: 'measure', of }))
  if (reply && key === asked && wantedMeasure.value === of) measured.value = reply
}

export async function askKernels(): Promise<void> {
  const key = asked
  const table = await attempt(measureWork.time, () => engine.request({ kind: 'kernels' }))
  if (key === asked) kernelTable.value = table
}

/** Shows where the gates of a kernel stand. */
export function chooseKernel(kernel: number | undefined): void {
  chosenKernel.value = chosenKernel.value === kernel ? undefined : kernel
}

/** Looks for what is not finite, and jumps to the gate that makes it. */
export async function findCulprit(): Promise<void> {
  const key = asked
  const reply = await attempt(measureWork.gradient, () => engine.request({ kind: 'culprit' }))
  if (!reply || key !== asked) return
  foundCulprit.value = reply
  const id = reply.gate === undefined ? undefined : index.value?.gates[reply.gate]?.id
  if (id !== undefined) await reveal(id)
  said.value = reply.text
}

export async function compareWith(source: ModelSource | undefined): Promise<void> {
  if (!source) {
    comparedWith.value = undefined
    return
  }
  const key = asked
  const reply = await attempt('Comparing', () => engine.request({ kind: 'compare', source }))
  if (key === asked) comparedWith.value = reply
}

/** Compares with a model in a file. */
export async function compareWithFile(file: File): Promise<void> {
  const taken = await attempt('Reading the file', async () => {
    const bytes = new Uint8Array(await file.arrayBuffer())
    return engine.request({ kind: 'take', name: file.name, bytes })
  })
  if (taken?.form === 'model') await compareWith({ from: 'file', number: taken.number, seed: 1 })
  else if (taken) said.value = `${file.name} holds no model to compare with.`
}

effect(() => {
  const { view, parameters } = route.value
  if (view !== 'explore') return
  const source = sourceOf(parameters)
  const key = JSON.stringify(source)
  if (key === asked) return
  asked = key
  openModel(source, key)
})
