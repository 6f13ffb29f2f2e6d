import numpy
import onnxruntime
from art.attacks.evasion import PixelAttack
from art.estimators.classification import BlackBoxClassifierNeuralNetwork
from scipy.special import softmax


def attack(onnx_file, mean, std, images, labels, pixels):
    session = onnxruntime.InferenceSession(onnx_file)
    mean, std = (numpy.array(values, numpy.float32).reshape(3, 1, 1) for values in (mean, std))

    def predict(images):
        values = ((images / 255 - mean) / std).astype(numpy.float32)
        return softmax(session.run(None, {session.get_inputs()[0].name: values})[0], axis=1)

    classifier = BlackBoxClassifierNeuralNetwork(predict, (3, 32, 32), 10, clip_values=(0, 255))
    inputs = images.transpose(0, 3, 1, 2).astype(numpy.float32)
    adversarial = PixelAttack(classifier, th=pixels).generate(inputs, labels)
    return adversarial.round().astype(numpy.uint8).transpose(0, 2, 3, 1)
