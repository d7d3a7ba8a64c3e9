/** Chooses a file, for those who do not drop one. */
import { useRef } from 'preact/hooks'
import { acceptedKinds } from './limits.ts'
import { openFiles } from './opening.ts'

export function OpenButton({ label = 'Open a file …' }: { readonly label?: string }) {
  const chooser = useRef<HTMLInputElement>(null)
  return (
    <>
      <button type="button" onClick={() => chooser.current?.click()}>
        {label}
      </button>
      <input
        ref={chooser}
        type="file"
        accept={acceptedKinds}
        hidden
        aria-label="A model, a graph, a drawing or a table"
        onChange={({ currentTarget }) => {
          openFiles(Array.from(currentTarget.files ?? []))
          currentTarget.value = '' // so that the same file can be chosen again
        }}
      />
    </>
  )
}
