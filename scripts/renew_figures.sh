#!/usr/bin/env bash
# Measures the committed weights anew, and renews gallery, model card and benchmarks with what it saw.
# Start it again after a stop: renders and films that are there are not made twice.
# Usage: scripts/renew_figures.sh FOLDER [MODEL] [PROMPTS]
set -euo pipefail
runs=${1:?usage: scripts/renew_figures.sh FOLDER [MODEL] [PROMPTS]}
model=${2:-himmel-mini}
prompts=${3:-50}

lichtspiel world render --seed 5900000 --count 192 --frames 17 --held-out -o "$runs/judge-test"
lichtspiel evaluate report --model "$model" --renders "$runs/judge-test" --count "$prompts" -o "$runs/report"
lichtspiel evaluate physics --model "$model" -o "$runs/physics"
lichtspiel evaluate card "$runs" -o docs/model-card.md
lichtspiel evaluate gallery -o docs
lichtspiel bench --beside --plot docs/benchmarks.svg
