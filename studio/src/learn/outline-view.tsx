/** The graph as a tree that can be read and walked without seeing it. */
import { useComputed, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import type { NestedArray } from 'sluice'
import { goTo, model, step } from '../session.ts'
import { numbersOf, shortNumber } from './numbers.ts'
import { type OutlineItem, outlineOf } from './outline.ts'
import { panelProps } from './view-state.ts'

interface Row {
  readonly item: OutlineItem
  readonly level: number
  readonly parent: OutlineItem | undefined
  readonly index: number
  readonly count: number
}

export function OutlineView() {
  const items = useComputed(() => {
    const open = model.value
    return open ? outlineOf(open.explanation, open.diagram) : []
  })
  const toggled = useSignal<ReadonlyMap<string, boolean>>(new Map())
  const focused = useSignal<string | undefined>(undefined)
  const tree = useRef<HTMLDivElement>(null)
  const now = step.value - 1
  // What holds the present step is open unless someone has closed it.
  const isOpen = (item: OutlineItem) =>
    item.children.length > 0 &&
    (toggled.value.get(item.id) ?? (item.kind === 'layer' && item.steps.includes(now)))
  const rows = rowsOf(items.value, isOpen)
  const current = rows.find(({ item }) => item.id === focused.value) ?? rows[0]
  const focus = (row: Row | undefined) => {
    if (!row) return
    focused.value = row.item.id
    const element = tree.current?.querySelector(`[data-item="${CSS.escape(row.item.id)}"]`)
    if (element instanceof HTMLElement) element.focus()
  }
  const toggle = (item: OutlineItem, wanted: boolean) => {
    toggled.value = new Map(toggled.value).set(item.id, wanted)
  }
  const onKey = (event: KeyboardEvent) => {
    if (!current || event.altKey || event.ctrlKey || event.metaKey) return
    const at = rows.indexOf(current)
    const { item } = current
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => focus(rows[at + 1]),
      ArrowUp: () => focus(rows[at - 1]),
      Home: () => focus(rows[0]),
      End: () => focus(rows.at(-1)),
      ArrowRight: () => {
        if (isOpen(item)) focus(rows[at + 1])
        else if (item.children.length > 0) toggle(item, true)
      },
      ArrowLeft: () => {
        if (isOpen(item)) toggle(item, false)
        else focus(rows.find((row) => row.item === current.parent))
      },
      Enter: () => act(item),
      ' ': () => act(item),
    }
    const move = moves[event.key]
    if (!move) return
    event.preventDefault()
    move()
  }
  const act = (item: OutlineItem) => {
    const [first] = item.steps
    if (item.kind === 'gate' && first !== undefined) goTo(nextOf(item.steps) + 1)
    else if (item.children.length > 0) toggle(item, !isOpen(item))
    else if (item.value && item.value.at >= 0) goTo(item.value.at + 1)
  }
  return (
    <section class="outline" {...panelProps('outline')} aria-label="Outline">
      <div ref={tree} role="tree" aria-label="The graph as an outline" onKeyDown={onKey}>
        {rows.map((row) => (
          <Item
            key={row.item.id}
            row={row}
            isOpen={isOpen(row.item)}
            isFocusable={row === current}
            onChoose={() => {
              focused.value = row.item.id
              act(row.item)
            }}
            onToggle={() => toggle(row.item, !isOpen(row.item))}
          />
        ))}
      </div>
    </section>
  )
}

/** The first step that is still to come, else the first. */
function nextOf(steps: readonly number[]): number {
  return steps.find((one) => one >= step.value) ?? steps[0] ?? 0
}

function rowsOf(
  items: readonly OutlineItem[],
  isOpen: (item: OutlineItem) => boolean,
  level = 1,
  parent?: OutlineItem,
): readonly Row[] {
  return items.flatMap((item, index) => [
    { item, level, parent, index: index + 1, count: items.length },
    ...(isOpen(item) ? rowsOf(item.children, isOpen, level + 1, item) : []),
  ])
}

interface ItemProps {
  readonly row: Row
  readonly isOpen: boolean
  readonly isFocusable: boolean
  readonly onChoose: () => void
  readonly onToggle: () => void
}

function Item({ row, isOpen, isFocusable, onChoose, onToggle }: ItemProps) {
  const { item, level, index, count } = row
  const isNow = item.kind === 'gate' && item.steps.includes(step.value - 1)
  const hasMore = item.children.length > 0
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree follows the keys
    <div
      role="treeitem"
      class={item.kind}
      data-item={item.id}
      data-level={level}
      aria-level={level}
      aria-posinset={index}
      aria-setsize={count}
      aria-expanded={hasMore ? isOpen : undefined}
      aria-current={isNow ? 'step' : undefined}
      tabIndex={isFocusable ? 0 : -1}
      onClick={onChoose}
    >
      {hasMore ? (
        <span
          class="twist"
          aria-hidden="true"
          onClick={(event) => {
            event.stopPropagation()
            onToggle()
          }}
        >
          {isOpen ? '▾' : '▸'}
        </span>
      ) : (
        <span class="twist" aria-hidden="true" />
      )}
      <span class="what">{item.label}</span> <Numbers item={item} />
    </div>
  )
}

/** The value and the gradient of an operand, as far as they are known. */
function Numbers({ item: { value, gradient } }: { readonly item: OutlineItem }) {
  const explanation = model.value?.explanation
  if (!explanation || !value) return null
  const { equations, given } = explanation
  const known =
    value.at < 0
      ? given.find(({ name }) => name === value.name)?.value
      : value.at < step.value
        ? equations[value.at]?.numbers?.value
        : undefined
  const back =
    gradient && gradient.at < step.value ? equations[gradient.at]?.numbers?.value : undefined
  return (
    <span class="held">
      {known !== undefined && <span class="value">{summary(known)}</span>}{' '}
      {gradient && back !== undefined && (
        <span class="gradient">
          {gradient.name} {summary(back)}
        </span>
      )}
    </span>
  )
}

function summary(value: NestedArray): string {
  const numbers = numbersOf(value)
  if (numbers.length <= 3) return numbers.map(shortNumber).join(', ')
  return `${shortNumber(Math.min(...numbers))} … ${shortNumber(Math.max(...numbers))}`
}
