/** What will be exported, small: the picture, or the beginning of the text. */
import type { Ref } from 'preact'
import { useEffect, useMemo } from 'preact/hooks'
import type { Outcome } from './sharing.ts'
import { failure } from './subject.ts'

interface PreviewProps {
  readonly outcome: Outcome | undefined
  readonly isBusy: boolean
  readonly text: Ref<HTMLTextAreaElement>
}

export function Preview({ outcome, isBusy, text }: PreviewProps) {
  const reason = failure.value || (outcome && 'failure' in outcome.result && outcome.result.failure)
  if (reason) {
    return (
      <p class="preview" role="alert">
        It cannot be written: {reason}
      </p>
    )
  }
  if (!outcome || 'failure' in outcome.result) return <p class="preview waiting">Writing …</p>
  const { form, result } = outcome
  if (form.name === 'svg' || form.name === 'png') {
    return <Picture svg={result.text} isBusy={isBusy} />
  }
  return (
    <textarea
      class="preview"
      ref={text}
      readOnly
      spellcheck={false}
      aria-label={`The ${form.title}`}
      aria-busy={isBusy}
      value={result.text}
    />
  )
}

function Picture({ svg, isBusy }: { readonly svg: string; readonly isBusy: boolean }) {
  const url = useMemo(() => URL.createObjectURL(new Blob([svg], { type: 'image/svg+xml' })), [svg])
  useEffect(() => () => URL.revokeObjectURL(url), [url])
  return (
    <div class="preview picture-of" aria-busy={isBusy}>
      <img src={url} alt="What will be exported" />
    </div>
  )
}
