"""Run by the peers' Python: read a README.md with huggingface_hub and print what it understands.

Standard input: the README.md. Standard output: JSON of the metadata, of the results, and of the card written again.
"""

import json
import sys

from huggingface_hub import ModelCard, ModelCardData
from huggingface_hub.repocard_data import eval_results_to_model_index

text = sys.stdin.buffer.read().decode()
card = ModelCard(text)
assert isinstance(card.data, ModelCardData)
results = card.data.eval_results or []
print(
    json.dumps(
        {
            "data": {key: value for key, value in card.data.to_dict().items() if key != "model-index"},
            "results": [vars(result) for result in results],
            "index": eval_results_to_model_index(card.data.model_name, results),
            "again": ModelCard(str(card)).data.to_dict() == card.data.to_dict(),
            "body": card.text,
        }
    )
)
