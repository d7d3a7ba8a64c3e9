/** All that the studio brings along, each with the outline of its own drawing. */
import { useEffect } from 'preact/hooks'
import { formatRoute } from '../address.ts'
import { type GalleryEntry, gallery, galleryGroups } from '../gallery.ts'
import { model } from '../session.ts'
import { SketchView } from './sketch-view.tsx'
import { gatherSketches, sketches } from './sketches.ts'

export function GalleryView() {
  const isReady = model.value !== undefined
  // Whoever opened the page waits for its network, not for these.
  useEffect(() => (isReady ? gatherSketches() : undefined), [isReady])
  return (
    <section class="gallery" aria-labelledby="gallery-title">
      <h2 id="gallery-title">Gallery</h2>
      {galleryGroups.map((group) => (
        <section key={group} aria-label={group}>
          <h3>{group}</h3>
          <ul>
            {gallery
              .filter((entry) => entry.group === group)
              .map((entry) => (
                <Card key={entry.id} entry={entry} />
              ))}
          </ul>
        </section>
      ))}
    </section>
  )
}

function Card({ entry: { id, title, about, group } }: { readonly entry: GalleryEntry }) {
  // What is large opens where it is folded.
  const view = group === 'Large' ? 'explore' : 'learn'
  const sketch = sketches.value.get(id)
  return (
    <li>
      <a href={formatRoute({ view, parameters: { model: id } })}>
        <div class="stamp">{sketch && <SketchView sketch={sketch} />}</div>
        <strong>{title}</strong>
        <span>{about}</span>
      </a>
    </li>
  )
}
