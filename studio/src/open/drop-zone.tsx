/** The whole page takes a file that is dropped on it; nothing is seen of that until one comes. */
import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { openFiles } from './opening.ts'
import './open.css'

export function DropZone() {
  const isOver = useSignal(false)
  useEffect(() => listen((is) => (isOver.value = is)), [isOver])
  if (!isOver.value) return null
  return (
    <div class="drop-zone" aria-hidden="true">
      <p>
        Drop it: a model, a graph, a drawing in JSON, or a table
        <small>.safetensors, .onnx, .json, .txt, .csv</small>
      </p>
    </div>
  )
}

/** Gives a function that stops listening. */
function listen(show: (isOver: boolean) => void): () => void {
  const stop = new AbortController()
  const { signal } = stop
  const holdsFiles = ({ dataTransfer }: DragEvent) => dataTransfer?.types.includes('Files') === true
  window.addEventListener(
    'dragover',
    (event) => {
      if (!holdsFiles(event)) return
      event.preventDefault() // else the browser would go to the file
      show(true)
    },
    { signal },
  )
  window.addEventListener(
    'dragleave',
    // Over another element is not outside the page.
    ({ relatedTarget }) => {
      if (relatedTarget === null) show(false)
    },
    { signal },
  )
  window.addEventListener(
    'drop',
    (event) => {
      if (!holdsFiles(event)) return
      event.preventDefault()
      show(false)
      openFiles(Array.from(event.dataTransfer?.files ?? []))
    },
    { signal },
  )
  return () => stop.abort()
}
