import onnxruntime
import torch
from torchattacks import OnePixel


class Onnx(torch.nn.Module):
    def __init__(self, file, mean, std):
        super().__init__()
        self.session = onnxruntime.InferenceSession(file)
        self.mean, self.std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))

    def forward(self, images):
        values = ((images - self.mean) / self.std).numpy()
        return torch.from_numpy(self.session.run(None, {self.session.get_inputs()[0].name: values})[0])


def attack(onnx_file, mean, std, images, labels, pixels):
    one_pixel = OnePixel(Onnx(onnx_file, mean, std), pixels=pixels, steps=75, popsize=400)
    inputs = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    adversarial = one_pixel(inputs, torch.from_numpy(labels))
    return (adversarial * 255).round().byte().permute(0, 2, 3, 1).numpy()
