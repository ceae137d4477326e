"""Run by the peers' Python: load contents with SageMaker's SDK v2 and print what it would send.

Standard input: a list of {"name", "status", "content"}. Last line of standard output: for each the arguments of
CreateModelCard, or the text of the error with which the SDK refused it.
"""

import json
import sys
from types import SimpleNamespace

from sagemaker.model_card import ModelCard


class Client:
    """An account that holds one card and nothing else."""

    def __init__(self, card: dict) -> None:
        self.card = card

    def describe_model_card(self, **_: object) -> dict:
        described = {"ModelCardArn": "arn", "ModelCardVersion": 1, "CreationTime": None, "CreatedBy": {}}
        named = {"ModelCardName": self.card["name"], "ModelCardStatus": self.card["status"]}
        return {**described, **named, "LastModifiedTime": None, "LastModifiedBy": {}, "Content": self.card["content"]}

    def search(self, **_: object) -> dict:
        return {"Results": []}


def sent(card: dict) -> dict | str:
    """Load one card as a user of the SDK does, and give what creating it again would send."""
    session = SimpleNamespace(sagemaker_client=Client(card))
    try:
        return ModelCard.load(card["name"], sagemaker_session=session)._create_request_args()
    except (TypeError, ValueError) as error:
        return str(error)


answers = [sent(card) for card in json.load(sys.stdin)]
print(f"\n{json.dumps(answers)}")
