/** Carries a picture along while it moves: painting it anew takes longer than a frame. */
import type { Size, View } from './viewport.ts'

/** What has been painted: a view, and beyond it on each side `around` times what is seen. */
export interface Paper extends View, Size {
  readonly around: number
}

/** How long after its last move a picture rests. */
const restMs = 150

/**
 * What moves is painted with what lies around it, and then carried as it is until it would show an
 * edge; where it comes to rest, it is painted as it is seen.
 */
export class Carrier {
  readonly #style: CSSStyleDeclaration
  readonly #around: number
  readonly #paint: (paper: Paper) => void
  #paper: Paper | undefined
  #resting: ReturnType<typeof setTimeout> | undefined

  constructor({ style }: HTMLElement | SVGElement, around: number, paint: (paper: Paper) => void) {
    this.#style = style
    this.#around = around
    this.#paint = paint
  }

  place(view: View, size: Size, isMoving: boolean): void {
    const seen = {
      ...view,
      width: Math.max(size.width, 1),
      height: Math.max(size.height, 1),
      around: 0,
    }
    const paper = this.#paper
    clearTimeout(this.#resting)
    if (!isMoving || !paper || !isAlike(paper, seen)) {
      this.#change(seen)
      return
    }
    const [x, y] = [view.x - paper.x, view.y - paper.y]
    const [sideways, along] = [paper.around * seen.width, paper.around * seen.height]
    if (Math.abs(x) > sideways || Math.abs(y) > along) {
      this.#change({ ...seen, around: this.#around })
    } else this.#style.transform = `translate(${x}px, ${y}px)`
    this.#resting = setTimeout(() => this.#change(seen), restMs)
  }

  stop(): void {
    clearTimeout(this.#resting)
  }

  #change(paper: Paper): void {
    const { around } = paper
    const style = this.#style
    style.inset = `${-100 * around}%`
    style.width = style.height = `${100 * (1 + 2 * around)}%`
    style.transform = ''
    style.willChange = around > 0 ? 'transform' : ''
    this.#paper = paper
    this.#paint(paper)
  }
}

function isAlike(one: Paper, other: Paper): boolean {
  return one.scale === other.scale && one.width === other.width && one.height === other.height
}
