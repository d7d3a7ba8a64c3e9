import type { JSX } from 'preact'
import { formatRoute, type Route, type ViewName } from './address.ts'
import type { OpenModel } from './engine/protocol.ts'
import { gallery } from './gallery.ts'
import { HelpView } from './help/help-view.tsx'
import { HomeView } from './home/home-view.tsx'
import { lazyView } from './lazy-view.tsx'
import { LearnView } from './learn/learn-view.tsx'
import { DropZone } from './open/drop-zone.tsx'
import { LinkNote } from './open/link-note.tsx'
import { OpenButton } from './open/open-button.tsx'
import { OpenNote } from './open/open-note.tsx'
import { PictureView } from './open/picture-view.tsx'
import { navigate, route } from './route.ts'
import { failure, model } from './session.ts'
import { ShareButton } from './share/share-button.tsx'

interface View {
  readonly title: string
  readonly Show: () => JSX.Element | null
}

const views: Readonly<Record<ViewName, View>> = {
  home: { title: 'Home', Show: HomeView },
  learn: { title: 'Learn', Show: LearnView },
  train: {
    title: 'Train',
    Show: lazyView(() => import('./train/train-view.tsx').then(({ TrainView }) => TrainView)),
  },
  build: {
    title: 'Build',
    Show: lazyView(() => import('./build/build-view.tsx').then(({ BuildView }) => BuildView)),
  },
  explore: {
    title: 'Explore',
    Show: lazyView(() => import('./explore/explore-view.tsx').then((own) => own.ExploreView)),
  },
}

export function App() {
  const { view } = route.value
  const { Show } = views[view]
  const picture = openPicture()
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
              href={formatRoute(routeTo(name as ViewName))} // the record's own key
              aria-current={name === view ? 'page' : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
        <select
          aria-label="Model"
          value={shownModel()}
          onChange={({ currentTarget }) => {
            const parameters = { model: currentTarget.value }
            navigate({ view: view === 'explore' ? view : 'learn', parameters })
          }}
        >
          {gallery.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
          {model.value?.id === 'training' && <option value="training">The training</option>}
          {(model.value?.id === 'file' || model.value?.id === 'given') && (
            <option value={model.value.id}>{model.value.title}</option>
          )}
          {model.value?.id === 'build' && <option value="build">The one built</option>}
        </select>
        <OpenButton />
        <ShareButton />
      </header>
      <HelpView />
      <DropZone />
      <main>
        <LostNote />
        <OpenNote />
        <FailureNote />
        <LinkNote />
        {picture ? (
          <PictureView picture={picture} />
        ) : model.value ? (
          <Show />
        ) : (
          !failure.value && <p class="waiting">Building the graph …</p>
        )}
      </main>
    </>
  )
}

/** Learn and Explore show one model: who goes from one to the other takes it along. */
function routeTo(to: ViewName): Route {
  const showOneModel: readonly ViewName[] = ['learn', 'explore']
  const { view, parameters } = route.value
  if (!showOneModel.includes(view) || !showOneModel.includes(to))
    return { view: to, parameters: {} }
  const { step, part, ...model } = parameters // where one is in the other view
  return { view: to, parameters: to === view ? parameters : model }
}

function shownModel(): string {
  const { view, parameters } = route.value
  if (view === 'explore') return parameters.model ?? 'network'
  return model.value?.id ?? 'network'
}

/** A drawing that was opened has no graph for a view to show. */
function openPicture(): OpenModel | undefined {
  const open = model.value
  const { model: from, form } = route.value.parameters
  return from === 'file' && form === 'picture' && open?.explanation.equations.length === 0
    ? open
    : undefined
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
      <p>
        <a href="#/home">Go home</a>, where every model is.
      </p>
    </section>
  )
}

/** An address that leads nowhere shows Home, and says so. */
function LostNote() {
  const { lost } = route.value
  if (lost === undefined) return null
  return (
    <section class="failure" role="alert">
      <h2>There is nothing at {lost}</h2>
      <p>The link is mistyped, or of another version of the studio. This is home.</p>
    </section>
  )
}
