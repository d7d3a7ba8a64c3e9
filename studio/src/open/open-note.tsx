/** What became of the file that was dropped last: that it is being read, or why it was not opened. */
import { fileInReading, forgetRefusal, refusal } from './opening.ts'

export function OpenNote() {
  const name = fileInReading.value
  const failed = refusal.value
  if (!failed) {
    return (
      <p class={name === undefined ? 'spoken' : 'waiting'} role="status">
        {name !== undefined && `Reading ${name} …`}
      </p>
    )
  }
  return (
    <section class="failure" role="alert">
      <h2>{failed.title}</h2>
      <dl>
        {failed.details.map(([fact, text]) => (
          <div key={fact}>
            <dt>{fact}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      <p>
        What was open stays open.{' '}
        <button type="button" onClick={forgetRefusal}>
          Close this message
        </button>
      </p>
    </section>
  )
}
