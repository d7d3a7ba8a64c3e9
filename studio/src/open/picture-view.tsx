/** A drawing that was opened from a file: there is no graph behind it. */

import type { OpenModel } from '../engine/protocol.ts'
import { GraphView } from '../graph/graph-view.tsx'

export function PictureView({ picture }: { readonly picture: OpenModel }) {
  const { title, about, scene } = picture
  return (
    <article class="stage">
      <header>
        <h2>{title}</h2>
        <p>{about}</p>
      </header>
      <section class="picture" aria-label={scene.title}>
        <GraphView scene={scene} />
      </section>
    </article>
  )
}
