/** Convolutions as layers, with torch.nn's names in camelCase. */
import {
  type ConvOptions,
  type ConvolutionLayer,
  type ConvTransposeOptions,
  convLayer,
  convTransposeLayer,
} from './convolution-layer.ts'

/**
 * Slides `outChannels` kernels over sequences, and adds a bias to each output channel.
 *
 * Shapes: x [n, inChannels, length] → [n, outChannels, outLength]; weight
 * [outChannels, inChannels / groups, window], bias [outChannels].
 * Throws: OPTION for channels that are no counts.
 * Source: PyTorch `torch.nn.Conv1d`.
 */
export const conv1d: ConvolutionLayer<1, ConvOptions<1>> = convLayer(1)

/**
 * Slides `outChannels` kernels over images, and adds a bias to each output channel.
 *
 * Shapes: x [n, inChannels, height, width] → [n, outChannels, outHeight, outWidth]; weight
 * [outChannels, inChannels / groups, kernel height, kernel width], bias [outChannels].
 * Throws: OPTION for channels that are no counts.
 * Source: PyTorch `torch.nn.Conv2d`.
 *
 * @example
 * const features = conv2d(1, 32, 3, { padding: 'same' })
 */
export const conv2d: ConvolutionLayer<2, ConvOptions<2>> = convLayer(2)

/**
 * Slides `outChannels` kernels over volumes, and adds a bias to each output channel.
 *
 * Shapes: x [n, inChannels, depth, height, width] → [n, outChannels, outDepth, outHeight, outWidth];
 * weight [outChannels, inChannels / groups, ...window], bias [outChannels].
 * Throws: OPTION for channels that are no counts.
 * Source: PyTorch `torch.nn.Conv3d`.
 */
export const conv3d: ConvolutionLayer<3, ConvOptions<3>> = convLayer(3)

/**
 * The transposed convolution of sequences, with a bias on each output channel.
 *
 * Shapes: x [n, inChannels, length] → [n, outChannels, outLength]; weight
 * [inChannels, outChannels / groups, window], bias [outChannels].
 * Throws: OPTION for channels that are no counts.
 * Source: PyTorch `torch.nn.ConvTranspose1d`.
 */
export const convTranspose1d: ConvolutionLayer<1, ConvTransposeOptions<1>> = convTransposeLayer(1)

/**
 * The transposed convolution of images, with a bias on each output channel.
 *
 * Shapes: x [n, inChannels, height, width] → [n, outChannels, outHeight, outWidth]; weight
 * [inChannels, outChannels / groups, kernel height, kernel width], bias [outChannels].
 * Throws: OPTION for channels that are no counts.
 * Source: PyTorch `torch.nn.ConvTranspose2d`.
 *
 * @example
 * const larger = convTranspose2d(32, 16, 2, { stride: 2 }) // [n, 32, 7, 7] → [n, 16, 14, 14]
 */
export const convTranspose2d: ConvolutionLayer<2, ConvTransposeOptions<2>> = convTransposeLayer(2)

/**
 * The transposed convolution of volumes, with a bias on each output channel.
 *
 * Shapes: x [n, inChannels, depth, height, width] → [n, outChannels, outDepth, outHeight, outWidth];
 * weight [inChannels, outChannels / groups, ...window], bias [outChannels].
 * Throws: OPTION for channels that are no counts.
 * Source: PyTorch `torch.nn.ConvTranspose3d`.
 */
export const convTranspose3d: ConvolutionLayer<3, ConvTransposeOptions<3>> = convTransposeLayer(3)
