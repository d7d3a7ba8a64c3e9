/** A scene as SVG elements: the picture of `sluice/draw`, with what is known so far made visible. */
import type { Scene, SceneLabel, SceneLine, SceneNode } from 'sluice/draw'

export interface SceneViewProps {
  readonly scene: Scene
  /** Whether something belongs to what is known by now. */
  readonly isKnown: (what: 'value' | 'gradient', edge: string) => boolean
  /** The node or edge where the present step happens. */
  readonly active: string | undefined
  readonly phase: 'forward' | 'backward' | 'update' | undefined
}

export function SceneView({ scene, isKnown, active, phase }: SceneViewProps) {
  const { width, height, title, description, frames, lines, nodes, labels } = scene
  const hidden = (what: 'value' | 'gradient', edge: string) =>
    isKnown(what, edge) ? '' : ' unknown'
  return (
    <svg
      class="sluice"
      viewBox={`0 0 ${width} ${height}`}
      style={{ '--least-width': `${0.72 * width}px`, '--whole-width': `${1.1 * width}px` }}
      role="img"
      aria-label={title}
    >
      <desc>{description}</desc>
      {frames.map(({ id, box }) => (
        <rect key={id} class="frame" {...box} rx={8} />
      ))}
      {lines.map((line) => (
        <Line
          key={`${line.id} ${line.kind}`}
          line={line}
          look={line.kind === 'gradient' ? hidden('gradient', line.id) : ''}
          isActive={line.id === active}
        />
      ))}
      {nodes.map((node) => (
        <Node key={node.id} node={node} look={node.id === active ? ` active ${phase}` : ''} />
      ))}
      {labels.map((label, index) => (
        // Labels never change their order within a scene.
        <Label key={index} label={label} look={lookOf(label, hidden)} />
      ))}
    </svg>
  )
}

function lookOf(
  { of, owner, texts }: SceneLabel,
  hidden: (what: 'value' | 'gradient', edge: string) => string,
): string {
  if (of !== 'edge') return ''
  if (texts.some((text) => text.class === 'gradient')) return hidden('gradient', owner)
  return texts.some((text) => text.class === 'forward') ? hidden('value', owner) : ''
}

function Line({ line, look, isActive }: { line: SceneLine; look: string; isActive: boolean }) {
  const { id, kind, start, path, head } = line
  const steps = path.map((segment) =>
    segment.kind === 'line'
      ? `L${segment.to.x} ${segment.to.y}`
      : `C${[...segment.control, segment.to].map(({ x, y }) => `${x} ${y}`).join(' ')}`,
  )
  const state = `${look}${isActive ? ' active' : ''}`
  return (
    <g data-edge={id} data-kind={kind} class={state.trim()}>
      <path class={`line ${kind}`} d={`M${start.x} ${start.y}${steps.join('')}`} />
      <path
        class={`head ${kind}`}
        d="M0 0L-8 -3.5V3.5Z"
        transform={`translate(${head.tip.x} ${head.tip.y}) rotate(${head.angle})`}
      />
    </g>
  )
}

function Node({ node, look }: { node: SceneNode; look: string }) {
  const { id, kind, form, box, hint } = node
  const { x, y, width, height } = box
  const radius = form === 'pill' ? height / 2 : 4
  return (
    <g data-node={id} class={`node${look}`}>
      <title>{hint}</title>
      {form === 'circle' ? (
        <circle class={kind} cx={x + width / 2} cy={y + height / 2} r={height / 2} />
      ) : (
        <rect class={kind} x={x} y={y} width={width} height={height} rx={radius} />
      )}
    </g>
  )
}

function Label({ label, look }: { label: SceneLabel; look: string }) {
  const { owner, texts, brackets = [] } = label
  return (
    <g data-label={owner} class={`written${look}`}>
      {texts.map(({ text, class: kind, x, y, anchor, size }, index) => (
        <text key={index} class={kind} x={x} y={y} font-size={size} text-anchor={anchor}>
          {text}
        </text>
      ))}
      {brackets.map(({ box: { x, y, width, height }, class: kind }, index) => (
        <path
          key={index}
          class={`bracket ${kind}`}
          d={`M${x + 3} ${y}H${x}V${y + height}H${x + 3}M${x + width - 3} ${y}H${x + width}V${y + height}H${x + width - 3}`}
        />
      ))}
    </g>
  )
}
