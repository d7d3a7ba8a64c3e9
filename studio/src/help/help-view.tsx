/** The keys of the studio in a dialog. */
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { viewNames } from '../address.ts'
import { route } from '../route.ts'
import { closeHelp, followHelpKey, isHelpOpen } from './help.ts'
import './help.css'
import { type KeyRow, keysEverywhere, keysOfViews } from './keys.ts'

export function HelpView() {
  const dialog = useRef<HTMLDialogElement>(null)
  useLayoutEffect(followHelpKey, [])
  const isOpen = isHelpOpen.value
  useEffect(() => {
    if (isOpen) dialog.current?.showModal()
  }, [isOpen])
  if (!isOpen) return null
  const { view } = route.value
  const others = viewNames.filter((name) => name !== view)
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title" onClose={closeHelp}>
      <header>
        <h2 id="help-title">Keys</h2>
        <button type="button" onClick={() => dialog.current?.close()}>
          Close <kbd>esc</kbd>
        </button>
      </header>
      {[view, ...others].map((name) => {
        const rows = keysOfViews[name]
        return rows && <Keys key={name} title={name} rows={rows} />
      })}
      <Keys title="everywhere" rows={keysEverywhere} />
    </dialog>
  )
}

function Keys({ title, rows }: { readonly title: string; readonly rows: readonly KeyRow[] }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>
        {rows.map(({ keys, does }) => (
          <div key={keys.join()}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
