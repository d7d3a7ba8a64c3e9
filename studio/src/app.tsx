import type { JSX } from 'preact'
import { formatRoute, type ViewName } from './address.ts'
import { gallery } from './gallery.ts'
import { HomeView } from './home/home-view.tsx'
import { LearnView } from './learn/learn-view.tsx'
import { navigate, route } from './route.ts'
import { failure, model } from './session.ts'
import { TrainView } from './train/train-view.tsx'

interface View {
  readonly title: string
  readonly Show: () => JSX.Element | null
}

const views: Readonly<Record<ViewName, View>> = {
  home: { title: 'Home', Show: HomeView },
  learn: { title: 'Learn', Show: LearnView },
  train: { title: 'Train', Show: TrainView },
}

export function App() {
  const { view } = route.value
  const { Show } = views[view]
  return (
    <>
      <header class="bar">
        <h1>
          Sluice <span>studio</span>
        </h1>
        <nav aria-label="Views">
          {Object.entries(views).map(([name, { title }]) => (
            <a
              key={name}
              href={formatRoute({ view: name as ViewName, parameters: {} })} // the record's own key
              aria-current={name === view ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <select
          aria-label="Model"
          value={model.value?.id ?? 'network'}
          onChange={({ currentTarget }) =>
            navigate({ view: 'learn', parameters: { model: currentTarget.value } })
          }
        >
          {gallery.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          {model.value?.id === 'training' && <option value="training">The training</option>}
        </select>
      </header>
      <main>
        <FailureNote />
        {model.value ? <Show /> : !failure.value && <p class="waiting">Building the graph …</p>}
      </main>
    </>
  )
}

function FailureNote() {
  const failed = failure.value
  if (!failed) return null
  return (
    <section class="failure" role="alert">
      <h2>{failed.title}</h2>
      <dl>
        {failed.details.map(([name, text]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
