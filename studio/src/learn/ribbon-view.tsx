import type { Ribbon, RibbonBlock } from './ribbon.ts'

/** Pixels of the longest side. */
const longest = 72

export function RibbonView({ ribbon }: { readonly ribbon: Ribbon }) {
  const { left, right, result, shapes, reason } = ribbon
  const sides = [left, right, result].flatMap(({ rows, columns }) => [rows, columns])
  const scale = longest / Math.max(...sides, 1)
  return (
    <figure class="ribbon">
      <div class="blocks">
        <Block block={left} scale={scale} />
        <span class="sign">·</span>
        <Block block={right} scale={scale} />
        <span class="sign">→</span>
        <Block block={result} scale={scale} />
      </div>
      <figcaption>
        <span class="shapes">{shapes}</span> {reason}
      </figcaption>
    </figure>
  )
}

function Block({ block, scale }: { readonly block: RibbonBlock; readonly scale: number }) {
  const { name, rows, columns, isTransposed, kind } = block
  const long = (count: number) => Math.max(count * scale, 10)
  const [width, height] = [long(columns), long(rows)]
  // The block as it was lies behind it, mirrored at the diagonal from the corner that both share.
  const room = isTransposed
    ? { width: Math.max(width, height), height: Math.max(width, height) }
    : { width, height }
  return (
    <figure class={`block ${kind}`} data-rows={rows} data-columns={columns}>
      <svg
        width={room.width + 4}
        height={room.height + 4}
        viewBox={`-2 -2 ${room.width + 4} ${room.height + 4}`}
        role="img"
        aria-label={`${name}: ${rows} × ${columns}${isTransposed ? ', flipped' : ''}`}
      >
        {isTransposed && (
          <>
            <rect class="ghost" width={height} height={width} />
            <line class="mirror" x1={0} y1={0} x2={room.width} y2={room.height} />
          </>
        )}
        <rect class="own" width={width} height={height} />
      </svg>
      <figcaption>
        {name} <small>{`${rows} × ${columns}`}</small>
      </figcaption>
    </figure>
  )
}
