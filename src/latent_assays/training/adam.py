"""Adam in the bits of `torch.optim.Adam(fused=True)`, without the seconds that importing it takes.

Constructing any optimiser of torch.optim imports torch._dynamo and sympy, 2 s of CPU in every run.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor, nn

from latent_assays.errors import UserError

__all__ = ["TORCH", "Adam"]

TORCH = "2.13.0"
"""The version whose private operators are called here, as pyproject.toml pins it."""
OPERATORS = ("_fused_adam_", "_foreach_add_")
EPSILON = 1e-8


class Adam:
    """Adam (Kingma & Ba, ICLR 2015) by PyTorch's fused operator.

    A parameter without a gradient is skipped, and gets its state with its first gradient.

    Args:
        parameters: what is trained, on any device that the operator knows.
        learning_rate: constant.
        betas: decay of the gradient's and of the squared gradient's running mean.
        amsgrad: divide by the largest running mean of squares so far (Reddi et al., ICLR 2018).

    Attributes:
        state: by the parameter's index: `step` (), and in the parameter's shape and layout
            `exp_avg`, `exp_avg_sq` and with amsgrad `max_exp_avg_sq`.

    Raises:
        UserError: this version of PyTorch does not have the operator.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        learning_rate: float,
        betas: tuple[float, float] = (0.9, 0.999),
        amsgrad: bool = False,
    ) -> None:
        if missing := [name for name in OPERATORS if not hasattr(torch, name)]:
            raise UserError(
                f"torch {torch.__version__} has no {missing[0]}, which training calls: "
                f"install torch {TORCH}"
            )
        self.parameters = list(parameters)
        self.learning_rate, self.betas, self.amsgrad = learning_rate, betas, amsgrad
        self.state: dict[int, dict[str, Tensor]] = {}

    def zero_grad(self) -> None:
        """Forget all gradients."""
        for parameter in self.parameters:
            parameter.grad = None

    def step(self) -> None:
        """Change the parameters in place by their gradients."""
        groups = defaultdict(list)
        for index, parameter in enumerate(self.parameters):
            if parameter.grad is not None:
                groups[parameter.device, parameter.dtype].append(index)
        with torch.no_grad():
            for indices in groups.values():
                self._step(indices)

    def state_dict(self) -> dict[str, Tensor]:
        """The state by `INDEX.KEY`."""
        return {
            f"{index}.{key}": value
            for index, state in self.state.items()
            for key, value in state.items()
        }

    def load_state_dict(self, tensors: Mapping[str, Tensor]) -> None:
        """Replace the state by a copy of `tensors`, which `state_dict` gave.

        Each goes to its parameter's device and memory layout, since the operator pairs memory by
        address.
        """
        self.state = {}
        for name, value in tensors.items():
            index, key = name.split(".")
            parameter = self.parameters[int(index)]
            place = torch.zeros((), device=parameter.device) if key == "step" else parameter
            self.state.setdefault(int(index), {})[key] = torch.empty_like(place).copy_(value)

    def _step(self, indices: list[int]) -> None:
        """One step of parameters that share device and type."""
        parameters = [self.parameters[index] for index in indices]
        states = [self._state_of(index) for index in indices]
        steps = [state["step"] for state in states]
        torch._foreach_add_(steps, 1)
        torch._fused_adam_(
            parameters,
            [parameter.grad for parameter in parameters],
            [state["exp_avg"] for state in states],
            [state["exp_avg_sq"] for state in states],
            [state["max_exp_avg_sq"] for state in states] if self.amsgrad else [],
            steps,
            lr=self.learning_rate,
            beta1=self.betas[0],
            beta2=self.betas[1],
            weight_decay=0.0,
            eps=EPSILON,
            amsgrad=self.amsgrad,
            maximize=False,
        )

    def _state_of(self, index: int) -> dict[str, Tensor]:
        if index not in self.state:
            parameter = self.parameters[index]
            moments = ["exp_avg", "exp_avg_sq", *["max_exp_avg_sq"] * self.amsgrad]
            self.state[index] = {
                "step": torch.zeros((), device=parameter.device),
                **{key: torch.zeros_like(parameter) for key in moments},
            }
        return self.state[index]
