/** How an image becomes a classifier's input: value = (byte × scale − mean[c]) ÷ std[c], as float32. */
export interface TensorFormat {
  /** The order of the tensor's axes: batch, channels, height, width, or channels last. */
  readonly layout: "NCHW" | "NHWC";
  readonly scale: number;
  /** One for each channel. */
  readonly mean: readonly number[];
  /** One for each channel, not 0. */
  readonly std: readonly number[];
}

/**
 * The value of every byte in every channel.
 * @returns channels × 256 values
 * @throws RangeError if the format does not fit the channels or has a value that is not finite
 */
export function byteTable(format: TensorFormat, channels: number): Float32Array {
  if (format.mean.length !== channels || format.std.length !== channels) {
    throw new RangeError(`The tensor format must have mean and std for ${channels} channels.`);
  }
  const table = new Float32Array(channels * 256);
  for (let channel = 0; channel < channels; channel++) {
    for (let byte = 0; byte < 256; byte++) {
      const value = (byte * format.scale - format.mean[channel]!) / format.std[channel]!;
      if (!Number.isFinite(value)) throw new RangeError("The tensor format must be made of finite numbers.");
      table[channel * 256 + byte] = value;
    }
  }
  return table;
}
