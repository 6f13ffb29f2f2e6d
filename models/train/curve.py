"""Draws a training run as an SVG: the loss and the held-out accuracy after each epoch."""

from xml.sax.saxutils import escape

from checkpoint import Epoch

WIDTH, HEIGHT = 480, 220
LEFT, RIGHT, TOP, BOTTOM = 44, 44, 30, 34


def polyline(values: list[float], low: float, high: float, colour: str) -> str:
    across, down = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    points = " ".join(
        f"{LEFT + across * place / max(1, len(values) - 1):.1f},{TOP + down * (high - value) / (high - low):.1f}"
        for place, value in enumerate(values)
    )
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2"/>'


def text(x: float, y: float, words: str, colour: str = "#57606a", anchor: str = "start") -> str:
    return f'<text x="{x}" y="{y}" fill="{colour}" text-anchor="{anchor}">{escape(words)}</text>'


def draw(title: str, curve: list[Epoch]) -> str:
    losses = [epoch.loss for epoch in curve]
    accuracies = [epoch.held_out_accuracy for epoch in curve if epoch.held_out_accuracy is not None]
    foot = HEIGHT - BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        'font-family="system-ui, sans-serif" font-size="11" role="img">',
        f"<title>{escape(title)}</title>",
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<path d="M{LEFT} {TOP}V{foot}H{WIDTH - RIGHT}V{TOP}" fill="none" stroke="#d0d7de"/>',
        polyline(losses, 0, max(losses), "#bc4c00"),
        text(LEFT, 18, "mean training loss (left)", "#bc4c00"),
        text(LEFT - 6, TOP + 4, f"{max(losses):.2f}", anchor="end"),
        text(LEFT - 6, foot, "0", anchor="end"),
        text(LEFT, HEIGHT - 12, "epoch 1", anchor="start"),
        text(WIDTH - RIGHT, HEIGHT - 12, f"{len(curve)}", anchor="end"),
    ]
    if accuracies:
        low = min(accuracies) // 0.1 * 0.1
        parts += [
            polyline(accuracies, low, 1, "#0969da"),
            text(WIDTH - RIGHT, 18, "held-out accuracy (right)", "#0969da", "end"),
            text(WIDTH - RIGHT + 6, TOP + 4, "100 %"),
            text(WIDTH - RIGHT + 6, foot, f"{100 * low:.0f} %"),
        ]
    return "\n".join([*parts, "</svg>"]) + "\n"
