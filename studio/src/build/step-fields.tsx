/** All that can be said of a step: its kind, its options, its name and what it takes. */
import { document as built, change, checked, choose } from './building.ts'
import { factsOf } from './catalogue.ts'
import { widthOf } from './check.ts'
import { inputName, operandOf, type Step } from './document.ts'
import {
  canMove,
  changeKind,
  changeOperand,
  changeOption,
  moveStep,
  removeStep,
  renameStep,
  valuesBefore,
} from './edit.ts'
import { Choice, Entry, parseList } from './entry.tsx'
import { KindPicker } from './kind-picker.tsx'
import { type OptionFacts, type OptionValue, optionRule } from './options.ts'
import { nameProblem } from './parse.ts'

export function StepFields({ step, index }: { readonly step: Step; readonly index: number }) {
  const { name, kind } = step
  const document = built.value
  const { about, options } = factsOf(kind)
  const names = [inputName, ...document.steps.map((one) => one.name)]
  return (
    <div class="fields">
      <p class="quiet">{about}</p>
      <div class="entries">
        {options
          .filter(({ type }) => type !== 'flag')
          .map((facts) => (
            <OptionField key={`${kind} ${facts.name}`} step={step} facts={facts} />
          ))}
        <Entry
          label="name"
          value={name}
          rule="a letter, then letters and digits, once in a model"
          parse={(text) => (nameProblem(text, names) === undefined ? text : undefined)}
          accept={(to) => {
            change(renameStep(document, name, to), `${name} is now ${to}`)
            choose({ step: to })
          }}
        />
        <Operands step={step} index={index} />
        {options
          .filter(({ type }) => type === 'flag')
          .map((facts) => (
            <OptionField key={`${kind} ${facts.name}`} step={step} facts={facts} />
          ))}
      </div>
      <StepButtons step={step} index={index} />
    </div>
  )
}

function Operands({ step, index }: { readonly step: Step; readonly index: number }) {
  const { name, other } = step
  const document = built.value
  const known = valuesBefore(document, name)
  const set = (operand: 'from' | 'other') => (value: string) =>
    change(changeOperand(document, name, { operand, value }), `${name} takes ${value}`)
  return (
    <>
      <Choice label="takes" value={operandOf(document, index)} names={known} choose={set('from')} />
      {other !== undefined && (
        <Choice label="and" value={other} names={known} choose={set('other')} />
      )}
    </>
  )
}

function OptionField({ step, facts }: { readonly step: Step; readonly facts: OptionFacts }) {
  const { name, options } = step
  const { label, unit } = facts
  const own = options[facts.name] ?? facts.initial
  const accept = (value: OptionValue) =>
    change(
      changeOption(built.value, name, { option: facts.name, value }),
      `${name}: ${label} ${String(value)}`,
    )
  if (facts.type === 'flag') {
    return (
      <label class="entry flag">
        <input
          type="checkbox"
          checked={own === true}
          onChange={({ currentTarget }) => accept(currentTarget.checked)}
        />
        <span>{label}</span>
      </label>
    )
  }
  const rule = ruleOf(facts)
  if (facts.type === 'list') {
    const text = Array.isArray(own) ? own.join(', ').replaceAll('-', '−') : ''
    const parse = (typed: string) => {
      const list = parseList(typed)
      return list && optionRule(facts, list) === undefined ? list : undefined
    }
    return <Entry {...{ label, unit, value: text, rule, parse, accept }} />
  }
  const { least, greatest, type } = facts
  return (
    <Entry
      {...{ label, unit, rule, accept }}
      value={String(own)}
      range={{ least, greatest, step: type === 'whole' ? 1 : 'any' }}
      parse={(text) => {
        const value = text.trim() === '' ? Number.NaN : Number(text)
        return optionRule(facts, value) === undefined ? value : undefined
      }}
    />
  )
}

/** What may be typed: the rule that a value which is none breaks. */
function ruleOf(facts: OptionFacts): string {
  return optionRule(facts, undefined) ?? ''
}

function StepButtons({ step, index }: { readonly step: Step; readonly index: number }) {
  const { name, kind } = step
  const document = built.value
  const move = (by: number, word: string) => (
    <button
      type="button"
      aria-label={`Move ${name} ${word}`}
      disabled={!canMove(document, name, index + by)}
      onClick={() => change(moveStep(document, name, index + by), `${name} moved ${word}`)}
    >
      {by < 0 ? '↑' : '↓'}
    </button>
  )
  const check = checked.value?.check
  const width = check && widthOf(check, operandOf(document, index))
  return (
    <div class="row">
      <KindPicker
        label={`Change ${name} into`}
        value={kind}
        pick={(next) =>
          change(
            changeKind(document, name, { kind: next, width }),
            `${name} is now ${factsOf(next).title}`,
          )
        }
      />
      {move(-1, 'up')}
      {move(1, 'down')}
      <button
        type="button"
        aria-label={`Delete ${name}`}
        disabled={document.steps.length === 1}
        onClick={() => change(removeStep(document, name), `${name} removed`)}
      >
        Delete
      </button>
    </div>
  )
}
