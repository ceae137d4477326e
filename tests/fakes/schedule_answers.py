"""What SageMaker says of the schedules of one endpoint, with every part that a real description has."""

from typing import Any

ENDPOINT = "Churn-Prod"
BUCKET = "s3://company-data"
_ARN = "arn:aws:sagemaker:eu-west-1:111122223333"
_RESOURCES = {"ClusterConfig": {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 20}}
_OFFSETS = {"StartTimeOffset": "-P1D", "EndTimeOffset": "-PT0H"}


def endpoint_input(**more: Any) -> dict[str, Any]:
    """Give the input of a job that looks at the endpoint."""
    fixed = {
        "LocalPath": "/opt/ml/processing/input",
        "S3InputMode": "File",
        "S3DataDistributionType": "FullyReplicated",
    }
    return {"EndpointName": ENDPOINT, **fixed, **more}


def schedule(name: str, kind: str, expression: str = "cron(0 0 ? * * *)", status: str = "Scheduled") -> dict[str, Any]:
    """Describe a schedule."""
    return {
        "MonitoringScheduleArn": f"{_ARN}:monitoring-schedule/{name}",
        "MonitoringScheduleName": name,
        "MonitoringScheduleStatus": status,
        "MonitoringType": kind,
        "CreationTime": "2026-01-01T00:00:00+00:00",
        "LastModifiedTime": "2026-01-02T00:00:00+00:00",
        "MonitoringScheduleConfig": {
            "ScheduleConfig": {"ScheduleExpression": expression},
            "MonitoringJobDefinitionName": f"{name}-job",
            "MonitoringType": kind,
        },
        "EndpointName": ENDPOINT,
    }


def job(name: str, kind: str, *, app: dict[str, Any], baseline: dict[str, str], **given: Any) -> dict[str, Any]:
    """Describe the job definition of a schedule."""
    resources = {key: {"S3Uri": uri} for key, uri in baseline.items()}
    output = {"S3Output": {"S3Uri": f"{BUCKET}/results", "LocalPath": "/opt/out", "S3UploadMode": "EndOfJob"}}
    return {
        "JobDefinitionArn": f"{_ARN}:job/{name}-job",
        "JobDefinitionName": f"{name}-job",
        "CreationTime": "2026-01-01T00:00:00+00:00",
        f"{kind}BaselineConfig": {"BaseliningJobName": f"{name}-baseline", **resources},
        f"{kind}AppSpecification": {"ImageUri": "111122223333.dkr.ecr/model-monitor-analyzer", **app},
        f"{kind}JobInput": given,
        f"{kind}JobOutputConfig": {"MonitoringOutputs": [output]},
        "JobResources": _RESOURCES,
        "RoleArn": "arn:aws:iam::111122223333:role/monitor",
        "StoppingCondition": {"MaxRuntimeInSeconds": 3600},
    }


QUALITY = [
    schedule("churn-data", "DataQuality", "cron(0 * ? * * *)"),
    job(
        "churn-data",
        "DataQuality",
        app={"RecordPreprocessorSourceUri": f"{BUCKET}/code/pre.py", "Environment": {"key": "value"}},
        baseline={
            "ConstraintsResource": f"{BUCKET}/baseline/data/constraints.json",
            "StatisticsResource": f"{BUCKET}/baseline/data/statistics.json",
        },
        EndpointInput=endpoint_input(ExcludeFeaturesAttribute="3", StartTimeOffset="-PT1H"),
    ),
]
MODEL = [
    schedule("churn-model", "ModelQuality"),
    job(
        "churn-model",
        "ModelQuality",
        app={"ProblemType": "BinaryClassification"},
        baseline={"ConstraintsResource": f"{BUCKET}/baseline/model/constraints.json"},
        EndpointInput=endpoint_input(InferenceAttribute="0", **_OFFSETS),
        GroundTruthS3Input={"S3Uri": f"{BUCKET}/labels"},
    ),
]
BIAS = [
    schedule("churn-bias", "ModelBias"),
    job(
        "churn-bias",
        "ModelBias",
        app={"ConfigUri": f"{BUCKET}/baseline/bias/analysis_config.json"},
        baseline={"ConstraintsResource": f"{BUCKET}/baseline/bias/analysis.json"},
        EndpointInput=endpoint_input(InferenceAttribute="0", **_OFFSETS),
        GroundTruthS3Input={"S3Uri": f"{BUCKET}/labels"},
    ),
]
EXPLANATION = [
    schedule("churn-attribution", "ModelExplainability"),
    job(
        "churn-attribution",
        "ModelExplainability",
        app={"ConfigUri": f"{BUCKET}/baseline/explain/analysis_config.json"},
        baseline={"ConstraintsResource": f"{BUCKET}/baseline/explain/analysis.json"},
        EndpointInput=endpoint_input(FeaturesAttribute="features"),
    ),
]
ENDPOINT_SAID = {
    "EndpointName": ENDPOINT,
    "EndpointArn": f"{_ARN}:endpoint/churn-prod",
    "EndpointConfigName": "churn-config",
    "ProductionVariants": [{"VariantName": "AllTraffic", "CurrentWeight": 1.0, "CurrentInstanceCount": 1}],
    "DataCaptureConfig": {
        "EnableCapture": True,
        "CaptureStatus": "Started",
        "CurrentSamplingPercentage": 100,
        "DestinationS3Uri": f"{BUCKET}/capture/",
        "KmsKeyId": "key",
    },
    "EndpointStatus": "InService",
    "CreationTime": "2026-01-01T00:00:00+00:00",
    "LastModifiedTime": "2026-01-01T00:00:00+00:00",
}
ALERTS = {
    "MonitoringAlertSummaries": [
        {
            "MonitoringAlertName": "alert",
            "CreationTime": "2026-01-01T00:00:00+00:00",
            "LastModifiedTime": "2026-01-01T00:00:00+00:00",
            "AlertStatus": "OK",
            "DatapointsToAlert": 1,
            "EvaluationPeriod": 4,
            "Actions": {"ModelDashboardIndicator": {"Enabled": True}},
        }
    ]
}
ANALYSIS = {
    "version": "1.0",
    "label": "groundTruth",
    "label_values_or_threshold": ["1"],
    "facet": [{"name_or_index": 2, "value_or_threshold": ["F"]}],
    "methods": {"post_training_bias": {"methods": "all"}},
    "predictor": {"model_name": "churn-7"},
}
