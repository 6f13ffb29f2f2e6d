import onnxruntime
import torch
from rs_attacks import RSAttack


def attack(onnx_file, mean, std, images, labels, pixels):
    session = onnxruntime.InferenceSession(onnx_file)
    mean, std = (torch.tensor(values).view(3, 1, 1) for values in (mean, std))

    def predict(images):
        values = ((images - mean) / std).numpy()
        return torch.from_numpy(session.run(None, {session.get_inputs()[0].name: values})[0])

    sparse_rs = RSAttack(predict, norm="L0", eps=pixels, n_queries=10000, p_init=0.3, verbose=False)
    inputs = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    _, adversarial = sparse_rs.perturb(inputs, torch.from_numpy(labels))
    return (adversarial * 255).round().byte().permute(0, 2, 3, 1).numpy()
