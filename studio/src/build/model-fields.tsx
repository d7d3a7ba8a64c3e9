/** What a document says beside its steps: its title, its input, its criterion and its seed. */
import { document as built, change } from './building.ts'
import { criterionKinds } from './document.ts'
import { changeInput } from './edit.ts'
import { Choice, Entry, parseList } from './entry.tsx'
import { inputRule } from './parse.ts'

export function TitleField() {
  const document = built.value
  return (
    <input
      class="title"
      aria-label="Title"
      maxLength={80}
      value={document.title}
      onChange={({ currentTarget }) => {
        const title = currentTarget.value.trim()
        if (title === '') currentTarget.value = document.title
        else change({ ...document, title }, 'Title changed')
      }}
    />
  )
}

export function InputFields() {
  const document = built.value
  const { input } = document
  const parseShape = (text: string) => {
    const shape = parseList(text)
    return shape && inputRule(shape, input.tokens) === undefined ? shape : undefined
  }
  return (
    <div class="entries">
      <Entry
        label="shape"
        unit="examples, then sizes of each"
        value={input.shape.join(', ')}
        rule="2 to 6 sizes, examples first, as in 4, 2"
        parse={parseShape}
        accept={(shape) => change(changeInput(document, { ...input, shape }), 'Input changed')}
      />
      <Choice
        label="made of"
        value={input.tokens === undefined ? 'real numbers' : 'whole numbers'}
        names={['real numbers', 'whole numbers']}
        choose={(name) => {
          const { shape } = input
          const next = name === 'real numbers' ? { shape } : { shape, tokens: 12 }
          change(changeInput(document, next), `Input of ${name}`)
        }}
      />
      {input.tokens !== undefined && (
        <Entry
          label="below"
          unit="tokens"
          value={String(input.tokens)}
          rule="a whole number, 1 to 4096"
          range={{ least: 1, greatest: 4096, step: 1 }}
          parse={(text) => {
            const tokens = Number(text)
            return text !== '' && inputRule(input.shape, tokens) === undefined ? tokens : undefined
          }}
          accept={(tokens) => change(changeInput(document, { ...input, tokens }), 'Input changed')}
        />
      )}
    </div>
  )
}

export function CriterionFields() {
  const document = built.value
  return (
    <div class="entries">
      <Choice
        label="mean of the batch by"
        value={document.criterion}
        names={criterionKinds}
        choose={(name) => {
          const found = criterionKinds.find((kind) => kind === name)
          if (found) change({ ...document, criterion: found }, `Criterion ${found}`)
        }}
      />
      <Entry
        label="seed"
        unit="weights and examples"
        value={String(document.seed)}
        rule="a whole number, 0 or more"
        range={{ least: 0, greatest: 999_999_999, step: 1 }}
        parse={(text) => (/^\d{1,9}$/.test(text) ? Number(text) : undefined)}
        accept={(seed) => change({ ...document, seed }, `Seed ${seed}`)}
      />
    </div>
  )
}
