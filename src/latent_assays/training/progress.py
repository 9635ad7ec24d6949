"""What a training says on stderr: a bar in a terminal, a line now and then in a log."""

import sys
import time
from collections.abc import Mapping

from tqdm import tqdm

__all__ = ["Progress", "say"]

SECONDS_BETWEEN_LINES = 30


def say(message: str) -> None:
    """One line on stderr, above a bar if there is one."""
    tqdm.write(message, file=sys.stderr)


class Progress:
    """Loss terms, images/s and time left.

    Args:
        steps: of the whole training.
        done: steps that an earlier session did.
        batch: images a step.
        show: False is silent.
    """

    def __init__(self, steps: int, done: int, batch: int, show: bool) -> None:
        terminal = sys.stderr.isatty()
        self.bar = tqdm(
            total=steps * batch,
            initial=done * batch,
            unit="images",
            unit_scale=True,
            disable=not (show and terminal),
            file=sys.stderr,
        )
        self.lines = show and not terminal
        self.steps, self.first, self.batch = steps, done, batch
        self.started = self.last_line = time.perf_counter()

    def update(self, step: int, terms: Mapping[str, float]) -> None:
        """Show that `step` steps are done; `terms` are means since the last update."""
        losses = "  ".join(f"{name} {value:.5g}" for name, value in terms.items())
        self.bar.set_postfix_str(losses, refresh=False)
        self.bar.update(step * self.batch - self.bar.n)
        now = time.perf_counter()
        if self.lines and (step == self.steps or now - self.last_line > SECONDS_BETWEEN_LINES):
            self.last_line = now
            rate = (step - self.first) / (now - self.started)
            left = tqdm.format_interval((self.steps - step) / rate)
            say(
                f"step {step}/{self.steps}  {losses}  {rate * self.batch:.0f} images/s  {left} left"
            )

    def close(self) -> None:
        """Leave the bar as it stands."""
        self.bar.close()
