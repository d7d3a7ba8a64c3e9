/** Other sizes, shuffles, columns and pads as layers, with torch.nn's names in camelCase. */

import { SluiceError } from '../errors.ts'
import * as functional from '../functional/index.ts'
import type { InterpolateOptions } from '../functional/interpolate.ts'
import type { UnfoldOptions } from '../functional/unfold2d.ts'
import * as gates from '../gates/index.ts'
import type { PerAxis, Rank } from '../gates/per-axis.ts'
import type { Value } from '../ir/value.ts'
import { type EdgeMode, edgePadded } from './edge-mode.ts'
import { type Layer, plainLayer } from './layer.ts'

/** One number for all sides, or pairs of before and after, the last axis first, as torch.nn has them. */
export type Padding = number | readonly number[]

/** Images in other sizes: the gate `interpolate`. Source: PyTorch `torch.nn.Upsample`. */
export function upsample(options: InterpolateOptions): Layer {
  const { mode = 'nearest', size, scaleFactor } = options
  return plainLayer(`upsample(${size ?? `× ${scaleFactor}`}, ${mode})`, (x) =>
    functional.interpolate(x, options),
  )
}

/** Places from channels. Source: PyTorch `torch.nn.PixelShuffle`. */
export function pixelShuffle(factor: number): Layer {
  return plainLayer(`pixelShuffle(${factor})`, (x) => functional.pixelShuffle(x, factor))
}

/** Channels from places. Source: PyTorch `torch.nn.PixelUnshuffle`. */
export function pixelUnshuffle(factor: number): Layer {
  return plainLayer(`pixelUnshuffle(${factor})`, (x) => functional.pixelUnshuffle(x, factor))
}

/** The channels of all groups in turn. Source: PyTorch `torch.nn.ChannelShuffle`. */
export function channelShuffle(groups: number): Layer {
  return plainLayer(`channelShuffle(${groups})`, (x) => functional.channelShuffle(x, groups))
}

/** Windows of images as columns: the gate `unfold2d`. Source: PyTorch `torch.nn.Unfold`. */
export function unfold(window: PerAxis, options: UnfoldOptions = {}): Layer {
  return plainLayer(`unfold(${window})`, (x) => functional.unfold2d(x, window, options))
}

/** Columns put back as images: the gate `fold2d`. Source: PyTorch `torch.nn.Fold`. */
export function fold(outputSize: PerAxis, window: PerAxis, options: UnfoldOptions = {}): Layer {
  return plainLayer(`fold(${outputSize}, ${window})`, (x) =>
    functional.fold2d(x, outputSize, window, options),
  )
}

type PadLayer = (padding: Padding) => Layer
type ConstantPadLayer = (padding: Padding, value: number) => Layer

/** Zeros around images. Source: PyTorch `torch.nn.ZeroPad2d`. */
export const zeroPad2d: PadLayer = (padding) =>
  padLayer('zeroPad2d', 2, padding, (x, low, high) => constantPadded(x, low, high, 0))

/** A value around sequences. Source: PyTorch `torch.nn.ConstantPad1d`. */
export const constantPad1d: ConstantPadLayer = constantPad(1)

/** A value around images. Source: PyTorch `torch.nn.ConstantPad2d`. */
export const constantPad2d: ConstantPadLayer = constantPad(2)

/** A value around volumes. Source: PyTorch `torch.nn.ConstantPad3d`. */
export const constantPad3d: ConstantPadLayer = constantPad(3)

/** Sequences continued by their mirror image. Source: PyTorch `torch.nn.ReflectionPad1d`. */
export const reflectionPad1d: PadLayer = edgePad('reflectionPad', 'reflect', 1)

/** Images continued by their mirror image. Source: PyTorch `torch.nn.ReflectionPad2d`. */
export const reflectionPad2d: PadLayer = edgePad('reflectionPad', 'reflect', 2)

/** Volumes continued by their mirror image. Source: PyTorch `torch.nn.ReflectionPad3d`. */
export const reflectionPad3d: PadLayer = edgePad('reflectionPad', 'reflect', 3)

/** Sequences continued by their edge. Source: PyTorch `torch.nn.ReplicationPad1d`. */
export const replicationPad1d: PadLayer = edgePad('replicationPad', 'replicate', 1)

/** Images continued by their edge. Source: PyTorch `torch.nn.ReplicationPad2d`. */
export const replicationPad2d: PadLayer = edgePad('replicationPad', 'replicate', 2)

/** Volumes continued by their edge. Source: PyTorch `torch.nn.ReplicationPad3d`. */
export const replicationPad3d: PadLayer = edgePad('replicationPad', 'replicate', 3)

/** Sequences continued from their other end. Source: PyTorch `torch.nn.CircularPad1d`. */
export const circularPad1d: PadLayer = edgePad('circularPad', 'circular', 1)

/** Images continued from their other end. Source: PyTorch `torch.nn.CircularPad2d`. */
export const circularPad2d: PadLayer = edgePad('circularPad', 'circular', 2)

/** Volumes continued from their other end. Source: PyTorch `torch.nn.CircularPad3d`. */
export const circularPad3d: PadLayer = edgePad('circularPad', 'circular', 3)

function edgePad(name: string, mode: EdgeMode, rank: Rank): PadLayer {
  return (padding) =>
    padLayer(`${name}${rank}d`, rank, padding, (x, low, high) => edgePadded(x, mode, { low, high }))
}

function constantPad(rank: Rank): ConstantPadLayer {
  return (padding, value) =>
    padLayer(`constantPad${rank}d`, rank, padding, (x, low, high) =>
      constantPadded(x, low, high, value),
    )
}

function constantPadded(
  x: Value,
  low: readonly number[],
  high: readonly number[],
  value: number,
): Value {
  return gates.pad(x, [0, 0, ...low], [0, 0, ...high], { value })
}

function padLayer(
  name: string,
  rank: Rank,
  padding: Padding,
  apply: (x: Value, low: readonly number[], high: readonly number[]) => Value,
): Layer {
  const sides = typeof padding === 'number' ? new Array<number>(2 * rank).fill(padding) : padding
  if (sides.length !== 2 * rank) {
    throw new SluiceError({
      code: 'OPTION',
      what: `${name}: padding does not fit the axes`,
      expected: `a number, or ${2 * rank}: before and after, the last axis first`,
      got: `[${sides.join(', ')}]`,
      fix: 'give 0 for a side that is not padded',
    })
  }
  const low = sides.filter((_, index) => index % 2 === 0).toReversed()
  const high = sides.filter((_, index) => index % 2 === 1).toReversed()
  return plainLayer(`${name}(${sides.join(', ')})`, (x) => apply(x, low, high))
}
