"""A classifier behind TensorFlow Serving's REST API: channels last, probabilities. ONNX_FILE names its file."""

import os

import numpy
import onnxruntime
from fastapi import FastAPI

session = onnxruntime.InferenceSession(os.environ["ONNX_FILE"])
app = FastAPI()


def described(name: str, dtype: str, sizes: list[int]) -> dict:
    dim = [{"size": str(size), "name": ""} for size in sizes]
    return {name: {"dtype": dtype, "tensor_shape": {"dim": dim, "unknown_rank": False}}}


@app.get("/v1/models/cifar10/metadata")
def metadata() -> dict:
    signature = {
        "inputs": described("image", "DT_FLOAT", [-1, 32, 32, 3]),
        "outputs": described("probabilities", "DT_FLOAT", [-1, 10]),
        "method_name": "tensorflow/serving/predict",
    }
    signatures = {"serving_default": signature}
    return {
        "model_spec": {"name": "cifar10", "signature_name": "", "version": "1"},
        "metadata": {"signature_def": {"signature_def": signatures}},
    }


@app.post("/v1/models/cifar10:predict")
def predict(body: dict) -> dict:
    images = numpy.asarray(body["instances"], numpy.float32).transpose(0, 3, 1, 2)
    [logits] = session.run(None, {session.get_inputs()[0].name: images})
    powers = numpy.exp(logits - logits.max(axis=1, keepdims=True))
    return {"predictions": (powers / powers.sum(axis=1, keepdims=True)).tolist()}
