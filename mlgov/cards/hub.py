"""Where the fields of a card stand in a Hugging Face model card; what is written there is also read there.

Headings and labels are those of the template that huggingface_hub ships.
"""

import re

from mlgov.documents import Pointer

#: Heading of a section with free text -> the field that it holds, and how many characters the field takes.
PROSE: dict[str, tuple[Pointer, int]] = {
    "Model Description": (("model_overview", "model_description"), 1024),
    "Uses": (("intended_uses", "purpose_of_model"), 2048),
    "Direct Use": (("intended_uses", "intended_uses"), 2048),
    "Out-of-Scope Use": (("intended_uses", "out_of_scope_uses"), 2048),
    "Bias, Risks, and Limitations": (("additional_information", "ethical_considerations"), 2048),
    "Recommendations": (("additional_information", "caveats_and_recommendations"), 2048),
    "Training Procedure": (("training_details", "training_observations"), 1024),
    "Factors": (("intended_uses", "factors_affecting_model_efficiency"), 2048),
}

#: Label in the list below the description -> the field that it holds.
LABELS: dict[str, Pointer] = {
    "Developed by": ("model_overview", "model_creator"),
    "Model owner": ("model_overview", "model_owner"),
    "Model type": ("model_overview", "algorithm_type"),
    "Problem type": ("model_overview", "problem_type"),
    "Model ID": ("model_overview", "model_id"),
}

#: Keys of the front matter that are kept as custom details of the same name.
FRONT = ("language", "library_name", "license", "license_name", "license_link", "pipeline_tag", "base_model", "metrics")

#: Keys of the front matter that may list several words; custom details part them by commas.
LISTED = frozenset({"language", "base_model", "metrics"})

_HUB = re.compile(r"(?:hf://datasets/|https://huggingface\.co/datasets/)?([A-Za-z0-9][\w.-]{0,95}/[\w.-]{1,95})")
_FILE = re.compile(r"\.[A-Za-z]\w*$")


def dataset_id(address: str) -> str:
    """Give the id that a data set has on the Hub, for instance ``owner/name``; empty when the address is of none."""
    found = _HUB.fullmatch(address)
    return "" if not found or _FILE.search(found[1]) else found[1]
