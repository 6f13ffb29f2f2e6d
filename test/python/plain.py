"""A classifier behind the plain protocol: PNGs in, probabilities out. ONNX_FILE names its file."""

import base64
import io
import os

import numpy
import onnxruntime
from fastapi import FastAPI
from PIL import Image

session = onnxruntime.InferenceSession(os.environ["ONNX_FILE"])
mean = numpy.array([0.4914, 0.4822, 0.4465], numpy.float32)
std = numpy.array([0.247, 0.2435, 0.2616], numpy.float32)
app = FastAPI()


def tensor(image: str) -> numpy.ndarray:
    pixels = Image.open(io.BytesIO(base64.b64decode(image))).convert("RGB")
    return ((numpy.asarray(pixels, numpy.float32) / 255 - mean) / std).transpose(2, 0, 1)


@app.post("/classify")
def classify(body: dict) -> dict:
    images = numpy.stack([tensor(image) for image in body["images"]])
    [logits] = session.run(None, {session.get_inputs()[0].name: images})
    powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return {"probabilities": (powers / powers.sum(axis=1, keepdims=True)).tolist()}
