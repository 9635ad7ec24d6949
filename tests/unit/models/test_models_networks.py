"""Networks have the papers' sizes, and shapes at every image size they claim."""

import math

import pytest
import torch

from latent_assays.errors import UserError
from latent_assays.models import build_network
from latent_assays.models.networks.structural import StructuralTransform


def settings(network, latents, objective="beta-vae", **more):
    return {"network": network, "objective": objective, "latents": latents, **more}


def count(network):
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize("side", [64, 32])
def test_model_a_has_the_parameters_of_the_released_checkpoint(side):
    assert count(build_network(settings("pooled-conv", 24), (3, side, side))) == 510_067


def test_conv_has_the_parameters_of_its_table():
    """Worked out by hand from disentanglement_lib's layer table, 64 px, 3 channels, 10 latents."""
    convolutions = (
        (3 * 16 * 32 + 32) + (32 * 16 * 32 + 32) + (32 * 4 * 64 + 64) + (64 * 4 * 64 + 64)
    )
    encoder = convolutions + (1024 * 256 + 256) + 2 * (256 * 10 + 10)
    dense = (10 * 256 + 256) + (256 * 1024 + 1024)
    transposed = (64 * 16 * 64 + 64) + (64 * 16 * 32 + 32) + (32 * 16 * 32 + 32) + (32 * 16 * 3 + 3)
    assert count(build_network(settings("conv", 10), (3, 64, 64))) == encoder + dense + transposed


@pytest.mark.parametrize("objective", ["ae", "beta-vae"])
@pytest.mark.parametrize("shape", [(3, 64, 64), (1, 32, 32)])
@pytest.mark.parametrize("network", ["conv", "pooled-conv"])
def test_shapes(network, shape, objective):
    model = build_network(settings(network, 5, objective, width=0.25), shape)
    mean, log_std = model.encode(torch.rand(2, *shape))
    assert mean.shape == (2, 5)
    assert log_std is None if objective == "ae" else log_std.shape == (2, 5)
    logits = model.decode(mean)
    assert logits.shape == (2, *shape)
    images = model.images(logits)
    assert ((images > 0) & (images < 1)).all()


def test_conv_starts_glorot_uniform_with_each_head_its_own():
    model = build_network(settings("conv", 6), (3, 64, 64))
    bounds = [(6 / (256 + 6)) ** 0.5] * 2
    for head, bound in zip(model.encoder[-1].weight.split(6), bounds, strict=True):
        assert 0.995 * bound < head.abs().max() <= bound
    assert model.encoder[-1].bias.abs().max() == 0


def test_conv_reads_its_second_head_as_log_variance():
    model = build_network(settings("conv", 2, width=0.25), (1, 32, 32))
    torch.nn.init.zeros_(model.encoder[-1].weight)
    model.encoder[-1].bias.data = torch.tensor([0.0, 1.0, 2.0, 4.0])
    mean, log_std = model.encode(torch.rand(1, 1, 32, 32))
    assert mean.tolist() == [[0.0, 1.0]]
    assert log_std.tolist() == [[1.0, 2.0]]


def test_a_gaussian_likelihood_has_images_for_logits():
    model = build_network(settings("conv", 2, width=0.25, likelihood="gaussian"), (1, 32, 32))
    logits = torch.randn(1, 1, 32, 32)
    assert model.images(logits) is logits


PARAMETERS = {  # structure paper at 64 px with 12 latents: printed by its code, or recounted
    ("hourglass", None, "ae"): 1_022_671,
    ("hourglass", None, "beta-vae"): 1_024_219,
    ("structural", 12, "ae"): 1_221_967,
    ("structural", 6, "ae"): 1_072_591,
    ("structural", 4, "ae"): 1_022_799,
    ("structural", 3, "ae"): 997_903,
    ("structural", 2, "ae"): 973_007,
    ("adaptive", 12, "ae"): 1_230_415,
}


@pytest.mark.parametrize(("network", "segments", "objective"), PARAMETERS)
def test_the_structure_papers_networks_have_their_parameters(network, segments, objective):
    model = build_network(settings(network, 12, objective, segments=segments), (3, 64, 64))
    assert count(model) == PARAMETERS[network, segments, objective]


def test_the_celeba_networks_have_six_to_seven_million_parameters():
    """The structure paper's own statement, met by SAE-16; its hourglass would have 5.3 million."""
    more = {"segments": 16, "blocks": 16}
    model = build_network(settings("structural", 32, "ae", **more), (3, 128, 128))
    assert 6e6 < count(model) < 7e6


def test_helix_has_the_parameters_of_its_layers():
    encoder = (3 * 32 + 32) + 3 * (32 * 32 + 32) + (32 * 4 + 4)
    decoder = (2 * 32 + 32) + 3 * (32 * 32 + 32) + (32 * 3 + 3)
    assert count(build_network(settings("helix", 2), (3, 1, 1))) == encoder + decoder


@pytest.mark.parametrize(
    ("network", "segments"),
    [("hourglass", None), ("structural", 6), ("adaptive", 6), ("ladder", 6)],
)
@pytest.mark.parametrize(("blocks", "side"), [(12, 16), (12, 64), (16, 32), (16, 64)])
def test_block_networks_take_images_of_several_sizes(network, segments, blocks, side):
    more = {"segments": segments, "blocks": blocks, "width": 0.125}
    model = build_network(settings(network, 12, **more), (1, side, side))
    mean, log_std = model.encode(torch.rand(2, 1, side, side))
    assert mean.shape == log_std.shape == (2, 12)
    assert model.decode(mean).shape == (2, 1, side, side)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"blocks": 13}, "blocks: 13 must be one of 12, 16"),
        ({"segments": 5}, "segments: 5 must be one of 2, 3, 4, 6, 12, 16"),
        ({"segments": 12, "latents": 10}, r"latents: 10 must be a multiple of segments \(12\)"),
        ({"segments": 16, "latents": 32}, "segments: 16 need as many blocks, not 12"),
        ({"width": 0.2}, "width: 0.2 makes 12.8"),
        ({"resampling": "bilinear"}, "resampling: 'bilinear' must be one of pooled, strided"),
        ({"activation": "relu"}, "activation: 'relu' must be one of mish, elu"),
    ],
)
@pytest.mark.parametrize("network", ["structural", "ladder"])
def test_settings_that_do_not_fit_are_one_sentence(network, change, sentence):
    with pytest.raises(UserError, match=sentence):
        build_network(settings(network, 12) | {"segments": 4} | change, (3, 32, 32))


def test_images_of_28_pixels_are_refused_with_the_sizes_that_work():
    with pytest.raises(UserError, match="need square images of 4, 8, 16, 32, 64 pixels, not 28x28"):
        build_network(settings("hourglass", 12), (1, 28, 28))


def activations(decoder, codes):
    """Outputs of every block of a decoder, in order."""
    outputs = []
    hooks = [
        b.register_forward_hook(lambda *a: outputs.append(a[-1].clone())) for b in decoder.blocks
    ]
    decoder(codes)
    for hook in hooks:
        hook.remove()
    return outputs


@pytest.mark.parametrize(
    ("network", "places"),
    [
        ("structural", {2: (1, 7), 3: (1, 5, 9), 4: (1, 4, 7, 10), 6: (1, 3, 5, 7, 9, 11)}),
        ("ladder", {2: (1, 7), 4: (1, 4, 7, 10), 12: tuple(range(1, 13))}),
    ],
)
def test_each_segment_enters_the_decoder_at_its_own_block(network, places):
    for segments, blocks in places.items():
        more = {"segments": segments, "width": 0.25}
        decoder = build_network(settings(network, 12, **more), (1, 32, 32)).decoder
        codes = torch.randn(1, 12)
        before = activations(decoder, codes)
        for segment, place in enumerate(blocks):
            changed = codes.clone()
            changed[:, 12 // segments * segment] += 1
            after = activations(decoder, changed)
            same = [torch.equal(a, b) for a, b in zip(before, after, strict=True)]
            assert same == [block < place for block in range(1, 13)]


def test_every_latent_of_an_adaptive_decoder_reaches_its_first_block():
    decoder = build_network(settings("adaptive", 12, segments=12, width=0.25), (1, 32, 32)).decoder
    codes = torch.randn(1, 12)
    before = activations(decoder, codes)
    for latent in range(12):
        changed = codes.clone()
        changed[:, latent] += 1
        assert not torch.equal(activations(decoder, changed)[0], before[0])


def test_the_first_segment_of_a_ladder_is_read_from_the_deepest_rung():
    network = build_network(settings("ladder", 12, segments=4, width=0.25), (1, 32, 32))
    images = torch.rand(2, 1, 32, 32)
    before = torch.stack(network.encode(images))
    for depth, block in enumerate((12, 9, 6, 4)):
        rung = network.encoder.rungs[str(block)][-1]
        saved = rung.bias.data.clone()
        rung.bias.data += torch.arange(1.0, 7.0)  # 3 means, then 3 log stds
        change = torch.stack(network.encode(images)) - before
        rung.bias.data = saved
        expected = torch.zeros(2, 1, 12)
        expected[:, 0, 3 * depth : 3 * depth + 3] = torch.arange(1.0, 7.0).reshape(2, 3)
        torch.testing.assert_close(change, expected.expand(2, 2, 12), atol=1e-5, rtol=0)


def test_a_structural_transform_scales_and_shifts_channels():
    transform = StructuralTransform(1, (4,), 2)
    torch.nn.init.zeros_(transform.network[-1].weight)
    transform.network[-1].bias.data = torch.tensor([1.0, -1.0, 0.0, math.log(3)])
    features = torch.arange(8.0).reshape(1, 2, 2, 2)
    expected = (
        torch.tensor([1.0, -1.0])[:, None, None]
        + features * torch.tensor([1.0, 3.0])[:, None, None]
    )
    torch.testing.assert_close(transform(features, torch.zeros(1, 1)), expected)


def test_the_linear_network_is_linear():
    network = build_network(settings("linear", 2), (3, 1, 1))
    first, second = torch.randn(2, 1, 3, 1, 1)
    zero = network.encode(torch.zeros(1, 3, 1, 1))[0]
    total = network.encode(first + second)[0]
    torch.testing.assert_close(
        total - zero, network.encode(first)[0] + network.encode(second)[0] - 2 * zero
    )


@pytest.mark.parametrize(
    ("blocks", "side", "down", "up"),
    [
        (12, 64, (1, 4, 7, 10, 12), (2, 4, 7, 10, 12)),
        (12, 32, (1, 4, 7, 10), (4, 7, 10, 12)),
        (16, 128, (1, 4, 7, 10, 13, 16), (1, 4, 7, 10, 13, 16)),
        (16, 64, (1, 4, 7, 10, 13), (4, 7, 10, 13, 16)),
    ],
)
@pytest.mark.parametrize("resampling", ["pooled", "strided"])
def test_blocks_rescale_where_the_paper_does_and_small_images_skip_the_deepest(
    blocks, side, down, up, resampling
):
    more = {"segments": 4, "blocks": blocks, "width": 0.125, "resampling": resampling}
    model = build_network(settings("structural", 12, "ae", **more), (1, side, side))

    def sides(run, modules):
        found = []
        hooks = [m.register_forward_hook(lambda *a: found.append(a[-1].shape[-1])) for m in modules]
        run()
        for hook in hooks:
            hook.remove()
        return found

    encoded = sides(lambda: model.encode(torch.rand(1, 1, side, side)), model.encoder[:blocks])
    decoded = sides(lambda: model.decode(torch.rand(1, 12)), model.decoder.blocks)
    before = [side, *encoded[:-1]], [2, *decoded[:-1]]
    numbered = range(1, blocks + 1)
    assert tuple(b for b in numbered if 2 * encoded[b - 1] == before[0][b - 1]) == down
    assert tuple(b for b in numbered if decoded[b - 1] == 2 * before[1][b - 1]) == up
    assert encoded[-1] == 2
    assert decoded[-1] == side


RFD_RUNS = {"blocks": 16, "width": 0.125, "resampling": "strided", "activation": "elu"}


@pytest.mark.parametrize(
    ("network", "segments"),
    [("hourglass", None), ("structural", 16), ("adaptive", 16), ("ladder", 16)],
)
def test_strided_networks_only_convolve_and_have_no_other_activation(network, segments):
    model = build_network(settings(network, 16, segments=segments, **RFD_RUNS), (3, 64, 64))
    kinds = {type(module) for module in model.modules()}
    assert not kinds & {torch.nn.MaxPool2d, torch.nn.Upsample, torch.nn.Mish}
    norms = {module.activation for module in model.modules() if hasattr(module, "num_groups")}
    assert norms == {"elu"}
    doubling = [m for m in model.decoder.modules() if isinstance(m, torch.nn.ConvTranspose2d)]
    strides = [m.stride[0] for m in model.encoder.modules() if type(m) is torch.nn.Conv2d]
    assert (len(doubling), strides.count(2)) == (5, 5)
    mean, _ = model.encode(torch.rand(2, 3, 64, 64))
    model.decode(mean).sum().backward()
    assert all(weight.grad is not None for weight in model.decoder.parameters())


def test_a_pooled_and_a_strided_network_differ_in_nothing_but_what_doubles():
    pooled, strided = (
        build_network(settings("structural", 16, "ae", segments=16, **RFD_RUNS | more), (3, 64, 64))
        for more in ({"resampling": "pooled"}, {})
    )
    doubling = [m for m in strided.modules() if isinstance(m, torch.nn.ConvTranspose2d)]
    more = sum(m.in_channels * m.out_channels * (4 * 4 - 3 * 3) for m in doubling)
    assert count(strided) - count(pooled) == more > 0
