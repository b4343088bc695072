#!/usr/bin/env python3
"""Writes N query lines (default 100000) for `rackfit estimate --batch`: half of them sweeps over a load, half all different."""
import itertools
import json
import sys

count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
models = ["llama-3.1-8b", "meta-llama/Llama-3.1-70B-Instruct", "qwen3-30b-a3b", "gpt-oss-120b", "deepseek-r1", "mixtral-8x7b"]
devices = ["H100-SXM-80GB", "h200", "b200", "rtx-4090", "A100-80GB", "m2-ultra"]
weights = [None, "fp8", "q4_k_m", "awq"]
tp = [1, 2, 4, 8]
places = itertools.cycle(itertools.product(models, devices, weights, tp))
model, device, weight, ranks = next(places)
for i in range(count):
    if i % 2 == 0 or i % 50 == 1:
        model, device, weight, ranks = next(places) if i % 50 == 1 else (model, device, weight, ranks)
    line = {"id": i, "model": model, "device": device, "devices": ranks, "tp": ranks, "weights": weight,
            "concurrency": 1 + i % 256, "input_tokens": 1024, "output_tokens": 256}
    if i % 2:
        line["input_tokens"] = 100 + i % 3989
        line["output_tokens"] = 10 + i % 997
    print(json.dumps(line))
