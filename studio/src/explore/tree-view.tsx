/** The tree of what is seen: the canvas for those who read or go by keys. */
import { useComputed, useSignal } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { index, marks, overlay, selected, shown } from './exploring.ts'
import { type TreeRow, treeOf } from './tree.ts'

export interface TreeViewProps {
  readonly onChoose: (id: string) => void
  readonly onToggle: (id: string) => void
}

const signs: Readonly<Record<string, string>> = { added: '+', removed: '−', changed: '~' }

export function TreeView({ onChoose, onToggle }: TreeViewProps) {
  const rows = useComputed((): readonly TreeRow[] => {
    const [own, at] = [index.value, shown.value]
    return own && at ? treeOf(at.picture, (id) => own.groups.has(id)) : []
  })
  const current = useSignal<string | undefined>(undefined)
  const list = useRef<HTMLDivElement>(null)
  const all = rows.value
  const at = all.find(({ id }) => id === (selected.value ?? current.value)) ?? all[0]
  const go = (row: TreeRow | undefined) => {
    if (!row) return
    current.value = row.id
    onChoose(row.id)
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(row.id)}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const act = at && moveOf(event.key, at, all)
    if (!at || !act) return
    event.preventDefault()
    if (act === 'toggle') onToggle(at.id)
    else go(act)
  }
  return (
    <nav class="explore-tree" aria-label="Groups and gates">
      <div role="tree" aria-label="Groups and gates" ref={list} onKeyDown={onKeyDown}>
        {all.map((row) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the tree follows the keys
          <div
            key={row.id}
            role="treeitem"
            data-row={row.id}
            aria-level={row.level}
            aria-expanded={row.isOpen}
            aria-selected={row.id === selected.value}
            tabIndex={row === at ? 0 : -1}
            style={{ '--level': row.level }}
            onClick={() => go(row)}
            onDblClick={() => onToggle(row.id)}
          >
            <span
              class="sign"
              aria-hidden="true"
              onClick={(event) => {
                if (row.isOpen === undefined) return
                event.stopPropagation()
                onToggle(row.id)
              }}
            >
              {row.isOpen === undefined ? '' : row.isOpen ? '▾' : '▸'}
            </span>
            <span class="name">
              {signs[marks.value?.get(row.id) ?? ''] ?? ''} {row.text}
            </span>
            <small>{overlay.value?.entries.get(row.id)?.text ?? row.detail}</small>
          </div>
        ))}
      </div>
    </nav>
  )
}

function moveOf(
  key: string,
  at: TreeRow,
  rows: readonly TreeRow[],
): TreeRow | 'toggle' | undefined {
  const place = rows.indexOf(at)
  switch (key) {
    case 'ArrowDown':
      return rows[place + 1]
    case 'ArrowUp':
      return rows[place - 1]
    case 'Home':
      return rows[0]
    case 'End':
      return rows.at(-1)
    case 'ArrowRight':
      return at.isOpen === false ? 'toggle' : at.isOpen ? rows[place + 1] : undefined
    case 'ArrowLeft':
      return at.isOpen ? 'toggle' : rows.find(({ id }) => id === at.parent)
    case 'Enter':
    case ' ':
      return at.isOpen === undefined ? undefined : 'toggle'
    default:
      return undefined
  }
}
