"""Shows that a run that is killed and continued ends with the same weights as an undisturbed one.

    python models/train/check_resume.py ID

Trains ID on 1,280 images for four epochs, twice: once undisturbed, and once killed when the second
epoch has ended, then continued by the same command. Exits with 1 if any number of the two differs.
"""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from networks import NAMES

TRAIN = Path(__file__).resolve().parent / "train.py"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("id", nargs="?", choices=NAMES, default="mnist-cnn")
    parser.add_argument("--work", type=Path, default=Path(".train"), help="folder of the tarballs")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        states = []
        for kind in ("undisturbed", "killed"):
            work = Path(scratch, kind)
            work.mkdir()
            for tarball in options.work.glob("*.tgz"):
                (work / tarball.name).symlink_to(tarball.resolve())
            command = [
                sys.executable, TRAIN, options.id, "--work", work, "--epochs", "4", "--images", "1280",
                "--threads", "1", "--no-export",
            ]  # fmt: skip
            if kind == "killed":
                with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as run:
                    for line in run.stdout:
                        print(line, end="")
                        if " epoch 2/" in line:
                            run.kill()
                            break
            subprocess.run(command, check=True)
            states.append(torch.load(work / f"{options.id}.pt")["network"])
    undisturbed, killed = states
    different = [key for key, value in undisturbed.items() if not torch.equal(value, killed[key])]
    print(f"{options.id}: {len(undisturbed) - len(different)} of {len(undisturbed)} tensors are equal to the bit")
    sys.exit(1 if different else 0)


if __name__ == "__main__":
    main()
