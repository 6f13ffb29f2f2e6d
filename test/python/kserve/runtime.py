"""An ONNX classifier in MLServer. ONNX_FILE names the file; the scores are its output, as it is."""

import os

import onnxruntime
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceRequest, InferenceResponse


class Onnx(MLModel):
    async def load(self) -> bool:
        self.session = onnxruntime.InferenceSession(os.environ["ONNX_FILE"])
        return True

    async def predict(self, payload: InferenceRequest) -> InferenceResponse:
        images = NumpyCodec.decode_input(payload.inputs[0])
        name = self.session.get_inputs()[0].name
        [scores] = self.session.run(None, {name: images})
        return InferenceResponse(
            model_name=self.name, outputs=[NumpyCodec.encode_output("scores", scores)]
        )
