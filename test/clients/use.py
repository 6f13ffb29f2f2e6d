from onepixel_client import Client
from onepixel_client.api.attack import attack_sample, map_, targets
from onepixel_client.models import AttackResult, Map, TargetsResult

client = Client(base_url="http://127.0.0.1:8787")


def change() -> int:
    result = attack_sample.sync(client=client, sample="cat-3", seed=1)
    assert isinstance(result, AttackResult)
    return result.pixels[0].x


def reached() -> list[str]:
    result = targets.sync(client=client, sample="cat-3")
    assert isinstance(result, TargetsResult)
    return [target.target for target in result.targets]


def margins() -> list[float]:
    result = map_.sync(client=client, sample="cat-3")
    assert isinstance(result, Map)
    return [pixel.margin for pixel in result.pixels]
