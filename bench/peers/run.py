"""
Runs one program of bench/peers/programs on the images of a folder, on one thread.

    python run.py PROGRAM FOLDER

FOLDER/task.json says what to do: { onnx, mean, std, count, labels, pixels, seed }. FOLDER/images.bin holds count × 32 × 32 × 3
bytes. The adversarial images are written to FOLDER/adversarial.bin, and { seconds, cpu, queries } to FOLDER/outcome.json.
A query is one image that the network computes.
"""

import importlib
import json
import pathlib
import random
import sys
import time

import numpy
import onnxruntime
import torch

program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
task = json.loads((folder / "task.json").read_text())
torch.set_num_threads(1)
random.seed(task["seed"])
numpy.random.seed(task["seed"])
torch.manual_seed(task["seed"])

queries = 0


class CountingSession(onnxruntime.InferenceSession):
    """On one thread, counting the images that the network computes."""

    def __init__(self, path):
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        super().__init__(path, options)

    def run(self, names, inputs):
        global queries
        queries += len(next(iter(inputs.values())))
        return super().run(names, inputs)


onnxruntime.InferenceSession = CountingSession
here = pathlib.Path(__file__).parent
sys.path.insert(0, str(here / "programs"))
module = importlib.import_module(program)

images = numpy.fromfile(folder / "images.bin", numpy.uint8).reshape(task["count"], 32, 32, 3)
labels = numpy.array(task["labels"], numpy.int64)
start, start_cpu = time.perf_counter(), time.process_time()
adversarial = module.attack(task["onnx"], task["mean"], task["std"], images, labels, task["pixels"])
seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu

numpy.ascontiguousarray(adversarial, numpy.uint8).tofile(folder / "adversarial.bin")
(folder / "outcome.json").write_text(json.dumps({"seconds": seconds, "cpu": cpu, "queries": queries}))
