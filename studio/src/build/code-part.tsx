/** The document as code to copy and run, and as JSON to keep and to paste. */
import { useSignal } from '@preact/signals'
import { document as built, change, checked } from './building.ts'
import { formatDocument } from './document.ts'
import { highlighted } from './highlight.ts'
import { parseDocument } from './parse.ts'
import { toTypescript } from './to-typescript.ts'

const tabs = [
  { id: 'typescript', title: 'TypeScript' },
  { id: 'json', title: 'JSON' },
] as const

export function CodePart() {
  const shown = useSignal<(typeof tabs)[number]['id']>('typescript')
  return (
    <section class="code" aria-label="Code">
      <div class="forms" role="tablist" aria-label="Forms of the model">
        {tabs.map(({ id, title }, index) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={shown.value === id}
            aria-controls={`panel-${id}`}
            tabIndex={shown.value === id ? 0 : -1}
            onClick={() => {
              shown.value = id
            }}
            onKeyDown={({ key, currentTarget }) => {
              if (key !== 'ArrowLeft' && key !== 'ArrowRight') return
              const next = tabs[(index + 1) % tabs.length]
              if (!next) return
              shown.value = next.id
              const row = currentTarget.parentElement
              row?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus()
            }}
          >
            {title}
          </button>
        ))}
      </div>
      {shown.value === 'typescript' ? <TypescriptPanel /> : <JsonPanel />}
    </section>
  )
}

function TypescriptPanel() {
  const document = built.value
  const code = toTypescript(document)
  const isBroken = checked.value?.check.broken !== undefined
  return (
    <div class="panel" role="tabpanel" id="panel-typescript" aria-labelledby="tab-typescript">
      <TextButtons text={code} file="model.ts" />
      {isBroken && <p class="quiet">It stops at the broken edge until that is mended.</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys */}
      <pre tabIndex={0}>
        <code data-is="typescript">
          {highlighted(code).map(({ text, kind }, index) => (
            <span key={index} class={kind}>
              {text}
            </span>
          ))}
        </code>
      </pre>
    </div>
  )
}

function JsonPanel() {
  const text = formatDocument(built.value)
  const wrong = useSignal<string | undefined>(undefined)
  const typed = useSignal<string | undefined>(undefined)
  const take = () => {
    try {
      change(parseDocument(typed.value ?? text), 'The JSON is taken over')
      typed.value = undefined
      wrong.value = undefined
    } catch (error) {
      wrong.value = error instanceof Error ? error.message : String(error)
    }
  }
  return (
    <div class="panel" role="tabpanel" id="panel-json" aria-labelledby="tab-json">
      <div class="row">
        <button type="button" disabled={typed.value === undefined} onClick={take}>
          Take it over
        </button>
        <TextButtons text={text} file="model.json" />
      </div>
      {wrong.value !== undefined && (
        <p class="problem" role="alert">
          {wrong.value}
        </p>
      )}
      <textarea
        aria-label="The model as JSON: paste one in"
        spellcheck={false}
        value={typed.value ?? text}
        onInput={({ currentTarget }) => {
          typed.value = currentTarget.value === text ? undefined : currentTarget.value
          wrong.value = undefined
        }}
      />
    </div>
  )
}

function TextButtons({ text, file }: { readonly text: string; readonly file: string }) {
  const says = useSignal('')
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => {
        says.value = 'Copied'
      },
      () => {
        says.value = 'The browser does not let it be copied: select it instead'
      },
    )
  return (
    <div class="row">
      <button type="button" onClick={copy}>
        Copy
      </button>
      <button type="button" onClick={() => download(text, file)}>
        Download {file}
      </button>
      <span class="quiet" aria-live="polite">
        {says.value}
      </span>
    </div>
  )
}

function download(text: string, file: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/plain' }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = file
  anchor.click()
  // The browser has taken the file by then.
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}
