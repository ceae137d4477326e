"""Run by the peers' Python: parse evaluation reports with SageMaker's SDK v2 and print the metric groups.

Standard input: a list of [type of report, report]. Last line of standard output: the groups of each.
"""

import json
import sys

from sagemaker.model_card.evaluation_metric_parsers import EVALUATION_METRIC_PARSERS, EvaluationMetricTypeEnum

reports = json.load(sys.stdin)
parsed = [EVALUATION_METRIC_PARSERS[EvaluationMetricTypeEnum(kind)].run(report) for kind, report in reports]
print(f"\n{json.dumps([each['metric_groups'] for each in parsed])}")
