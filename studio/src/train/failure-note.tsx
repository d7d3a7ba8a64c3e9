/** Why training has stopped, or cannot begin; and the way to the gate that is to blame. */
import type { Failure } from '../engine/protocol.ts'
import type { TrainingFrame, TrainingSettings } from '../engine/train-protocol.ts'
import { learnAddress } from './transport.tsx'

interface FailureNoteProps {
  readonly failure: Failure
  /** Of a training that has stopped. */
  readonly frame: TrainingFrame | undefined
  readonly settings: TrainingSettings
}

export function FailureNote({ failure, frame, settings }: FailureNoteProps) {
  const failedStep = frame?.failedStep
  return (
    <section class="failure" role="alert">
      <h2>{failure.title}</h2>
      <dl>
        {failure.details.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
      {frame?.failure && (
        <a class="button primary" href={learnAddress(settings, frame.iteration, failedStep?.step)}>
          {failedStep
            ? `Go to ${failedStep.gate}, ${failedStep.equation}`
            : 'Look at this iteration'}
        </a>
      )}
    </section>
  )
}
