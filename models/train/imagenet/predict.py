"""What a model says of images, by onnxruntime, with the input that the service makes of them."""

import numpy as np
import onnxruntime
from PIL import Image

from imagenet.network import SIDE

# The tensor's value is (byte − 127) / 128, as the Lite models were trained: byte × SCALE − MEAN, both exact.
SCALE = 1 / 128
MEAN = 127 / 128


class Model:
    """A model's file, run on one thread."""

    def __init__(self, data: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self.session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

    def probabilities(self, image: Image.Image) -> np.ndarray:
        """Of every label; the image is stretched to the model's input."""
        sized = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.BILINEAR)
        values = np.asarray(sized, np.float32) * np.float32(SCALE) - np.float32(MEAN)
        (logits,) = self.session.run(None, {"image": np.ascontiguousarray(values.transpose(2, 0, 1)[None])})
        powers = np.exp(logits[0].astype(np.float64) - logits[0].max())
        return powers / powers.sum()
