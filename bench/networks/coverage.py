"""Exports many classifiers with random weights by both of PyTorch's exporters, for `npm run bench:agreement -- FOLDER`.

    pip install -r requirements.txt
    python coverage.py FOLDER [NAME ...]

What an operator does shows at 64×64 as at 224×224, and takes a tenth of the time.
"""

import sys
from pathlib import Path

from export import export

SIDE = 64
LABELS = 10
TORCHVISION = """
    densenet121 efficientnet_b0 googlenet mnasnet0_5 mobilenet_v2 mobilenet_v3_large mobilenet_v3_small regnet_x_400mf
    regnet_y_400mf resnet18 shufflenet_v2_x0_5 squeezenet1_0 squeezenet1_1
"""
TIMM = """
    convnext_atto cs3darknet_focus_s dla46_c dla46x_c efficientnet_lite0 ese_vovnet19b_dw fasternet_t0 fbnetc_100 gernet_s
    ghostnet_100 ghostnetv2_100 hardcorenas_a hgnetv2_b0 hrnet_w18_small inception_next_atto lcnet_050 mixnet_s
    mobilenetv4_conv_small mobileone_s0 mobilevit_xxs poolformer_s12 regnetz_005 repghostnet_050 repvgg_a0 repvit_m0_9
    resnest14d resnet10t resnetblur18 rexnet_100 selecsls42b semnasnet_050 seresnet18 skresnet18 spnasnet_100 starnet_s1
    test_byobnet test_convnext test_efficientnet test_resnet tf_efficientnet_lite0 tf_mobilenetv3_small_075 tinynet_a
"""
LIBRARIES = {name: "torchvision" for name in TORCHVISION.split()} | {name: "timm" for name in TIMM.split()}


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    folder = Path(sys.argv[1])
    for name in sys.argv[2:] or LIBRARIES:
        for exporter in ("torchscript", "dynamo"):
            target = f"{name.replace('_', '-')}-{exporter}"
            try:
                export(folder, target, LIBRARIES[name], name, SIDE, LABELS, exporter == "dynamo")
            except Exception as error:  # What an exporter cannot do is no fault of the others.
                print(f"{target}: not exported: {type(error).__name__}: {str(error)[:200]}")


if __name__ == "__main__":
    main()
