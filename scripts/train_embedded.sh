#!/usr/bin/env bash
# From nothing to the embedded weights. Start it again after a stop: every step goes on.
# Usage: scripts/train_embedded.sh FOLDER [HIMMEL_MINUTES] [AUTOENCODER_MINUTES]
set -euo pipefail
runs=${1:?usage: scripts/train_embedded.sh FOLDER [HIMMEL_MINUTES] [AUTOENCODER_MINUTES]}
himmel_minutes=${2:-80}
autoencoder_minutes=${3:-25}
weights=src/lichtspiel/weights

# Clips of two, four and seven seconds, to which the autoencoder is fitted; then pictures, which are
# cheap and many.
lichtspiel world render --seed 120000 --count 1024 --frames 25 -o "$runs/world"
lichtspiel world render --seed 130048 --count 384 --frames 49 -o "$runs/world"
lichtspiel world render --seed 150016 --count 128 --frames 81 -o "$runs/world"
lichtspiel train autoencoder --data "$runs/world" -o "$runs/autoencoder" --minutes "$autoencoder_minutes"
cp "$runs/autoencoder/autoencoder.safetensors" "$weights/"
lichtspiel world render --seed 100000 --count 10656 --frames 1 -o "$runs/world"
lichtspiel train himmel --recipe mini --data "$runs/world" -o "$runs/himmel" --minutes "$himmel_minutes"
lichtspiel train himmel --recipe fine --data "$runs/world" -o "$runs/fine" --minutes "$himmel_minutes" \
    --begin "$runs/himmel/himmel.safetensors"
cp "$runs/fine/himmel.safetensors" "$weights/himmel-base.safetensors"
lichtspiel train himmel --recipe quick --data "$runs/world" -o "$runs/quick" \
    --minutes "$((himmel_minutes / 2))" --begin "$weights/himmel-base.safetensors"
cp "$runs/quick/himmel.safetensors" "$weights/himmel-mini.safetensors"
lichtspiel train lumiere --data "$runs/world" -o "$runs/lumiere" --minutes "$((himmel_minutes / 2))" \
    --begin "$weights/himmel-base.safetensors"
cp "$runs/lumiere/lumiere.safetensors" "$weights/lumiere-mini.safetensors"

# The judge learns from renders of its own, and is measured on others again.
lichtspiel world render --seed 5000000 --count 512 --frames 17 --held-out -o "$runs/judge"
lichtspiel world render --seed 5100000 --count 960 --frames 1 --held-out -o "$runs/judge"
lichtspiel world render --seed 5900000 --count 192 --frames 17 --held-out -o "$runs/judge-test"
lichtspiel evaluate judge --data "$runs/judge"
lichtspiel evaluate report --renders "$runs/judge-test" -o "$runs/report"
lichtspiel evaluate gallery -o docs
