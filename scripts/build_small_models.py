"""Build small, randomly initialised models of every kind of open weights, in the real file layout.

Nothing is fetched: the tokenizers are made here as well. The models show nothing that can be
recognised, but all that loads, plans and runs the real ones runs them.

    python scripts/build_small_models.py FOLDER [KIND ...]
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

WIDTH = 32  # of the text states
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def t5(name: str = "T5EncoderModel") -> dict[str, Any]:
    """A T5 encoder with a tokenizer that knows single letters."""
    import transformers

    pieces = [("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(letter, -3.0) for letter in LETTERS]
    kind = transformers.UMT5Config if name.startswith("UMT5") else transformers.T5Config
    config = kind(
        vocab_size=len(pieces) + 100,
        d_model=WIDTH,
        d_kv=8,
        d_ff=37,
        num_layers=2,
        num_heads=4,
        relative_attention_num_buckets=8,
    )
    return {
        "text_encoder": getattr(transformers, name)(config),
        "tokenizer": transformers.T5TokenizerFast(vocab=pieces),
    }


def flow(**options: Any) -> Any:
    from diffusers import FlowMatchEulerDiscreteScheduler

    return FlowMatchEulerDiscreteScheduler(**options)


def wan_network(**options: Any) -> Any:
    from diffusers import WanTransformer3DModel

    given = {
        "patch_size": (1, 2, 2),
        "num_attention_heads": 2,
        "attention_head_dim": 16,
        "in_channels": 16,
        "out_channels": 16,
        "text_dim": WIDTH,
        "freq_dim": 32,
        "ffn_dim": 64,
        "num_layers": 3,
        "rope_max_seq_len": 64,
    }
    return WanTransformer3DModel(**given | options)


def wan_autoencoder(**options: Any) -> Any:
    from diffusers import AutoencoderKLWan

    given = {"base_dim": 4, "z_dim": 16, "dim_mult": [1, 1, 1, 1], "num_res_blocks": 1}
    return AutoencoderKLWan(**given | options)


def wan() -> Any:
    """As Wan 2.1: text to video."""
    from diffusers import UniPCMultistepScheduler, WanPipeline

    scheduler = UniPCMultistepScheduler(
        prediction_type="flow_prediction", use_flow_sigmas=True, flow_shift=3.0
    )
    return WanPipeline(
        **t5("UMT5EncoderModel"),
        vae=wan_autoencoder(),
        scheduler=scheduler,
        transformer=wan_network(),
    )


def wan_picture(ends: bool = False) -> Any:
    """As Wan 2.1: picture to video."""
    import transformers
    from diffusers import WanImageToVideoPipeline

    eye = transformers.CLIPVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=32,
        patch_size=16,
        projection_dim=16,
    )
    return WanImageToVideoPipeline(
        **t5("UMT5EncoderModel"),
        vae=wan_autoencoder(),
        scheduler=flow(shift=3.0),
        transformer=wan_network(
            in_channels=36,
            image_dim=16,
            added_kv_proj_dim=32,
            # Both pictures, each as 2 x 2 pieces and a token for the whole.
            pos_embed_seq_len=10 if ends else None,
        ),
        image_encoder=transformers.CLIPVisionModel(eye),
        image_processor=transformers.CLIPImageProcessor(
            size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
        ),
    )


def wan_ends() -> Any:
    """As Wan 2.1: first and last picture."""
    return wan_picture(ends=True)


def wan_22() -> Any:
    """As Wan 2.2 5B: both with one network, a noise level for each token."""
    from diffusers import WanPipeline

    return WanPipeline(
        **t5("UMT5EncoderModel"),
        vae=wan_autoencoder(
            z_dim=48,
            is_residual=True,
            patch_size=2,
            latents_mean=[0.0] * 48,
            latents_std=[1.0] * 48,
            in_channels=12,
            out_channels=12,
            scale_factor_spatial=16,
        ),
        scheduler=flow(shift=5.0),
        transformer=wan_network(in_channels=48, out_channels=48),
        expand_timesteps=True,
    )


def ltx() -> Any:
    """As LTX-Video 0.9.5."""
    from diffusers import (
        AutoencoderKLLTXVideo,
        LTXConditionPipeline,
        LTXVideoTransformer3DModel,
    )

    vae = AutoencoderKLLTXVideo(
        latent_channels=8,
        block_out_channels=(8, 8, 8, 8),
        decoder_block_out_channels=(8, 8, 8),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        spatio_temporal_scaling=(True, True, True, False),
        decoder_spatio_temporal_scaling=(True, True, True),
        decoder_inject_noise=(False, False, False, False),
        upsample_residual=(True, True, True),
        upsample_factor=(1, 1, 1),
        timestep_conditioning=True,
    )
    network = LTXVideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=2,
        attention_head_dim=16,
        cross_attention_dim=32,
        num_layers=3,
        caption_channels=WIDTH,
    )
    return LTXConditionPipeline(**t5(), vae=vae, scheduler=flow(), transformer=network)


def ltx2() -> Any:
    """As LTX-2."""
    import transformers
    from diffusers import (
        AutoencoderKLLTX2Audio,
        AutoencoderKLLTX2Video,
        LTX2Pipeline,
        LTX2VideoTransformer3DModel,
    )
    from diffusers.pipelines.ltx2 import LTX2TextConnectors
    from diffusers.pipelines.ltx2.vocoder import LTX2Vocoder

    words = {"<pad>": 0, "<eos>": 1, "<bos>": 2, "<unk>": 3, "<mask>": 4, "▁": 5}
    words |= {letter: 6 + number for number, letter in enumerate(LETTERS)}
    reader = transformers.Gemma3TextConfig(
        vocab_size=len(words) + 10,
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=8,
    )
    eye = transformers.SiglipVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=28,
        patch_size=14,
    )
    text = transformers.Gemma3Config(
        text_config=reader.to_dict(), vision_config=eye.to_dict(), mm_tokens_per_image=4
    )
    vae = AutoencoderKLLTX2Video(
        latent_channels=8,
        block_out_channels=(8, 16, 32, 64),
        decoder_block_out_channels=(8, 16, 32),
        layers_per_block=(1, 1, 1, 1, 1),
        decoder_layers_per_block=(1, 1, 1, 1),
        timestep_conditioning=False,
        spatial_compression_ratio=32,
        temporal_compression_ratio=8,
    )
    network = LTX2VideoTransformer3DModel(
        in_channels=8,
        out_channels=8,
        num_attention_heads=2,
        attention_head_dim=16,
        cross_attention_dim=32,
        audio_in_channels=4,
        audio_out_channels=4,
        audio_num_attention_heads=2,
        audio_attention_head_dim=8,
        audio_cross_attention_dim=16,
        num_layers=3,
        caption_channels=16,
        rope_double_precision=False,
        rope_type="split",
    )
    connectors = LTX2TextConnectors(
        caption_channels=16,
        text_proj_in_factor=3,
        video_connector_num_attention_heads=2,
        video_connector_attention_head_dim=8,
        video_connector_num_layers=1,
        video_connector_num_learnable_registers=None,
        audio_connector_num_attention_heads=2,
        audio_connector_attention_head_dim=8,
        audio_connector_num_layers=1,
        audio_connector_num_learnable_registers=None,
        connector_rope_base_seq_len=32,
        rope_double_precision=False,
        rope_type="split",
    )
    audio = AutoencoderKLLTX2Audio(
        base_channels=4,
        ch_mult=(1,),
        num_res_blocks=1,
        latent_channels=2,
        mel_bins=8,
        resolution=32,
    )
    vocoder = LTX2Vocoder(
        in_channels=16,
        hidden_channels=16,
        upsample_kernel_sizes=[4, 4],
        upsample_factors=[2, 2],
        resnet_kernel_sizes=[3],
        resnet_dilations=[[1, 3, 5]],
    )
    return LTX2Pipeline(
        scheduler=flow(),
        vae=vae,
        audio_vae=audio,
        text_encoder=transformers.Gemma3ForConditionalGeneration(text),
        tokenizer=transformers.GemmaTokenizerFast(vocab=words),
        connectors=connectors,
        transformer=network,
        vocoder=vocoder,
    )


def hunyuan_parts(task: str) -> dict[str, Any]:
    import transformers
    from diffusers import AutoencoderKLHunyuanVideo15, HunyuanVideo15Transformer3DModel
    from diffusers.guiders import ClassifierFreeGuidance
    from tokenizers.pre_tokenizers import ByteLevel

    reader = transformers.Qwen2_5_VLTextConfig(
        vocab_size=300,
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=3,
        num_attention_heads=2,
        num_key_value_heads=2,
        rope_scaling={"mrope_section": [1, 1, 2], "rope_type": "default", "type": "default"},
    )
    alphabet = sorted(ByteLevel.alphabet())
    tokenizer = transformers.Qwen2Tokenizer(
        vocab={"<|endoftext|>": 0} | {letter: 1 + n for n, letter in enumerate(alphabet)}
    )
    tokenizer.chat_template = "{% for message in messages %}{{ message.content }}{% endfor %}"
    glyphs = transformers.T5Config(
        vocab_size=400, d_model=WIDTH, d_kv=8, d_ff=37, num_layers=1, num_heads=4
    )
    network = HunyuanVideo15Transformer3DModel(
        in_channels=17,
        out_channels=8,
        num_attention_heads=2,
        attention_head_dim=16,
        num_layers=2,
        num_refiner_layers=1,
        mlp_ratio=2.0,
        text_embed_dim=16,
        text_embed_2_dim=WIDTH,
        image_embed_dim=16,
        rope_axes_dim=(4, 4, 8),
        target_size=64,
        task_type=task,
    )
    vae = AutoencoderKLHunyuanVideo15(
        latent_channels=8, block_out_channels=(16, 16, 16, 16, 16), layers_per_block=1
    )
    return {
        "text_encoder": transformers.Qwen2_5_VLTextModel(reader),
        "tokenizer": tokenizer,
        "text_encoder_2": transformers.T5EncoderModel(glyphs),
        "tokenizer_2": transformers.ByT5Tokenizer(),
        "transformer": network,
        "vae": vae,
        "scheduler": flow(shift=7.0),
        "guider": ClassifierFreeGuidance(guidance_scale=6.0),
    }


def hunyuan() -> Any:
    """As HunyuanVideo 1.5: text to video."""
    from diffusers import HunyuanVideo15Pipeline

    return HunyuanVideo15Pipeline(**hunyuan_parts("t2v"))


def hunyuan_picture() -> Any:
    """As HunyuanVideo 1.5: picture to video."""
    import transformers
    from diffusers import HunyuanVideo15ImageToVideoPipeline

    eye = transformers.SiglipVisionConfig(
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        image_size=378,
        patch_size=14,  # the pipeline expects 27 x 27 pieces
    )
    return HunyuanVideo15ImageToVideoPipeline(
        **hunyuan_parts("i2v"),
        image_encoder=transformers.SiglipVisionModel(eye),
        feature_extractor=transformers.SiglipImageProcessor(size={"height": 378, "width": 378}),
    )


def cogvideox_parts(channels: int) -> dict[str, Any]:
    from diffusers import (
        AutoencoderKLCogVideoX,
        CogVideoXDDIMScheduler,
        CogVideoXTransformer3DModel,
    )

    network = CogVideoXTransformer3DModel(
        num_attention_heads=2,
        attention_head_dim=16,
        in_channels=channels,
        out_channels=8,
        time_embed_dim=16,
        text_embed_dim=WIDTH,
        num_layers=3,
        sample_width=8,
        sample_height=8,
        sample_frames=9,
        use_rotary_positional_embeddings=True,
    )
    vae = AutoencoderKLCogVideoX(
        block_out_channels=(8, 8, 8, 8),
        latent_channels=8,
        layers_per_block=1,
        norm_num_groups=2,
        sample_height=64,
        sample_width=64,
    )
    return t5() | {
        "vae": vae,
        "transformer": network,
        "scheduler": CogVideoXDDIMScheduler(timestep_spacing="trailing"),
    }


def cogvideox() -> Any:
    """As CogVideoX: text to video."""
    from diffusers import CogVideoXPipeline

    return CogVideoXPipeline(**cogvideox_parts(8))


def cogvideox_picture() -> Any:
    """As CogVideoX 5B: picture to video."""
    from diffusers import CogVideoXImageToVideoPipeline

    return CogVideoXImageToVideoPipeline(**cogvideox_parts(16))


#: The preset that a model is used like -> what builds it.
KINDS: dict[str, Callable[[], Any]] = {
    "wan2.1-1.3b": wan,
    "wan2.1-14b-picture": wan_picture,
    "wan2.1-14b-ends": wan_ends,
    "wan2.2-5b": wan_22,
    "ltx-video": ltx,
    "ltx-2": ltx2,
    "hunyuan-1.5": hunyuan,
    "hunyuan-1.5-picture": hunyuan_picture,
    "cogvideox-2b": cogvideox,
    "cogvideox-5b-picture": cogvideox_picture,
}


def build(kind: str, folder: Path) -> Path:
    """Write a small model like the preset `kind` to folder/kind; returns that."""
    torch.manual_seed(0)
    pipeline = KINDS[kind]()
    # In shards, as the real ones are.
    pipeline.save_pretrained(folder / kind, max_shard_size="100KB")
    return folder / kind


if __name__ == "__main__":
    torch.set_num_threads(1)
    for chosen in sys.argv[2:] or KINDS:
        print(build(chosen, Path(sys.argv[1])))
