/** Home: the network alive, what the studio is for in a sentence, and the gallery. */

import { formatRoute } from '../address.ts'
import { gallery } from '../gallery.ts'
import { SceneView } from '../graph/scene-view.tsx'
import { model } from '../session.ts'

export function HomeView() {
  const open = model.value
  return (
    <article class="home">
      <header>
        <h2>A network is a graph of gates.</h2>
        <p>
          Values flow forward, gradients flow back: each gate multiplies what reaches it by its own
          derivative and hands it on. Here you can watch every number do so.
        </p>
        <p>
          <a class="button primary" href={formatRoute({ view: 'learn', parameters: {} })}>
            Step through
          </a>{' '}
          <a class="button" href={formatRoute({ view: 'train', parameters: {} })}>
            Train it
          </a>
        </p>
      </header>
      <section class="picture" aria-label="The [2, 3, 1] network">
        {open && (
          <SceneView scene={open.scene} isKnown={() => true} active={undefined} phase={undefined} />
        )}
      </section>
      <section class="gallery" aria-label="Gallery">
        <h2>Gallery</h2>
        <ul>
          {gallery.map(({ id, title, about }) => (
            <li key={id}>
              <a href={formatRoute({ view: 'learn', parameters: { model: id } })}>
                <strong>{title}</strong>
                <span>{about}</span>
              </a>
            </li>
          ))}
        </ul>
      </section>
    </article>
  )
}
